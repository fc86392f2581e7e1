"""Every record can be voided; persons can be merged and told apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

VOIDABLE = (
    "person",
    "device",
    "loan",
    "wipe",
    "course",
    "training_session",
    "enrolment",
    "attendance",
    "held_block",
    "question",
)
VERSIONED = ("wipe", "question")
"""Records that could not be changed until now."""
PERSON_DAYS = ("consent_on", "erased_on")


def upgrade() -> None:
    for table in VOIDABLE:
        # SQLite adds no column without a value for the rows that are there
        op.add_column(
            table, sa.Column("voided", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    for table in VERSIONED:
        op.add_column(
            table, sa.Column("version", sa.Integer(), nullable=False, server_default="1")
        )
    for column in PERSON_DAYS:
        op.add_column("person", sa.Column(column, sa.Date(), nullable=True))
    _one_open_loan("returned_on IS NULL AND NOT voided")
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(length=20), nullable=False),
        sa.Column("kept", sa.String(length=16), nullable=False),
        sa.Column("absorbed", sa.String(length=16), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kept <> absorbed", name=op.f("ck_merge_two_persons")),
        sa.ForeignKeyConstraint(
            ["absorbed"], ["person.key"], name=op.f("fk_merge_absorbed_person")
        ),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_merge_digibank_digibank")
        ),
        sa.ForeignKeyConstraint(["kept"], ["person.key"], name=op.f("fk_merge_kept_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_digibank"), "merge", ["digibank"])
    op.create_index(op.f("ix_merge_kept"), "merge", ["kept"])
    op.create_index(
        "uq_merge_absorbed",
        "merge",
        ["absorbed"],
        unique=True,
        sqlite_where=sa.text("NOT withdrawn"),
        postgresql_where=sa.text("NOT withdrawn"),
    )
    op.create_table(
        "different_persons",
        sa.Column("one", sa.String(length=16), nullable=False),
        sa.Column("other", sa.String(length=16), nullable=False),
        sa.Column("digibank", sa.String(length=20), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("one < other", name=op.f("ck_different_persons_in_order")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_different_persons_digibank_digibank")
        ),
        sa.ForeignKeyConstraint(
            ["one"], ["person.key"], name=op.f("fk_different_persons_one_person")
        ),
        sa.ForeignKeyConstraint(
            ["other"], ["person.key"], name=op.f("fk_different_persons_other_person")
        ),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_different_persons")),
    )
    op.create_index(op.f("ix_different_persons_digibank"), "different_persons", ["digibank"])


def downgrade() -> None:
    op.drop_table("different_persons")
    op.drop_table("merge")
    _one_open_loan("returned_on IS NULL")
    for column in PERSON_DAYS:
        op.drop_column("person", column)
    for table in VERSIONED:
        op.drop_column(table, "version")
    for table in VOIDABLE:
        op.drop_column(table, "voided")


def _one_open_loan(where: str) -> None:
    name = "ix_loan_one_open_per_device"
    op.drop_index(name, "loan")
    only = sa.text(where)
    op.create_index(
        name, "loan", ["device"], unique=True, sqlite_where=only, postgresql_where=only
    )
