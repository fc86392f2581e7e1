"""Last use of a session, for the idle limit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_again(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False))


def downgrade() -> None:
    _make_again()


def _make_again(*more: sa.Column[object]) -> None:
    # who is signed in signs in again: of an older session nobody knows when it was used
    op.drop_table("login_session")
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["login"], ["account.login"], name=op.f("fk_login_session_login")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    op.create_index(op.f("ix_login_session_login"), "login_session", ["login"])
