"""Reading fees from German prose: what a text, a list or a table says about amounts, as far as it is certain.

A text becomes lines (``busdb.feelines``), a line statements, a statement mentions (numbers with what stands around
them), and mentions become fees (``busdb.feegrammar``). What is not certain is refused with a reason.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from busdb import feenumbers as numbers
from busdb import feewords as words
from busdb.feegrammar import NEAR, WINDOW, Context, Draft, Read, Statement
from busdb.feelabels import LETTERS, LONGEST, heading, is_condition
from busdb.feelines import CELL, HEAD, INNER, lines, parts, sentences, unbulleted
from busdb.feementions import mentions
from busdb.records import FeeKind

__all__ = ["Read", "parse"]

_BRACKETS = re.compile(r" ?\(([^()]*)\)")


@dataclass(slots=True)
class _Reader:
    """Collects what was found, and why the rest was not taken. Amounts that ended before ``on`` are former ones."""

    on: dt.date
    found: list[Read] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def refuse(self, why: str, text: str) -> None:
        """Note a reason, once."""
        note = f"{why}: {' '.join(text.split())[:80]}"
        if note not in self.reasons[-9:]:
            self.reasons.append(note)

    def add(self, drafts: Sequence[Draft], text: str) -> None:
        """Take the fees of a statement; what bounds the fee before it goes there."""
        for number, draft in enumerate(drafts):
            last = self.found[-1] if self.found else None
            near = number > 0
            if draft.read.valid_to and draft.read.valid_to < self.on:
                self.refuse("former amount", text)
                continue
            if draft.usual and last and last.kind in {"range", "from", "up_to"} and (near or words.USUALLY.match(text)):
                self.refuse("usual amount of a range", text)
                continue
            if draft.total and last:
                self.refuse("sum of other amounts", text)
                continue
            bounded = None
            if draft.loose and last and (near or (last.kind in {"rate", "value_based"} and words.BOUND.search(text))):
                bounded = _bounded(last, draft.read)
            if bounded:
                self.found[-1] = bounded
            else:
                self.found.append(draft.read)


def parse(text: str, on: dt.date) -> tuple[list[Read], list[str]]:
    """The fees that a German text, plain or HTML, states with certainty, in its order.

    Amounts that are said to end before the day ``on`` are former ones and left out. The second value says in short
    English why amounts and statements were not taken as fees. Nothing is raised.
    """
    reader = _Reader(on)
    found = lines(text)
    context = Context(alone=len(found) == 1)
    columns: list[str] = []
    items = False
    for raw in found:
        if raw.startswith(CELL):
            columns, context = _row(raw[1:].split(CELL), columns, context, reader)
            continue
        line, bullet = unbulleted(raw)
        if items and not bullet:
            context = replace(context, label=None, per="")
        items, columns = bullet, []
        context = _line(line.rstrip(), context, reader, lettered=")" in raw.removesuffix(line))
    return reader.found, reader.reasons


def _line(text: str, context: Context, reader: _Reader, *, lettered: bool = False) -> Context:
    """Read a line, ``lettered`` as in a tariff; the value is the context of the lines after it."""
    found, refused = len(reader.found), len(reader.reasons)
    own = context if words.AMOUNT_FIRST.match(text) else replace(context, title=None)
    if tariff := words.TARIFF.match(text):
        text, own = text[tariff.end() :], replace(own, bare=True)
    elif lettered or words.MARKED.match(text):
        own = replace(own, bare=True)
    for sentence in sentences(text):
        _statement(sentence, own, reader)
    if len(reader.found) > found:
        return replace(context, title=own.title)
    if words.AMOUNTS_FOLLOW.search(text[-WINDOW:]):
        return Context(bare=True, per=text[-WINDOW:])
    if text.endswith(":"):
        named = re.search(r"[A-ZÄÖÜ]", text) is not None
        return replace(context, title=None, label=heading(text), per=text[-WINDOW:]) if named else context
    if len(reader.reasons) == refused:
        reader.refuse(_nothing(text), text)
    if len(text) <= NEAR and words.FEE_WORD.search(text) and words.UNIT.search(text):
        return Context(per=text)
    prose = text.endswith((".", "!", "?")) or len(text) > LONGEST
    return Context() if prose else replace(context, title=text)


def _nothing(text: str) -> str:
    return next((why for why, pattern in words.NOTHING if pattern.search(text[:LONGEST])), "no amount")


def _row(cells: list[str], columns: list[str], context: Context, reader: _Reader) -> tuple[list[str], Context]:
    """Read a row of a table; the values are the headers of its columns and the context of what follows."""
    headers = sum(HEAD in cell for cell in cells)
    cells = [cell.replace(HEAD, "").strip(" " + INNER) for cell in cells]
    filled = [place for place, cell in enumerate(cells) if cell]
    whole = " ".join(cells).replace(INNER, " ").strip()
    digits = re.search(r"\d", whole) is not None
    if numbered := len(filled) > 1 and filled[0] == 0 and words.ROW_NUMBER.fullmatch(cells[0]) is not None:
        context = replace(context, label=None, per="")
    if len(filled) == 1 + numbered:
        head = cells[filled[-1]].replace(INNER, " ").rstrip(" :")
        stated = words.FREE.search(head) or words.AMOUNTS_FOLLOW.search(head) or numbers.MONEY.search(head)
        if len(cells) > 1 and len(head) <= LONGEST and not stated and re.search(r"[^\W\d]{3}", head):
            return columns, replace(context, label=head, per=head)
        return columns, _line(whole, context, reader)
    said = digits or words.FREE.search(whole)
    if (any(words.fee_column(cell) for cell in cells) and not said) or headers == len(cells):
        return [cell.replace(INNER, " ") for cell in cells], context
    if not columns and numbers.MONEY.search(cells[filled[0]]):
        for place in filled:
            context = _line(cells[place].replace(INNER, " "), replace(context, alone=False), reader)
        return columns, context
    found = len(reader.found)
    amounts = _cells(cells, columns, context, reader)
    if len(reader.found) == found:
        if amounts or not numbers.MONEY.search(whole):
            reader.refuse(_nothing(whole), whole)
        else:
            _line(whole, replace(context, alone=False), reader)
    return columns, context


def _cells(cells: list[str], columns: list[str], context: Context, reader: _Reader) -> bool:
    """Read the cells after the label; the value is whether the headers say where amounts are."""
    schedule = words.SCHEDULE.match(cells[0]) is not None
    last = max((place for place, cell in enumerate(cells) if cell), default=0)
    first = 1 if len(cells) > 2 and words.ROW_NUMBER.fullmatch(cells[0]) else 0
    headers = columns[max(0, len(columns) - len(cells)) :] + [""] * len(cells)
    amounts = [place for place in range(first + 1, len(cells)) if words.fee_column(headers[place])]
    rest = [place for place in range(first + 1, len(cells)) if place not in amounts]
    label, _bullet = unbulleted(cells[first].replace(INNER, " ").rstrip(" :"))
    own = replace(context, label=label or context.label, per=f"{context.per} {label}", cell=bool(amounts))
    if context.label and is_condition(label):
        own = replace(own, label=context.label, condition=label)
    remarks = {place: cells[place].replace(INNER, " ") for place in rest if cells[place]}
    for place in amounts or rest:
        header = headers[place]
        others = [remark for at, remark in remarks.items() if at != place]
        unit = next((found[0] for part in [*others, header] if (found := words.UNIT.search(part))), "")
        said = [own.condition, header if len(amounts or rest) > 1 else ""]
        said += [remark for remark in others if remark != unit] if amounts else []
        condition = ", ".join(part for part in said if part) or None
        at = replace(
            own, column=header, condition=condition, per=f"{own.per} {unit}", alone=place == last and not schedule
        )
        for part in parts(cells[place]):
            _statement(part, at, reader)
    return bool(amounts)


def _statement(text: str, context: Context, reader: _Reader) -> None:
    """Read one statement into the reader."""
    text = numbers.NUMERALS.sub(lambda word: str(numbers.numeral(word[1]) or word[1]), text)
    drafts = _drafts(text, context, reader)
    for why, pattern in words.WHOLLY_OTHER:
        if pattern.search(text) or (context.label and pattern.search(context.label)):
            reader.refuse(why, text)
            drafts = [draft for draft in drafts if draft.read.kind == "free"]
    reader.add(drafts, text)


def _drafts(text: str, context: Context, reader: _Reader) -> list[Draft]:
    """The fees of a statement; brackets that hold amounts are statements of their own, others are remarks."""
    notes: list[tuple[int, str]] = []
    inner: list[tuple[int, str]] = []
    kept: list[str] = []
    start = length = 0
    for bracket in _BRACKETS.finditer(text):
        kept.append(text[start : bracket.start()])
        length += bracket.start() - start
        start = bracket.end()
        stated = any(mention.sort != "bare" for mention in mentions(bracket[1]))
        if stated or LETTERS.search(bracket[1]):
            (inner if stated else notes).append((length, bracket[1].strip()))
    outer = "".join([*kept, text[start:]])
    drafts = Statement(outer, context, reader.refuse, notes).drafts()
    labelled = [draft for draft in drafts if draft.read.label]
    for at, part in inner:
        label = next((draft.read.label for draft in reversed(labelled) if draft.at < at), context.label)
        before = outer[max(0, at - NEAR) : at]
        own = replace(context, label=label, before=before, bare=False, cell=False, alone=False)
        read = [replace(draft, at=at) for draft in Statement(part, own, reader.refuse, []).drafts()]
        drafts += read
        labelled += [draft for draft in read if draft.read.label]
    return sorted(drafts, key=lambda draft: draft.at)


def _bounded(last: Read, bound: Read) -> Read | None:
    """The fee with the bound set, or ``None`` if it cannot be a bound of this fee."""
    if last.kind == "range" and {bound.amount_min, bound.amount_max} & {last.amount_min, last.amount_max}:
        return last
    if last.kind in {"free", "range"} or last.kind == bound.kind:
        return None
    low = bound.amount_min if bound.amount_min is not None else last.amount_min
    high = bound.amount_max if bound.amount_max is not None else last.amount_max
    if low is not None and high is not None and low > high:
        return None
    kind: FeeKind = "range" if last.kind in {"from", "up_to"} else last.kind
    return structs.replace(last, kind=kind, amount_min=low, amount_max=high)
