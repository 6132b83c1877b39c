"""One import, one transaction: parse, validate, compare by content, guard, apply; or nothing at all.

The records are compared and written while they are read, inside one transaction that commits at the end, so that the
memory does not grow with the delivery and a dry run is the import itself, rolled back. The module is long because the
order of these steps is what makes an import safe, and it is read as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from busdb import guards, history, misfit, repetition, runs
from busdb.changes import ChangeLog
from busdb.dangling import Dangling
from busdb.db import Database
from busdb.edits import Edits, table_context
from busdb.errors import BusdbError, InputError, RefusedError
from busdb.formats import Complete, Covers, Deleted, Edit, Importer, Input, Parsed, importer
from busdb.interchange import canonical, encode
from busdb.issues import Issue
from busdb.mandates import Mandate
from busdb.mending import mended
from busdb.models import number
from busdb.partial import Parts, import_context
from busdb.records import ref
from busdb.store import Store
from busdb.validation import check

BATCH = 500

Progress = Callable[[int], None]


class Order(Struct, frozen=True, kw_only=True):
    """What is to be imported, and how.

    ``area`` is an area code; ``full`` says that the delivery is complete; ``schemas`` is a folder of schemas that
    replace ours; ``editor`` is who answers for it. Of tables, ``table`` is which they are, ``headings`` what columns
    are called there, kept for the source; ``good_rows`` says that their bad rows may be left out.

    ``approved_by`` is the second person, ``of`` the draft that it publishes; ``wait`` is for how many seconds it waits
    for another import.
    """

    format: str
    inputs: tuple[Input, ...]
    source: str
    area: str | None = None
    full: bool = False
    dry_run: bool = False
    allow_deletions: int | None = None
    strict_sources: bool = False
    schemas: str | None = None
    editor: str | None = None
    table: str | None = None
    headings: Mapping[str, str] = {}
    good_rows: bool = False
    approved_by: str | None = None
    of: int | None = None
    wait: float = 0


def import_(
    database: Database,
    order: Order,
    now: dt.datetime,
    progress: Progress | None = None,
    issues: runs.Issues | None = None,
) -> runs.Report:
    """Import a delivery; ``now`` is the time of its changes, ``progress`` is called with the records read so far.

    ``issues`` collects the findings, for who wants to know them also where the import is refused.

    Raises ``InputError`` (a file cannot be read), ``RefusedError`` (too many deletions or rejections, an unknown
    source) and ``BusyError`` (another import runs); the database is then as before but for the trace of the run.
    """
    format_ = importer(order.format)
    _check_files(format_, order)
    with database.import_lock(order.wait):
        run_id = None if order.dry_run else _open(database, order, now)
        issues = issues or runs.Issues()
        differences: list[history.RecordChange] = []
        try:
            with database.trying() if order.dry_run else database.writing() as connection:
                before = history.position(connection)
                job = _Job(connection, order, run_id, now, issues)
                known = job.work(format_, progress)
                if run_id is not None:
                    repeatable = (known, before) if known else None
                    runs.end(connection, run_id, now, "done", issues, counts=job.counts, repeatable=repeatable)
                if order.dry_run:
                    span = history.Span(before, history.position(connection))
                    differences += islice(history.between(connection, span), runs.KEPT_DIFFERENCES)
        except BaseException as error:
            if run_id is not None:
                with database.writing() as connection:
                    text = str(error) if isinstance(error, BusdbError) else type(error).__name__
                    runs.end(connection, run_id, now, "failed", issues, error=text)
            raise
    return runs.Report(
        run=run_id,
        format=order.format,
        source=order.source,
        dry_run=order.dry_run,
        counts=job.counts,
        issues=[runs.describe(issue) for issue in issues.kept],
        blocked=job.blocked,
        differences=differences,
    )


def _open(database: Database, order: Order, now: dt.datetime) -> int:
    with database.writing() as connection:
        return open_run(connection, order, now)


def open_run(connection: Connection, order: Order, now: dt.datetime) -> int:
    """Begin the run of an order; the caller holds the lock of imports."""
    return runs.begin(
        connection,
        now,
        source=order.source,
        format=order.format,
        files=tuple(item.name for item in order.inputs),
        area=order.area,
        complete=order.full,
        editor=order.editor,
        approved_by=order.approved_by,
        of=order.of,
    )


def _check_files(format_: Importer, order: Order) -> None:
    least, most = format_.files
    given = len(order.inputs)
    if given < least or (most is not None and given > most):
        wanted = str(least) if least == most else f"{least}-{most or '…'}"
        raise InputError("files_count", format=order.format, wanted=wanted, given=given)


class _Job:
    """The work of one import within its transaction."""

    def __init__(
        self, connection: Connection, order: Order, run_id: int | None, now: dt.datetime, issues: runs.Issues
    ) -> None:
        self._connection = connection
        self._order = order
        self._issues = issues
        source = runs.ensure_source(connection, order.source, create=not order.strict_sources)
        if source.four_eyes and not order.dry_run and not order.approved_by:
            raise RefusedError("four_eyes_draft", source=order.source)
        self._log = ChangeLog(connection, run_id, now, redistribute=source.redistribute)
        self._store = Store(connection, self._log, now)
        self._mandate = Mandate(connection, source)
        self._dangling = Dangling(connection, self._store)
        self._seen = bytearray()
        self._batch: list[tuple[Parsed, bytes]] = []
        self._read = 0
        self._waiting: set[tuple[str, str]] = set()
        self._doomed: dict[tuple[str, str], Deleted] = {}
        self._complete: list[Complete] = []
        self._parts = Parts(connection, self._store, order.source)
        self._edits = Edits(connection, order.source)
        self._covered: set[str] = set()
        self._steady = True  # read again it would come to the same: it deletes nothing, and tells nothing twice
        self.blocked = False
        self.counts: runs.Counts = {kind: dict.fromkeys(runs.WORDS, 0) for kind in importer(order.format).kinds}

    def work(self, format_: Importer, progress: Progress | None) -> str | None:
        """Take in the delivery, unless nothing of it can be new; by what it is known if that can be said next time.

        Raises what :func:`import_` raises.
        """
        order, connection = self._order, self._connection
        how = (order.format, order.source, order.area, order.full)
        anew = order.schemas or format_.strict  # tables are read by what else is there
        known = None if anew else repetition.digest(connection, order.inputs, *how)
        if former := repetition.former(connection, order.source, known):
            self.counts = former.counts
            for issue in former.issues:
                self._issues.add(issue)
            return known
        self._apply(format_, progress)
        return known if self._steady and self._issues.total <= runs.KEPT_ISSUES else None

    def _apply(self, format_: Importer, progress: Progress | None) -> None:
        """Read, compare and write the whole delivery."""
        context = import_context(self._connection, self._order.source, self._order.area, self._order.schemas)
        context = table_context(self._connection, context, self._order.table, self._order.headings)
        for found in format_.read(self._order.inputs, context):
            if isinstance(found, Parsed):
                self._take(found, checked=format_.canonical)
                if progress and self._read % 100 == 0:
                    progress(self._read)
            elif isinstance(found, Edit):
                if not self._edits.add(found):
                    self._edit(progress)
                    self._edits.add(found)
            else:
                self._hear(found)
        self._edit(progress)
        self._flush()
        if progress:
            progress(self._read)
        if not self._order.good_rows:
            rejected = sum(counts["rejected"] for counts in self.counts.values())
            self.blocked = bool(format_.strict and rejected)
            guards.rejections(rejected, self._read, blocked=self.blocked and not self._order.dry_run)
        if self._order.full:
            self._delete_absent([kind for kind in format_.kinds if kind in (self._covered or format_.kinds)])
        for issue in self._dangling.findings():
            self._issues.add(issue)
        self._log.close()

    def _hear(self, found: Issue | Deleted | Complete | Covers) -> None:
        """Take what is no record."""
        if isinstance(found, Issue):
            self._note(found)
        elif isinstance(found, Deleted):
            self._doom(found)
        elif isinstance(found, Complete):
            self._complete.append(found)
        else:
            self._covered.add(found.kind)

    def _edit(self, progress: Progress | None) -> None:
        """Make records of the rows that wait; what was written before for the same objects is then in the database."""
        self._flush()
        for found in self._edits.made():
            if isinstance(found, Issue):
                self._note(found)
            else:
                self._take(found, checked=False)
        if progress:
            progress(self._read)

    def _take(self, parsed: Parsed, *, checked: bool) -> None:
        """Put a record into the batch, unless it is rejected; what came before for the same object goes first."""
        found = parsed if checked or parsed.checked else _canonical(parsed)
        if isinstance(found, Issue):
            self._note(found)
            return
        self._read += 1
        record, findings = mended(found.record)
        found = found._replace(record=record)
        data = encode(record)
        if not self._accept(found, [*findings, *check(record, data)]):
            return
        if found.again:
            name = (found.record.kind_name, found.record.id)
            if name in self._waiting or name in self._doomed:
                self._flush()
            self._waiting.add(name)
        self._batch.append((found, data))
        if len(self._batch) >= BATCH:
            self._flush()

    def _doom(self, deleted: Deleted) -> None:
        self._steady = False
        if (deleted.kind, deleted.id) in self._waiting:
            self._flush()
        self._doomed[deleted.kind, deleted.id] = deleted
        if len(self._doomed) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Write what waits: records, then the ends of parts that did not come again, then deletions."""
        batch, self._batch = self._batch, []
        self._put(batch)
        for kind, deleted in self._parts.left(self._complete, self._seen):
            self._store.delete(kind, deleted)
            self._count(kind, "deleted", len(deleted))
        for kind, deleted in self._parts.ordered(self._doomed):
            self._store.delete(kind, deleted)
            self._count(kind, "deleted", len(deleted))
        self._complete.clear()
        self._doomed.clear()
        self._waiting.clear()

    def _accept(self, parsed: Parsed, findings: list[Issue]) -> bool:
        """Note the findings on a record; one that is ``muss`` rejects it and keeps its former state."""
        record = parsed.record
        if denied := self._mandate.denied(record):
            findings.append(denied)
        if not findings:
            return True
        rejected = any(issue.severity == "muss" for issue in findings)
        for issue in findings:
            self._issues.add(_located(msgspec.structs.replace(issue, ref=record.id), parsed))
        if rejected:
            self._reject(record.kind_name, record.id)
        return not rejected

    def _note(self, issue: Issue) -> None:
        again = issue.heading is not None and (issue.file, issue.sheet, issue.line) in self._issues.rejected_rows
        self._issues.add(issue)
        if issue.severity == "muss" and not again:
            self._read += 1
            kind = issue.values.get("kind") or next(iter(self.counts))
            self._reject(kind, issue.ref)

    def _reject(self, kind: str, id_: str | None) -> None:
        self._count(kind, "rejected")
        if id_ and "." in id_:
            known = self._connection.scalar(
                select(number.c.number).where(
                    number.c.kind == kind,
                    number.c.source == ref(kind, id_).source,
                    number.c.value == ref(kind, id_).value,
                )
            )
            if known is not None:
                self._mark(known)

    def _put(self, batch: list[tuple[Parsed, bytes]]) -> None:
        fresh: list[tuple[Parsed, bytes]] = []
        self._store.numbers.ensure([(item.record.kind_name, item.record.id) for item, _ in batch])
        for item, data in batch:
            first = self._mark(self._store.numbers.of(item.record))
            if first or item.again:
                fresh.append((item, data))
                self._steady = self._steady and first
            else:
                id_ = item.record.id
                again = Issue(code="duplicate_id", path="$.id", ref=id_, values={"id": id_})
                self._issues.add(_located(again, item))
                self._count(item.record.kind_name, "rejected")
        outcomes = self._store.put_encoded([(item.record, data) for item, data in fresh])
        for (item, _), outcome in zip(fresh, outcomes, strict=True):
            self._count(item.record.kind_name, outcome.result)
            if outcome.result != "unchanged":
                self._dangling.remember(item)

    def _delete_absent(self, kinds: Sequence[str]) -> None:
        order = self._order
        doomed = guards.absent(self._connection, order.source, order.area, kinds, self._seen, order.allow_deletions)
        for kind, items in doomed.items():
            self._store.delete(kind, items)
            self._count(kind, "deleted", len(items))

    def _count(self, kind: str, word: str, many: int = 1) -> None:
        self.counts.setdefault(kind, dict.fromkeys(runs.WORDS, 0))[word] += many

    def _mark(self, key: int) -> bool:
        """Note that an object came; whether it came for the first time."""
        if key >= len(self._seen):
            self._seen.extend(bytes(key + 65_536 - len(self._seen)))
        first = not self._seen[key]
        self._seen[key] = 1
        return first


def _canonical(parsed: Parsed) -> Parsed | Issue:
    """The record checked against its types, or what is wrong with it."""
    try:
        return parsed._replace(record=canonical(parsed.record))
    except msgspec.ValidationError as error:
        issue = Issue(
            code="record_shape",
            ref=parsed.record.id,
            path=misfit.path(error),
            values={**misfit.values(error), "kind": parsed.record.kind_name},
        )
        return _located(issue, parsed)


def _located(issue: Issue, parsed: Parsed) -> Issue:
    """The finding with the place where the record stands."""
    issue = msgspec.structs.replace(issue, file=parsed.file, line=parsed.line)
    return parsed.row.located(issue) if parsed.row else issue
