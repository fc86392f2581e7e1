"""Training and Digipunten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("essential_service", sa.String(length=20), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_topic")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "basis",
                "gevorderd",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column(
            "stream",
            sa.Enum(
                "DIGIBANK",
                "IEDEREEN_DIGITAAL",
                "DIGISCAN",
                "ANDER",
                name="stream",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_course_capacity")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_course_digibank")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_digibank"), ["digibank"], unique=False)

    op.create_table(
        "digipunt",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("mobile", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_digipunt_digibank")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.nis"], name=op.f("fk_digipunt_municipality")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_digipunt")),
    )
    with op.batch_alter_table("digipunt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digipunt_digibank"), ["digibank"], unique=False)

    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "les",
                "workshop",
                "infosessie",
                "oefenmoment",
                name="sessionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("teacher", sa.String(length=80), nullable=True),
        sa.Column("own_device", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("list_reference", sa.String(length=40), nullable=True),
        sa.Column("complete_by", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_training_session_hours")),
        sa.ForeignKeyConstraint(
            ["complete_by"], ["account.login"], name=op.f("fk_training_session_complete_by")
        ),
        sa.ForeignKeyConstraint(
            ["course"], ["course.id"], name=op.f("fk_training_session_course")
        ),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_training_session_digibank")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_session_course"), ["course"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_session_digibank"), ["digibank"], unique=False
        )

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "aanwezig",
                "verontschuldigd",
                "afwezig",
                name="mark",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_attendance_digibank")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_attendance_person")),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_attendance_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("session", "person", name=op.f("uq_attendance_session_person")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_digibank"), ["digibank"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_session"), ["session"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "aangevraagd",
                "wachtlijst",
                "bevestigd",
                "geannuleerd",
                name="enrolmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course"], ["course.id"], name=op.f("fk_enrolment_course")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_enrolment_digibank")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_enrolment_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("course", "person", name=op.f("uq_enrolment_course_person")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_course"), ["course"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_digibank"), ["digibank"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_person"), ["person"], unique=False)

    op.create_table(
        "held_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("digipunt", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_held_block_hours")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_held_block_digibank")
        ),
        sa.ForeignKeyConstraint(
            ["digipunt"], ["digipunt.code"], name=op.f("fk_held_block_digipunt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_block")),
        sa.UniqueConstraint(
            "digipunt",
            "held_on",
            "starts_at",
            name=op.f("uq_held_block_digipunt_held_on_starts_at"),
        ),
    )
    with op.batch_alter_table("held_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_block_digibank"), ["digibank"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_block_digipunt"), ["digipunt"], unique=False)

    op.create_table(
        "opening_block",
        sa.Column("digipunt", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_opening_block_hours")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_opening_block_weekday")),
        sa.ForeignKeyConstraint(
            ["digipunt"], ["digipunt.code"], name=op.f("fk_opening_block_digipunt")
        ),
        sa.PrimaryKeyConstraint(
            "digipunt", "weekday", "starts_at", name=op.f("pk_opening_block")
        ),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("digipunt", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column(
            "first_time",
            sa.Enum(
                "ja",
                "nee",
                "onbekend",
                name="firsttime",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "age_band",
            sa.Enum(
                "18-29",
                "30-54",
                "55-64",
                "65-74",
                "75+",
                "onbekend",
                name="ageband",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("language_help", sa.Boolean(), nullable=False),
        sa.Column(
            "helper_role",
            sa.Enum(
                "vrijwilliger",
                "medewerker",
                "student",
                name="helperrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stream",
            sa.Enum(
                "DIGIBANK",
                "IEDEREEN_DIGITAAL",
                "DIGISCAN",
                "ANDER",
                name="stream",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_visit_digibank")
        ),
        sa.ForeignKeyConstraint(
            ["digipunt"], ["digipunt.code"], name=op.f("fk_visit_digipunt")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.nis"], name=op.f("fk_visit_municipality")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_visit_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_digibank"), ["digibank"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_digipunt"), ["digipunt"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_person"), ["person"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column(
            "minutes",
            sa.Enum(
                "0-10",
                "10-30",
                "30-60",
                ">60",
                name="minutes",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "opgelost",
                "deels",
                "doorverwezen",
                "niet opgelost",
                "buiten opdracht",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("referred_to", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_question_digibank")
        ),
        sa.ForeignKeyConstraint(["topic"], ["topic.code"], name=op.f("fk_question_topic")),
        sa.ForeignKeyConstraint(["visit"], ["visit.id"], name=op.f("fk_question_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_digibank"), ["digibank"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_visit"), ["visit"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_visit"))
        batch_op.drop_index(batch_op.f("ix_question_digibank"))

    op.drop_table("question")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_person"))
        batch_op.drop_index(batch_op.f("ix_visit_digipunt"))
        batch_op.drop_index(batch_op.f("ix_visit_digibank"))

    op.drop_table("visit")
    op.drop_table("opening_block")
    with op.batch_alter_table("held_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_block_digipunt"))
        batch_op.drop_index(batch_op.f("ix_held_block_digibank"))

    op.drop_table("held_block")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_person"))
        batch_op.drop_index(batch_op.f("ix_enrolment_digibank"))
        batch_op.drop_index(batch_op.f("ix_enrolment_course"))

    op.drop_table("enrolment")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_session"))
        batch_op.drop_index(batch_op.f("ix_attendance_person"))
        batch_op.drop_index(batch_op.f("ix_attendance_digibank"))

    op.drop_table("attendance")
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_session_digibank"))
        batch_op.drop_index(batch_op.f("ix_training_session_course"))

    op.drop_table("training_session")
    with op.batch_alter_table("digipunt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digipunt_digibank"))

    op.drop_table("digipunt")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_digibank"))

    op.drop_table("course")
    op.drop_table("topic")
