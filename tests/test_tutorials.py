"""What the pages for editors say is true: each command is run in its order, each table filled in, each page looked at.

Code blocks of a tutorial hold commands behind ``$`` and lines that they print, ``…`` for anything. A table below a
paragraph that begins with ``In `FILE.xlsx` `` is what somebody types into that file. A paragraph with an address of the
finder says in bold what that page shows.
"""

from __future__ import annotations

import re
import shlex
import shutil
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from support import ROOT, serving
from test_cli import busdb, move_to

FOLDER = ROOT / "docs" / "de"
FINDER = "http://127.0.0.1:5115"


class Reader:
    """Somebody who does what a page says, in a folder of their own over the sample state."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._environ: dict[str, str | None] = {"BUSDB_DATA_DIR": str(folder / "uebung")}
        self._status = 0
        self.done: list[str] = []

    def console(self, block: list[str], *, strict: bool) -> None:
        """Run the commands of a block and compare what they print; a strict page also says how each one ends."""
        pieces: list[list[str]] = []
        for line in block:
            if line.startswith("$ "):
                pieces.append([line[2:]])
            else:
                pieces[-1].append(line)
        for command, *lines in pieces:
            if command == "echo $?":
                assert lines == [str(self._status)], self.done[-1]
                self._status = 0
                continue
            assert self._status == 0 or not strict, self.done[-1]
            seen = self.run(command)
            assert matches(lines, seen), f"$ {command}\n{seen}"
            assert lines or not seen.startswith("Fehler:"), seen

    def run(self, command: str) -> str:
        """Do one line of a shell; what it prints."""
        self.done.append(command)
        name, _, value = command.removeprefix("export ").partition("=")
        if command.startswith("export "):
            self._environ[name] = value.replace("$PWD", str(self._folder))
            return ""
        if command.startswith("unset "):
            self._environ[command.removeprefix("unset ")] = None
            return ""
        if command == "busdb demo":
            return "Import 1: areas von destatis"  # the folder is a copy of what it makes
        words = shlex.split(command)
        assert words[0] == "busdb"
        done = busdb(*words[1:], env=self._environ)
        self._status = done.exit_code
        return done.output

    def type_in(self, file: str, rows: list[dict[str, str]]) -> None:
        """Put rows below the example of a workbook, in place of those that are there."""
        path = self._folder / file
        book = load_workbook(path) if path.exists() else Workbook()
        sheet = book.worksheets[0]
        if not path.exists():
            sheet.append(list(rows[0]))
        columns = {str(cell.value): cell.column for cell in sheet[1]}
        first = 3 if str(sheet["A2"].value).startswith("(") else 2
        sheet.delete_rows(first, sheet.max_row)
        for number, row in enumerate(rows, first):
            for heading, value in row.items():
                sheet.cell(number, columns[heading], value)
        book.save(path)

    def look(self, url: str, words: list[str]) -> None:
        """Open a page of the finder, which shows some words."""
        with urllib.request.urlopen(url.replace(FINDER, self._address)) as answer:
            page = unescape(answer.read().decode())
        for word in words:
            assert word in page, f"{url}: {word}"


def matches(lines: list[str], seen: str) -> bool:
    """Whether what is printed is what is shown, whatever stands for ``…``; spaces count as one."""
    wanted = "\n".join(" ".join(line.split()) for line in lines)
    found = "\n".join(" ".join(line.split()) for line in seen.strip("\n").splitlines())
    pattern = re.escape(wanted).replace("…\\\n", "(?:.*\n)*?").replace("\\\n…", "(?:\n.*)*").replace("…", ".*")
    return bool(re.fullmatch(pattern, found)) or not lines


def parts(text: str) -> Iterator[tuple[str, list[str]]]:
    """The parts of a page in their order: console blocks, tables, paragraphs."""
    for block in re.split(r"\n\n+(?![^`]*\n```\n)", text):
        lines = block.strip("\n").splitlines()
        if lines[0].startswith("```console"):
            yield "console", lines[1:-1]
        elif lines[0].startswith("|"):
            yield "table", lines
        else:
            yield "paragraph", [" ".join(lines)]


def cells(row: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.fixture
def reader(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Somebody before a copy of the sample state and a finder over it."""
    move_to(tmp_path, monkeypatch)
    shutil.copytree(demo, tmp_path / "uebung")
    with serving(tmp_path / "uebung") as address:
        yield Reader(tmp_path, address)


@pytest.mark.parametrize(("page", "strict"), [("anleitung.md", True), ("tabellen.md", False)])
def test_a_page_for_editors_does_what_it_says(reader: Reader, page: str, strict: bool) -> None:
    text = (FOLDER / page).read_text(encoding="utf-8")
    file = None
    for kind, lines in parts(text):
        if kind == "console":
            reader.console(lines, strict=strict)
        elif kind == "table" and file:
            headings, _, *rows = map(cells, lines)
            reader.type_in(file, [dict(zip(headings, row, strict=True)) for row in rows])
        elif kind == "paragraph":
            for url in re.findall(rf"`({FINDER}[^`]*)`", lines[0]):
                reader.look(url, re.findall(r"\*\*(.+?)\*\*", lines[0]))
        named = re.findall(r"\bIn `([\w.]+\.xlsx)`", lines[0]) if kind == "paragraph" else []
        file = named[-1] if named else None
    assert len(reader.done) == text.count("\n$ ") - text.count("\n$ echo $?")
    assert len(reader.done) > 10
    assert not re.search(r"^    busdb ", text, re.MULTILINE)
