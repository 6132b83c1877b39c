"""The report of an import as a file: JSON, a page to read, or a workbook with the bad cells marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from busdb import i18n
from busdb.edits import headings_of
from busdb.errors import InputError
from busdb.formats import ImportContext, Input
from busdb.runs import WORDS, Issues, Report, describe
from busdb.sheets import copies
from busdb.sheets.copies import FIELDS, Delivered, marked

TABLES = ("csv", "xlsx")
"""The formats whose files are tables of editors."""
FORMS = (".json", ".html", ".xlsx")
_STYLE = (
    "body{font:1rem/1.5 sans-serif;margin:2rem;color:#1b1b1b}table{border-collapse:collapse;margin:1rem 0}"
    "td,th{border:1px solid #767676;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    ".list td:nth-child(n+5){overflow-wrap:anywhere;min-width:7rem}"
    "th{background:#dde6f0}.muss{background:#ffc7ce}.soll{background:#ffeb9c}"
)


def form(path: Path) -> str:
    """The form of a report by the name of its file. Raises ``InputError`` for another."""
    if path.suffix.lower() not in FORMS:
        raise InputError("report_form", file=path, known=", ".join(FORMS))
    return path.suffix.lower()


def refused(issues: Issues, format_: str, source: str, *, dry_run: bool = False, error: str | None = None) -> Report:
    """The report of an import that came to nothing, with what was found up to then."""
    found = [describe(issue) for issue in issues.kept]
    return Report(run=None, format=format_, source=source, dry_run=dry_run, counts={}, issues=found, error=error)


def delivered(
    connection: Connection,
    inputs: Sequence[Input],
    format_: str,
    source: str,
    kind: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Delivered | None:
    """Delivered tables with what the source, and ``more``, calls their columns; ``None`` for what is no table."""
    if format_ not in TABLES:
        return None
    headings = {**headings_of(connection, source), **(more or {})}
    return Delivered(inputs, ImportContext(source=source, table=kind, headings=headings), format_ == "xlsx")


def to_correct(found: Delivered, item: Input, issues: Issues) -> tuple[int, Iterator[bytes]]:
    """How many rows of a delivered file are to be corrected, and a file of its kind with those only."""
    rows = {(sheet, line) for file, sheet, line in issues.rejected_rows if file == item.name and line}
    return len(rows), copies.rejected(found, item, rows, [describe(issue) for issue in issues.kept])


def pieces(report: Report, form_: str, delivered: Delivered | None, moment: dt.datetime) -> Iterator[bytes]:
    """The report in a form; in a workbook also what was ``delivered``, with its bad cells marked."""
    if form_ == ".xlsx":
        error = dict.fromkeys(FIELDS) | {"severity": "muss", "message": report.error}
        return marked(delivered, [error, *report.issues] if report.error else report.issues, moment)
    if form_ == ".json":
        return iter([msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"])
    return (text.encode() for text in _page(report))


def listed(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str | None]], form_: str, moment: dt.datetime
) -> Iterator[bytes]:
    """A list of findings as a page to read or a workbook (``html``, ``xlsx``); the first column is the severity."""
    if form_ == "xlsx":
        return copies.listed(title, headings, rows, moment)
    return (text.encode() for text in _listed(title, headings, rows))


def _listed(title: str, headings: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    yield _top(title)
    yield _row("th", list(headings), '<table class="list">')
    for row in rows:
        yield _row("td", [one or "" for one in row], class_=row[0] or "")
    yield "</table></main></body></html>\n"


def _top(title: str) -> str:
    """The beginning of a page, up to its heading."""
    shown = escape(title)
    return (
        f'<!DOCTYPE html>\n<html lang="{i18n.current()}"><head><meta charset="utf-8"><title>{shown}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{shown}</h1>\n"
    )


def _page(report: Report) -> Iterator[str]:
    said = {"run": report.run, "format": report.format, "source": report.source}
    code = "text.dry_run_title" if report.dry_run else "text.import_title" if report.run else "text.refused_title"
    yield _top(i18n.message(code, said))
    if report.error:
        yield f'<p class="muss">{escape(report.error)}</p>\n'
    if report.blocked:
        yield f'<p class="muss">{escape(i18n.message("text.blocked"))}</p>\n'
    if report.counts:
        yield _row("th", [i18n.message(f"label.{word}") for word in ("kind", *WORDS)], "<table>")
        for kind, counts in report.counts.items():
            if any(counts.values()):
                yield _row("td", [i18n.message(f"kind.{kind}"), *(str(counts[word]) for word in WORDS)])
        yield "</table>\n"
    yield f"<h2>{escape(i18n.message('table.findings'))}</h2>\n"
    yield _row("th", [i18n.message(f"finding.{name}") for name in FIELDS], "<table>")
    for issue in report.issues:
        texts = ["" if issue[name] is None else str(issue[name]) for name in FIELDS]
        yield _row("td", texts, class_=issue["severity"])
    yield "</table></main></body></html>\n"


def _row(tag: str, texts: list[str], before: str = "", class_: str = "") -> str:
    row = f'<tr class="{class_}">' if class_ else "<tr>"
    return before + row + "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts) + "</tr>\n"
