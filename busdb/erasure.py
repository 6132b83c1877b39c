"""Forgetting somebody (Art. 17 GDPR): in records, their former states, and whatever else the database keeps.

What stands now is changed as by an import, so that all who follow are told. Former states are written anew without
them, with their hashes, so that history and undo go on; who follows a feed from such a state must read it anew. The log
says that something was forgotten, not what.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Column, Connection, LargeBinary, Table, Text, and_, delete, select, update

from busdb import drafts, mapping, queries, runs
from busdb.changes import SOURCE, ChangeLog
from busdb.editors import Channel
from busdb.errors import InputError, NotFoundError
from busdb.forgotten import Matcher, Term, name_words, phone_digits
from busdb.interchange import content_hash, decode, encode
from busdb.models import metadata, number
from busdb.models.authorities import authority_contacts
from busdb.models.base import Json
from busdb.models.operations import api_key, change, draft_file, editor, source
from busdb.models.search import search_document
from busdb.records import KINDS, AnyRecord, Authority
from busdb.scrubbing import excerpt, in_file, readable, scrubbed
from busdb.store import Store
from busdb.visibility import view

PAGE = 500
FORMAT = "forget"
_ASIDE = {change, number, draft_file, api_key, search_document, source, editor}
"""Tables that are no plain rows of text: seen to on their own, made from others, or about nobody."""


class Place(Struct, frozen=True, kw_only=True):
    """Where somebody is named: in a record (``states``: in how many former ones too), a draft, a row, or a file.

    ``kept`` says that busdb cannot take it away: it is part of an id, or of a copy of a database.
    """

    where: Literal["record", "draft", "row", "file"]
    what: str
    path: str | None = None
    text: str | None = None
    states: int = 0
    kept: bool = False


def terms_of(connection: Connection, id_: str, path: str | None) -> list[Term]:
    """What the contact person of an authority is known by; ``path`` is like ``persons[1]``.

    A number or address that an office gives as its own is not theirs. Raises ``NotFoundError``, and ``InputError``
    where several persons are there.
    """
    stored = queries.one(connection, "authority", id_) if "." in id_ else None
    if stored is None or not isinstance(stored.record, Authority):
        raise NotFoundError("authority_not_found", id=id_)
    persons = stored.record.persons
    named = {f"persons[{place}]": person for place, person in enumerate(persons)}
    if path is None and len(named) > 1:
        raise InputError("forget_which", id=id_, known=", ".join(f"{key} ({one.name})" for key, one in named.items()))
    person = named.get(path.removeprefix("$.") if path else next(iter(named), ""))
    if person is None:
        raise NotFoundError("forget_nobody", id=id_, path=path or "persons")
    given = list(connection.scalars(select(authority_contacts.c.value).distinct()))
    phones, mails = {phone_digits(one) for one in given}, {one.casefold() for one in given}
    terms = [Term("name", person.name)] if len(name_words(person.name)) > 1 else []
    if person.email and person.email.casefold() not in mails:
        terms.append(Term("mail", person.email))
    if person.phone and phone_digits(person.phone) not in phones:
        terms.append(Term("phone", person.phone))
    if not terms:
        raise InputError("forget_name", name=person.name)
    return terms


class Erasure:
    """Takes whoever is on a list out of the database, within a writing transaction of who holds the lock of imports."""

    def __init__(self, connection: Connection, matcher: Matcher, now: dt.datetime, acting: Channel) -> None:
        self._connection = connection
        self._matcher = matcher
        self._now = now
        self._acting = acting
        self._found: dict[tuple[str, str, str], Place] = {}
        self.public = False

    def all(self) -> None:
        """Everything that the database keeps."""
        self.records()
        self.history()
        self.drafts()
        self.rows()
        self.close()

    @property
    def places(self) -> list[Place]:
        """Where they were."""
        return list(self._found.values())

    def _note(self, where: Any, what: str, path: str, text: str, *, states: int = 0, kept: bool = False) -> None:
        former = self._found.get((where, what, path))
        states += former.states if former else 0
        place = Place(where=where, what=what, path=path or None, text=text, states=states, kept=kept)
        self._found[where, what, path] = place

    def records(self) -> None:
        """Change the records that name them, in a run of each source."""
        by_source: dict[str, list[AnyRecord]] = defaultdict(list)
        for kind in KINDS:
            for stored in mapping.read(self._connection, kind):
                if record := self._without(stored.record, encode(stored.record), states=0):
                    by_source[record.ref.source].append(record)
        for code, records in by_source.items():
            row = runs.ensure_source(self._connection, code)
            own = runs.begin(
                self._connection, self._now, source=code, format=FORMAT, complete=False, editor=self._acting.name
            )
            log = ChangeLog(self._connection, own, self._now, redistribute=row.redistribute)
            counts: runs.Counts = {}
            store = Store(self._connection, log, self._now)
            for record, outcome in zip(records, store.put(records), strict=True):
                counts.setdefault(record.kind_name, dict.fromkeys(runs.WORDS, 0))[outcome.result] += 1
            log.close()
            runs.end(self._connection, own, self._now, "done", runs.Issues(), counts=counts)

    def _without(self, record: AnyRecord, data: bytes, *, states: int) -> AnyRecord | None:
        """The record without them; ``None`` where it does not name them."""
        if not self._matcher.meets(readable(data)):
            return None
        changed, found = scrubbed(record, self._matcher)
        for one in found:
            self._note("record", f"{record.kind_name} {record.id}", one.path, one.text, states=states)
        return changed if found else None

    def history(self) -> None:
        """Write the former states anew, with their hashes."""
        last, statement = 0, select(change).order_by(change.c.seq).limit(PAGE)
        while rows := self._connection.execute(statement.where(change.c.seq > last)).all():
            last = rows[-1].seq
            for row in rows:
                if row.kind == SOURCE and row.record:
                    data = self._matcher.erased(row.record.decode()).encode()
                    self._connection.execute(update(change).where(change.c.seq == row.seq).values(record=data))
                elif row.kind in KINDS and row.record:
                    self._rewrite(row)

    def _rewrite(self, row: Any) -> None:
        record = self._without(decode(row.record), row.record, states=1)
        if record is None:
            return
        data = encode(record)
        shown = view(record, "public") if row.public_hash else None
        public_hash = content_hash(encode(shown)) if shown else None
        self.public |= public_hash != row.public_hash
        values = {"record": data, "hash": content_hash(data), "public_hash": public_hash}
        self._connection.execute(update(change).where(change.c.seq == row.seq).values(**values))

    def drafts(self) -> None:
        """Throw away the drafts whose files name them."""
        named = {one.run: one.name for one in self._connection.execute(select(draft_file)) if self._in_draft(one)}
        for key, name in named.items():
            self._note("draft", str(key), "", name)
            drafts.end(self._connection, key, "discarded")

    def _in_draft(self, row: Any) -> bool:
        return self._matcher.meets(row.name) or in_file(row.data, self._matcher)

    def rows(self) -> None:
        """Take them out of what else is kept as text; editors with their row, sources as answers show them."""
        parts = {part.table for kind in KINDS for part in mapping.shape(kind).parts}
        roots = {mapping.shape(kind).table for kind in KINDS}
        for table in metadata.sorted_tables:
            if table not in _ASIDE | parts | roots:
                self._plain(table)
        for row in self._connection.execute(select(editor)).all():
            if self._matcher.meets(row.name):
                self._note("row", "editor", "name", row.name)
                self._connection.execute(delete(editor).where(editor.c.name == row.name))
        for row in self._connection.execute(select(source)).all():
            if changed := self._changed(source, row):
                runs.edit_source(self._connection, row.code, changed, create=False, now=self._now)
        for row in self._connection.execute(select(number)):
            if self._matcher.meets(row.value):
                self._note("record", f"{row.kind} {row.source}.{row.value}", "$.id", row.value, kept=True)

    def _plain(self, table: Table) -> None:
        for row in self._connection.execute(select(table)).all():
            if changed := self._changed(table, row):
                this = and_(*(column == getattr(row, column.name) for column in table.primary_key))
                self._connection.execute(update(table).where(this).values(**changed))

    def _changed(self, table: Table, row: Any) -> dict[str, Any]:
        """The columns of a row without them, as far as they name them."""
        found = {}
        for column in table.c:
            if isinstance(column.type, Text | Json) and not isinstance(column.type, LargeBinary):
                value = row._mapping[column.name]  # noqa: SLF001  # a public name of SQLAlchemy
                texts = [one for one in _strings(value) if self._matcher.meets(one)]
                if texts:
                    self._note("row", str(table.name), str(column.name), excerpt(texts[0], self._matcher))
                    found[column.name] = self._erased(column, value)
        return found

    def _erased(self, column: Column[Any], value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._matcher.erased(one) if isinstance(one, str) else one for one in value)
        (first, last), *_ = self._matcher.spans(value)
        alone = not value[:first].strip() and not value[last:].strip()
        return None if alone and column.nullable else self._matcher.erased(value)

    def close(self) -> None:
        """Say in the log that former states are no longer what the public saw."""
        if not self.public:
            return
        log = ChangeLog(self._connection, None, self._now, redistribute=True)
        log.forgotten()
        log.close()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from (one for one in value if isinstance(one, str))
