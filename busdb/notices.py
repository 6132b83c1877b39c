"""Notices: what they are about, which there are, and which an office or a place shows.

A publication brings its own (``Publication.notices``); an office or a place without a service is asked here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, select

from busdb import mapping, queries
from busdb.editors import Channel
from busdb.errors import InputError, NotFoundError
from busdb.interchange import content_hash, encode
from busdb.models import number
from busdb.models.local import notice
from busdb.offices import show_notice
from busdb.publication import NoticeView
from busdb.records import Name, Notice, ref
from busdb.validity import exclusive, inclusive
from busdb.visibility import view

_NEW = "notice-"


class Wish(Struct, frozen=True, kw_only=True):
    """A notice as it is ordered: ``first`` and ``last`` are days on which it is shown, ``area`` is an area code."""

    text: str
    english: str | None = None
    authority: str | None = None
    service: str | None = None
    area: str | None = None
    audience: Literal["public", "115"] = "public"
    severity: Literal["info", "warning"] = "info"
    first: dt.date | None = None
    last: dt.date | None = None


class Listed(Struct, frozen=True, kw_only=True):
    """A notice in a list; ``state`` is that of the day asked for, ``valid_to`` its last day."""

    id: str
    state: Literal["coming", "shown", "ended"]
    text: str
    authority: str | None
    service: str | None
    area: str | None
    audience: Literal["public", "115"]
    severity: Literal["info", "warning"]
    valid_from: dt.date | None
    valid_to: dt.date | None


def made(connection: Connection, wish: Wish, acting: Channel, source: str | None, today: dt.date) -> Notice:
    """The record of a notice, in the name of ``source`` or of whoever it is about; the same notice has the same id.

    Raises ``InputError`` (about nothing, over already, no source) and ``NotFoundError`` (an unknown office or service).
    """
    if not (wish.authority or wish.service or wish.area):
        raise InputError("notice_about_nothing")
    if not wish.text.strip():
        raise InputError("notice_empty")
    if wish.first and wish.last and wish.last < wish.first:
        raise InputError("notice_days", first=wish.first, last=wish.last)
    if wish.last and wish.last < today:
        raise InputError("notice_over", last=wish.last)
    for kind, id_ in (("authority", wish.authority), ("service", wish.service)):
        if id_ and ("." not in id_ or queries.one(connection, kind, id_) is None):
            raise NotFoundError(f"{kind}_not_found", id=id_)
    about = wish.authority or wish.service
    mine = ref("", about).source if about else None
    if source is None and mine is None and acting.sources is None:
        raise InputError("notice_source")
    code = acting.narrowed(source or (mine if mine and acting.covers(mine) else None))
    record = Notice(
        id=f"{code}.{_NEW}",
        text=wish.text,
        names=(Name(language="en", text=wish.english),) if wish.english else (),
        authority=wish.authority,
        service=wish.service,
        area=wish.area,
        audience=wish.audience,
        severity=wish.severity,
        valid_from=wish.first,
        valid_to=exclusive(wish.last),
    )
    return Notice(**{**asdict(record), "id": f"{record.id}{content_hash(encode(record))[:16]}"})


def listing(
    connection: Connection, sources: Collection[str] | None, on: dt.date, area: str | None = None, *, ended: bool
) -> list[Listed]:
    """The notices of sources (``None``: of all), of one area or of all, those that have ended only if asked for."""
    where: list[ColumnElement[bool]] = [notice.c.area == area] if area else []
    if sources is not None:
        where.append(notice.c.object.in_(select(number.c.number).where(number.c.source.in_(sources))))
    found = (_listed(one.record, on) for one in mapping.read(connection, "notice", *where, by_id=True))
    return [one for one in found if ended or one.state != "ended"]


def _listed(record: object, on: dt.date) -> Listed:
    assert isinstance(record, Notice)
    began = record.valid_from is None or record.valid_from <= on
    over = record.valid_to is not None and record.valid_to <= on
    fields = {name: getattr(record, name) for name in Listed.__struct_fields__ if hasattr(record, name)}
    state: Literal["coming", "shown", "ended"] = "ended" if over else "shown" if began else "coming"
    return Listed(**{**fields, "state": state, "valid_to": inclusive(record.valid_to)})


def find(connection: Connection, id_: str, acting: Channel) -> Notice:
    """A notice of one of the channel's sources. Raises ``NotFoundError``."""
    stored = queries.one(connection, "notice", id_) if "." in id_ else None
    if stored is None or not acting.covers(stored.record.ref.source) or not isinstance(stored.record, Notice):
        raise NotFoundError("notice_not_found", id=id_)
    return stored.record


class Asked(Struct, frozen=True, kw_only=True):
    """The day and language for which notices are wanted, with those for 115 or without."""

    on: dt.date
    language: str
    internal: bool = False


def of_office(connection: Connection, id_: str, asked: Asked) -> list[NoticeView]:
    """The notices on an authority by its public id, whatever service they are about."""
    key = queries.number_of(connection, "authority", id_)
    return list(_shown(connection, notice.c.authority == (-1 if key is None else key), asked))


def of_place(connection: Connection, codes: Collection[str], asked: Asked) -> list[NoticeView]:
    """The notices on a place, by the codes of all that contains it, where no authority and no service is meant."""
    where = notice.c.area.in_(list(codes)) & notice.c.authority.is_(None) & notice.c.service.is_(None)
    return list(_shown(connection, where, asked))


def _shown(connection: Connection, where: ColumnElement[bool], asked: Asked) -> Iterator[NoticeView]:
    public = [] if asked.internal else [notice.c.public_hash.is_not(None)]
    for one in mapping.read(connection, "notice", where, *public, queries.valid_on(notice, asked.on)):
        record = view(one.record, "115" if asked.internal else "public")
        if isinstance(record, Notice):
            yield show_notice(record, asked.language)
