"""What an import leaves beside the database: its report as a file, and the rows that are to be corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import session

if TYPE_CHECKING:
    from busdb.runs import Report
    from busdb.sheets.copies import Delivered


def mapping(maps: Sequence[str]) -> dict[str, str]:
    """What columns are called, from options like ``Amt=authority``. Raises ``InputError``."""
    from busdb.errors import InputError
    from busdb.sheets.headings import column_named

    found = {}
    for one in maps:
        heading, sign, column = (part.strip() for part in one.rpartition("="))
        if not (heading and sign and column):
            raise InputError("map_shape", value=one)
        found[heading] = column_named(column)
    return found


class Aside:
    """The files that an import of some files writes beside the database."""

    def __init__(
        self,
        format: str,
        files: Sequence[Path],
        source: str,
        kind: str | None,
        headings: dict[str, str],
        report_file: Path | None,
    ) -> None:
        from busdb.runs import Issues

        self._format, self._files, self._source, self._kind = format, files, source, kind
        self._report = report_file
        self.headings = headings
        self.issues = Issues()

    def check(self, *, good_rows: bool, full: bool) -> None:
        """Raise ``InputError`` for what does not go together, before anything is read."""
        from busdb import reports
        from busdb.errors import InputError

        if self._report:
            reports.form(self._report)
        if good_rows and self._format not in reports.TABLES:
            raise InputError("good_rows_only_tables")
        if good_rows and full:
            raise InputError("good_rows_full")

    def refused(self, error: str, *, dry_run: bool) -> Report:
        """The report of an import that was refused for its findings."""
        from busdb import reports

        return reports.refused(self.issues, self._format, self._source, dry_run=dry_run, error=error)

    def write_report(self, report: Report) -> None:
        """Write the report, if it is wanted as a file."""
        if self._report is None:
            return
        from busdb import files, reports, validity

        form = reports.form(self._report)
        with self._delivered() as delivered:
            shown = delivered if form == ".xlsx" else None
            files.save(reports.pieces(report, form, shown, validity.now()), self._report)
        click.echo(_("text.report_written", {"file": self._report}), err=True)

    def write_rejected(self) -> None:
        """Lay a file with the rejected rows beside each file that has some."""
        from busdb import files, reports

        with self._delivered() as delivered:
            if delivered is None:
                return
            for path, item in zip(self._files, delivered.inputs, strict=True):
                count, pieces = reports.to_correct(delivered, item, self.issues)
                if count:
                    target = path.with_name(f"{path.stem}.{_('text.rejects_name')}{path.suffix}")
                    files.save(pieces, target)
                    click.echo(_("text.rejects_written", {"file": target, "rows": count}), err=True)

    @contextmanager
    def _delivered(self) -> Iterator[Delivered | None]:
        """The delivered tables, opened anew; ``None`` for what is no table."""
        from busdb import reports
        from busdb.formats import Input
        from commands.import_ import open_file

        if self._format not in reports.TABLES:
            yield None
            return
        with ExitStack() as stack:
            inputs = tuple(Input(path.name, stack.enter_context(open_file(path))) for path in self._files)
            with session() as opened, opened.reading() as connection:
                found = reports.delivered(connection, inputs, self._format, self._source, self._kind, self.headings)
            yield found
