"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digibank",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("lead_partner", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_digibank")),
        sa.UniqueConstraint("prefix", name=op.f("uq_digibank_prefix")),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transaction", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("table", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("touched", sa.String(length=200), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_table"), ["table"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_history_transaction"), ["transaction"], unique=False
        )

    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "saved_form",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_saved_form")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digibank", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("name", "digibank", "starts_on", name=op.f("pk_setting")),
    )
    op.create_table(
        "tranche",
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("from_persons", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("period", "from_persons", name=op.f("pk_tranche")),
    )
    op.create_table(
        "account",
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=60), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coördinator",
                "digihelper",
                "kringwinkel",
                "regionaal",
                "rapportmaker",
                "auditor",
                "beheerder",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("digibank", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_account_digibank")
        ),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account")),
    )
    op.create_table(
        "device",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "laptop",
                "tablet",
                "smartphone",
                name="devicekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=True),
        sa.Column(
            "origin",
            sa.Enum(
                "nieuw",
                "geschonken",
                "opgeknapt",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "te wissen",
                "uitleenbaar",
                "uitgeleend",
                name="devicestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_device_digibank")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_device")),
        sa.UniqueConstraint("serial", name=op.f("uq_device_serial")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_digibank"), ["digibank"], unique=False)

    op.create_table(
        "funding_period",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_funding_period_days")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_funding_period_digibank")
        ),
        sa.PrimaryKeyConstraint("code", "digibank", name=op.f("pk_funding_period")),
    )
    op.create_table(
        "municipality",
        sa.Column("nis", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_municipality_digibank")
        ),
        sa.PrimaryKeyConstraint("nis", name=op.f("pk_municipality")),
    )
    op.create_table(
        "partner",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("digibank", sa.String(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_partner_digibank")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_partner")),
    )
    op.create_table(
        "target",
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_target_digibank")
        ),
        sa.PrimaryKeyConstraint("period", "digibank", name=op.f("pk_target")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["login"], ["account.login"], name=op.f("fk_login_session_login")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_login"), ["login"], unique=False)

    op.create_table(
        "person",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("adult_confirmed", sa.Boolean(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "deelnemer",
                "intermediair",
                name="personrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "gender",
            sa.Enum(
                "vrouw",
                "man",
                "x",
                "zegt het liever niet",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("outside_area", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "birth_year BETWEEN 1900 AND 2100", name=op.f("ck_person_birth_year")
        ),
        sa.CheckConstraint(
            "municipality IS NULL OR NOT outside_area", name=op.f("ck_person_one_residence")
        ),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_person_digibank")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.nis"], name=op.f("fk_person_municipality")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_digibank"), ["digibank"], unique=False)

    op.create_table(
        "postcode",
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.nis"], name=op.f("fk_postcode_municipality")
        ),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode")),
    )
    op.create_table(
        "wipe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("wiped_on", sa.Date(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "overschrijven",
                "fabrieksinstellingen",
                "wissen met sleutel",
                name="wipemethod",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("certificate", sa.String(length=60), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.code"], name=op.f("fk_wipe_device")),
        sa.ForeignKeyConstraint(["digibank"], ["digibank.code"], name=op.f("fk_wipe_digibank")),
        sa.ForeignKeyConstraint(["partner"], ["partner.code"], name=op.f("fk_wipe_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wipe")),
    )
    with op.batch_alter_table("wipe", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wipe_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_wipe_digibank"), ["digibank"], unique=False)

    op.create_table(
        "contact",
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("last_name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("postcode", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_contact_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_contact")),
    )
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("lent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("agreement", sa.String(length=20), nullable=True),
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
        sa.Column(
            "condition",
            sa.Enum(
                "in orde",
                "beschadigd",
                "onvolledig",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("return_note", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("lent_on <= due_on", name=op.f("ck_loan_due_after_hand_over")),
        sa.CheckConstraint(
            "lent_on <= returned_on", name=op.f("ck_loan_return_after_hand_over")
        ),
        sa.ForeignKeyConstraint(["device"], ["device.code"], name=op.f("fk_loan_device")),
        sa.ForeignKeyConstraint(["digibank"], ["digibank.code"], name=op.f("fk_loan_digibank")),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name=op.f("fk_loan_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("agreement", name=op.f("uq_loan_agreement")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_digibank"), ["digibank"], unique=False)
        batch_op.create_index(
            "ix_loan_one_open_per_device",
            ["device"],
            unique=True,
            sqlite_where=sa.text("returned_on IS NULL"),
            postgresql_where=sa.text("returned_on IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_loan_person"), ["person"], unique=False)

    _protect_history()


def _protect_history() -> None:
    """Let the database itself refuse to change or remove what history says."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER history_refuses_{act.lower()} BEFORE {act} ON history "
                "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
            )
        op.execute(  # INSERT OR REPLACE would remove a row without the trigger above
            "CREATE TRIGGER history_refuses_replace BEFORE INSERT ON history "
            "WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER history_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON history "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only()"
    )


def downgrade() -> None:
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loan_person"))
        batch_op.drop_index(
            "ix_loan_one_open_per_device",
            sqlite_where=sa.text("returned_on IS NULL"),
            postgresql_where=sa.text("returned_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_loan_digibank"))
        batch_op.drop_index(batch_op.f("ix_loan_device"))

    op.drop_table("loan")
    op.drop_table("contact")
    with op.batch_alter_table("wipe", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wipe_digibank"))
        batch_op.drop_index(batch_op.f("ix_wipe_device"))

    op.drop_table("wipe")
    op.drop_table("postcode")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_digibank"))

    op.drop_table("person")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_login"))

    op.drop_table("login_session")
    op.drop_table("target")
    op.drop_table("partner")
    op.drop_table("municipality")
    op.drop_table("funding_period")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_digibank"))

    op.drop_table("device")
    op.drop_table("account")
    op.drop_table("tranche")
    op.drop_table("setting")
    op.drop_table("saved_form")
    op.drop_table("installation")
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_transaction"))
        batch_op.drop_index(batch_op.f("ix_history_table"))
        batch_op.drop_index(batch_op.f("ix_history_at"))

    op.drop_table("history")
    op.drop_table("digibank")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION history_is_append_only")
