"""Changed notebooks of apps that an administrator approved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_approval",
        sa.Column("notebook", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("notebook", name=op.f("pk_app_approval")),
    )


def downgrade() -> None:
    op.drop_table("app_approval")
