"""Editors: whom a channel may name, and in the name of which sources they act.

Who acts is said by the channel (``BUSDB_EDITOR``, set by a forced command of SSH; the folder of a drop; the user of the
system), never by an option. An option may only narrow what the channel allows.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal, get_args

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from busdb.errors import InputError, NotFoundError, RefusedError
from busdb.models.operations import editor, source

Role = Literal["editor", "approver", "central"]
ROLES: tuple[Role, ...] = get_args(Role)
"""An editor imports for some sources, an approver also publishes drafts of others; central ones do so for all."""
_NAME = re.compile(r"[A-Za-z0-9._@+-]{1,80}")


class Channel(Struct, frozen=True, kw_only=True):
    """Who acts: the name that is logged, the role (``None``: the operator) and the sources (``None``: all)."""

    name: str
    role: Role | None = None
    sources: tuple[str, ...] | None = None

    def covers(self, code: str) -> bool:
        """Whether what a source keeps is theirs."""
        return self.sources is None or code in self.sources

    def narrowed(self, code: str | None) -> str:
        """The source in whose name they act, of those that they may: the one named, or the only one.

        Raises ``RefusedError`` for another and ``InputError`` where several are possible.
        """
        if code is not None and self.covers(code):
            return code
        if code is not None:
            raise RefusedError("editor_source", editor=self.name, source=code)
        if self.sources is None or len(self.sources) != 1:
            raise InputError("editor_sources", sources=", ".join(self.sources or ()))
        return self.sources[0]


NOBODY = Channel(name="")
"""The program itself, which may do everything."""


def channel(connection: Connection, name: str) -> Channel:
    """The channel of an editor. Raises ``RefusedError`` for one who is not known."""
    row = connection.execute(select(editor).where(editor.c.name == name)).first()
    if row is None:
        raise RefusedError("editor_unknown", editor=name)
    return Channel(name=row.name, role=row.role, sources=None if row.role == "central" else tuple(row.sources))


def everyone(connection: Connection) -> list[dict[str, Any]]:
    """All editors, by name."""
    return [dict(row._mapping) for row in connection.execute(select(editor).order_by(editor.c.name))]  # noqa: SLF001  # a public name of SQLAlchemy


def add(connection: Connection, name: str, role: str, sources: tuple[str, ...], now: dt.datetime) -> None:
    """Let a person act for sources; one who is known gets the new role and sources instead of the old.

    Raises ``InputError`` for a name or role that cannot be, and ``RefusedError`` for an unknown source.
    """
    if not _NAME.fullmatch(name):
        raise InputError("editor_name", editor=name)
    if role not in ROLES:
        raise InputError("role_unknown", role=role, known=", ".join(ROLES))
    if (role == "central") == bool(sources):
        raise InputError("editor_needs_source" if role != "central" else "editor_central", editor=name)
    known = set(connection.scalars(select(source.c.code)))
    for code in sources:
        if code not in known:
            raise RefusedError("source_unknown", source=code)
    connection.execute(delete(editor).where(editor.c.name == name))
    values = {"name": name, "role": role, "sources": tuple(dict.fromkeys(sources)), "created_at": now}
    connection.execute(insert(editor).values(**values))


def remove(connection: Connection, name: str) -> None:
    """Let a person act no more; what they did stays logged in their name. Raises ``NotFoundError``."""
    if not connection.execute(delete(editor).where(editor.c.name == name)).rowcount:
        raise NotFoundError("editor_not_found", editor=name)


def second(acting: Channel, first: str | None, named: str | None, *, four_eyes: bool) -> str | None:
    """Who approves what ``first`` has delivered: the editor of the channel; for the operator, whom they name.

    Raises ``RefusedError`` where four eyes are asked for and there is no other person, or one without that right.
    """
    approver = named if acting.role is None else acting.name
    if acting.role is not None and named is not None and named != acting.name:
        raise RefusedError("approval_not_theirs", editor=acting.name, named=named)
    if four_eyes:
        if approver is None or not approver.strip():
            raise RefusedError("four_eyes_nobody")
        if first is not None and approver.strip().casefold() == first.strip().casefold():
            raise RefusedError("four_eyes_same", editor=approver)
        if acting.role == "editor":
            raise RefusedError("four_eyes_role", editor=acting.name)
    return approver
