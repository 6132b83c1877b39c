"""The lines of a text about fees, plain or HTML: list items, rows of tables with their cells, and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

from busdb.feewords import ABBREVIATION, DANGLING
from busdb.html import INVISIBLE

# Signs of the private use area stand where a cell begins, where a line ends inside a cell, and in cells of headers.
CELL, INNER, HEAD = "\ue000", "\ue001", "\ue002"

_BLOCKS = frozenset(
    ["p", "div", "ul", "ol", "li", "dl", "dt", "dd", "br", "table", "caption", "section", "article"]
    + [f"h{level}" for level in range(1, 7)]
)
_TAGGED = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]*>|&(?:#\d+|\w+);")
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_BREAKS = re.compile(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LEADERS = re.compile(r"\.{3,}|…+|_{3,}|(?:\. ){3,}|\*\*")
_BULLET = re.compile(r"\s*(?:[-–—•*·▪‣]\s+|[a-z]{1,2}\)\s+)+")
_SENTENCE = re.compile(r"[.!?][\"“)]* (?=[A-ZÄÖÜ„\"(\d])")


def lines(text: str) -> list[str]:
    """The lines of a text, white space collapsed; a row of a table is ``CELL`` before each of its cells."""
    text = INVISIBLE.sub("", re.sub(f"[{CELL}{INNER}{HEAD}]", "", text))
    marked = _flatten(text) if _TAGGED.search(text) else _BREAKS.sub("\n", text)
    found: list[str] = []
    for raw in marked.split("\n"):
        line = " ".join(_LEADERS.sub(" ", raw if CELL in raw else _plain_row(raw)).split())
        if not line.strip(CELL + INNER + HEAD + " -|:"):
            continue
        if CELL in line or (found and CELL in found[-1]):
            found.append(line)
        else:
            _append(found, line)
    return found


def parts(cell: str) -> list[str]:
    """The lines inside a cell of a table."""
    found: list[str] = []
    for part in cell.split(INNER):
        if part.strip():
            _append(found, part.strip())
    return found


def _append(found: list[str], line: str) -> None:
    """Append the line, to the last one if that ends in a word that must be followed by another."""
    if found and DANGLING.search(found[-1][-30:]):
        found[-1] += " " + line
    else:
        found.append(line)


def _plain_row(raw: str) -> str:
    """The line with signs where its cells are, if bars or tabs part it."""
    text = raw.strip()
    if "\t" not in text and text.count("|") < 2 and " | " not in f"{text} ":
        return raw
    inside = text.removesuffix("|").removeprefix("|")
    return CELL + re.sub(r"\||\t+", CELL, inside)


def _flatten(text: str) -> str:
    """The text of HTML with line breaks where blocks are, and signs where cells of tables are."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(f"<div>{text}</div>".encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        return _TAGGED.sub("\n", text)
    out: list[str] = []
    cells = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag, starts = str(element.tag), event == "start"
        if tag in {"td", "th"}:
            cells += 1 if starts else -1
            out.append((CELL + HEAD * (tag == "th")) if starts else "")
        elif tag == "tr":
            out.append("\n")
        elif tag in _BLOCKS:
            heading = ":" if tag[0] == "h" and not starts and not cells else ""
            out.append(heading + (INNER if cells else "\n") + ("- " if tag == "li" and starts and not cells else ""))
        piece = element.text if starts else element.tail
        if piece and (not starts or tag not in {"script", "style"}):
            # A blank line between words is a break for the people who wrote it, though not for a browser.
            parts = (part.replace("\n", " ") for part in _BLANK_LINE.split(piece))
            out.append((INNER if cells else "\n").join(parts))
    return "".join(out)


def unbulleted(line: str) -> tuple[str, bool]:
    """The line without its bullet, and whether it had one."""
    bullet = _BULLET.match(line)
    return (line[bullet.end() :], True) if bullet else (line, False)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a line; the point of an abbreviation or of an ordinal number ends none."""
    start = 0
    for end in _SENTENCE.finditer(text):
        if not ABBREVIATION.search(text, max(0, end.start() - 15), end.start() + 1):
            yield text[start : end.end()].strip()
            start = end.end()
    yield text[start:].strip()
