"""Runs the migrations on the connection that ``busdb.migration`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from busdb.models import metadata


def _plain_types(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Migrations name the types of the database, not ours, so that later changes of ours leave them true."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
    render_item=_plain_types,
)
context.run_migrations()
