"""Targets are dated, as settings are: what was agreed later leaves earlier days; so are caps.

History keeps the short keys that targets had: `indicators.images` reads them. A cap that was
chosen before stays the amount of its period, as it held for the whole of it.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TARGETS = "SELECT period, digibank, starts_on, persons, author, source FROM target"
LAST = (
    " AS one WHERE starts_on = (SELECT max(starts_on) FROM target AS other "
    "WHERE one.period = other.period AND one.digibank = other.digibank)"
)
AWARDED = (
    "UPDATE funding_period SET amount_cents = coalesce((SELECT cap.amount_cents FROM cap "
    "WHERE cap.period = funding_period.code AND cap.digibank = funding_period.digibank "
    "ORDER BY cap.starts_on DESC LIMIT 1), amount_cents)"
)
"""Before, the chosen cap stood in the place of the amount."""


def upgrade() -> None:
    _remake("period", "digibank", "starts_on", rows=_all_of(TARGETS))
    op.create_table(
        "cap",
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["digibank"], ["digibank.code"], name=op.f("fk_cap_digibank")),
        sa.PrimaryKeyConstraint("period", "digibank", "starts_on", name=op.f("pk_cap")),
    )


def downgrade() -> None:
    op.execute(AWARDED)
    op.drop_table("cap")
    _remake("period", "digibank", rows=_all_of(TARGETS + LAST))


def _remake(*key: str, rows: list[dict[str, object]]) -> None:
    """Make the table of targets anew: SQLite cannot give a table another key."""
    op.drop_table("target")
    made = op.create_table(
        "target",
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("digibank", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_target_digibank")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_target")),
    )
    op.bulk_insert(made, rows)


def _all_of(query: str) -> list[dict[str, object]]:
    found = op.get_bind().execute(sa.text(query)).mappings()
    return [{**row, "starts_on": date.fromisoformat(str(row["starts_on"]))} for row in found]
