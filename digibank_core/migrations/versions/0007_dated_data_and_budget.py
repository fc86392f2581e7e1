"""Targets, periods and tranches say since when and by whom; budget lines and bookings."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LOADED_BY = "cli"
"""Until now only the command line wrote these rows, from the reference data."""
FIRST_DAY = date(2022, 11, 1)
STREAMS = ("DIGIBANK", "IEDEREEN_DIGITAAL", "DIGISCAN", "ANDER")
CATEGORIES = ("loonkosten", "werkingskosten", "externe prestaties")
AGREED = "name <> 'count_tier_b' OR value <> 'true' OR agreement IS NOT NULL"


def upgrade() -> None:
    for table in ("funding_period", "target"):
        op.add_column(
            table,
            sa.Column("author", sa.String(length=60), nullable=False, server_default=LOADED_BY),
        )
    op.add_column(
        "target",
        sa.Column("starts_on", sa.Date(), nullable=False, server_default=FIRST_DAY.isoformat()),
    )
    op.execute(
        "UPDATE target SET starts_on = (SELECT first_day FROM funding_period AS p "
        "WHERE p.code = target.period AND p.digibank = target.digibank)"
    )
    # a new key: no tranche was ever changed, so history of before has none to rewind
    loaded = _all_of("SELECT period, from_persons, amount_cents, source FROM tranche")
    firsts = {
        row["code"]: date.fromisoformat(str(row["first"]))
        for row in _all_of(
            "SELECT code, min(first_day) AS first FROM funding_period GROUP BY code"
        )
    }
    op.drop_table("tranche")
    dated = _tranche(
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        key=("period", "from_persons", "starts_on"),
    )
    op.bulk_insert(
        dated,
        [
            row | {"author": LOADED_BY, "starts_on": firsts.get(row["period"], FIRST_DAY)}
            for row in loaded
        ],
    )
    with op.batch_alter_table("setting") as setting:
        setting.add_column(sa.Column("agreement", sa.String(length=80), nullable=True))
        setting.create_check_constraint("tier_b_agreed", AGREED)
    op.create_table(
        "budget_line",
        sa.Column("digibank", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("category", _words(CATEGORIES, "category"), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_budget_line_amount")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_budget_line_digibank_digibank")
        ),
        sa.PrimaryKeyConstraint("digibank", "period", "category", name=op.f("pk_budget_line")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digibank", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("category", _words(CATEGORIES, "category"), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("stream", _words(STREAMS, "stream"), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=True),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_booking_amount")),
        sa.ForeignKeyConstraint(
            ["digibank"], ["digibank.code"], name=op.f("fk_booking_digibank_digibank")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    op.create_index(op.f("ix_booking_digibank"), "booking", ["digibank"])
    op.create_index(
        "uq_booking_proof",
        "booking",
        ["digibank", "proof"],
        unique=True,
        sqlite_where=sa.text("NOT voided"),
        postgresql_where=sa.text("NOT voided"),
    )


def downgrade() -> None:
    op.drop_table("booking")
    op.drop_table("budget_line")
    with op.batch_alter_table("setting") as setting:
        setting.drop_constraint(op.f("ck_setting_tier_b_agreed"), type_="check")
        setting.drop_column("agreement")
    last = _all_of(
        "SELECT period, from_persons, amount_cents, source FROM tranche AS one "
        "WHERE starts_on = (SELECT max(starts_on) FROM tranche AS other WHERE "
        "one.period = other.period AND one.from_persons = other.from_persons)"
    )
    op.drop_table("tranche")
    op.bulk_insert(_tranche(key=("period", "from_persons")), last)
    op.drop_column("target", "starts_on")
    for table in ("target", "funding_period"):
        op.drop_column(table, "author")


def _tranche(*dated: sa.Column[object], key: tuple[str, ...]) -> sa.Table:
    return op.create_table(
        "tranche",
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("from_persons", sa.Integer(), nullable=False),
        *dated,
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_tranche")),
    )


def _words(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, create_constraint=True, name=name, length=40)


def _all_of(query: str) -> list[dict[str, object]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]
