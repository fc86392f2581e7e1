"""Alembic runs this: migrate the connection that `db.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator
from sqlmodel import AutoString, SQLModel

from digibank_core import models  # noqa: F401  registers every table


def _render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must outlive the code of its day."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    plain = item.impl_instance
    zone = "timezone=True" if isinstance(plain, sa.DateTime) else ""
    return f"sa.{type(plain).__name__}({zone})"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
