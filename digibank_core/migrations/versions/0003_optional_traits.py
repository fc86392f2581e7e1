"""Optional traits of a person (rule 44)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNSAID = "zegt het liever niet"
CHECKED = {
    "education": ("ISCED 0-2", "ISCED 3-4", "ISCED 5-8", UNSAID),
    "labour_status": (
        "werkend",
        "werkzoekend",
        "inactief of gepensioneerd",
        "student",
        UNSAID,
    ),
}
"""Columns and their words; the check has the name of the column without its line."""


def upgrade() -> None:
    # written out, as SQLite takes a check with a new column but cannot add one afterwards
    for column, answers in CHECKED.items():
        check = f"ck_person_{column.replace('_', '')}"
        words = ", ".join(f"'{answer}'" for answer in answers)
        op.execute(
            f"ALTER TABLE person ADD COLUMN {column} VARCHAR(40) "
            f"CONSTRAINT {check} CHECK ({column} IN ({words}))"
        )
    op.add_column("person", sa.Column("other_language", sa.Boolean(), nullable=True))
    op.add_column("person", sa.Column("reduced_rate", sa.Boolean(), nullable=True))


def downgrade() -> None:
    for column in ("reduced_rate", "other_language", *reversed(CHECKED)):
        op.drop_column("person", column)
