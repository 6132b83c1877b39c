"""The grammar of a statement about fees: what the words around its numbers say of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from msgspec import Struct

from busdb import feewords as words
from busdb.feedates import validity
from busdb.feelabels import LONGEST, Around, described, fee_type
from busdb.feementions import MOST, Mention, mentions
from busdb.records import FeeKind, FeePeriod, FeeType

Refuse = Callable[[str, str], None]

WINDOW = 200  # how far around a number its words are sought; bounds the time for any text
NEAR = 60
_CENT = Decimal("0.01")


class Read(Struct, frozen=True, kw_only=True):
    """A fee as a text states it. ``amount_min`` is a floor and ``amount_max`` a cap, whatever the kind is."""

    type: FeeType = "fee"
    kind: FeeKind
    amount: Decimal | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    percent: Decimal | None = None
    base: str | None = None
    currency: str = "EUR"
    unit: str | None = None
    period: FeePeriod | None = None
    label: str | None = None
    condition: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(slots=True, frozen=True)
class Context:
    """What stands around a statement.

    ``label`` is a heading or the first cell of a row, ``title`` the line before a line that begins with an amount,
    ``per`` where a unit may stand, ``column`` the header above. Numbers without a sign are euros at the ends of lines
    where ``bare`` is set, anywhere in a ``cell``, and if they are all that is said (``alone``).
    """

    label: str | None = None
    condition: str | None = None
    title: str | None = None
    per: str = ""
    column: str | None = None
    before: str = ""
    bare: bool = False
    cell: bool = False
    alone: bool = False


@dataclass(slots=True)
class Draft:
    """A fee in the making.

    A ``loose`` one may be only a bound of the fee before it, a ``usual`` one a remark on it, a ``total`` a sum.
    """

    at: int
    read: Read
    loose: bool = False
    usual: bool = False
    total: bool = False


class Statement:
    """A statement without its brackets, and its reading."""

    def __init__(self, text: str, context: Context, refuse: Refuse, notes: list[tuple[int, str]]) -> None:
        self.text, self.context, self.refuse, self.notes = text, context, refuse, notes
        self.mentions = mentions(text)
        if len(self.mentions) > MOST:
            refuse("too many numbers", text[:WINDOW])
            self.mentions = []
        self.only = context.alone and self._numbers_only()
        self.kept: list[Mention] = []
        self.units: dict[int, str] = {}
        self.period: FeePeriod | None = None
        self.shared = words.UNIT_AHEAD.match(text[:WINDOW])

    def drafts(self) -> list[Draft]:
        """The fees in their order. Refused amounts part statements too, but for those that are conditions."""
        ends = 0
        for place, mention in enumerate(self.mentions):
            following = self.mentions[place + 1] if place + 1 < len(self.mentions) else None
            if mention.sort == "bare" and not self._is_amount(mention):
                continue
            why = self._refusal(mention, ends, following)
            value = words.VALUE_AFTER.match(self.text[mention.end : mention.end + WINDOW]) if why is not None else None
            ends = mention.end + (value.end() if value else 0)
            if why:
                self.refuse(why, self.text[max(0, mention.start - 40) : mention.end + 25])
            if why is None or (why and why not in words.CONDITIONAL):
                mention.taken = why is None
                self.kept.append(mention)
        if not self.kept:
            return []
        cuts = [0, *(self._cut(last, new) for last, new in pairwise(self.kept)), len(self.text)]
        drafts: list[Draft] = []
        for mention, (begin, end) in zip(self.kept, pairwise(cuts), strict=True):
            if mention.taken:
                drafts.append(self._draft(mention, begin, end, drafts[-1].read if drafts else None))
        return drafts

    def _numbers_only(self) -> bool:
        """Whether the statement is nothing but numbers and their bounds: ``25 bis 500``; a year alone is no amount."""
        if not self.mentions or len(self.text) > WINDOW or any(mention.sort != "bare" for mention in self.mentions):
            return False
        ends = [0, *(mention.end for mention in self.mentions)]
        starts = [*(mention.start for mention in self.mentions), len(self.text)]
        gaps = (self.text[end:start] for end, start in zip(ends, starts, strict=True))
        year = re.fullmatch(r"\W*(?:19|20)\d\d\W*", self.text)
        return not year and not self.notes and all(words.NUMBERS_ONLY.fullmatch(gap) for gap in gaps)

    def _is_amount(self, mention: Mention) -> bool:
        """Whether a number without a sign is an amount of money, by its place."""
        begin = max(self.kept[-1].end if self.kept else 0, mention.start - WINDOW)
        before, after = self.text[begin : mention.start], self.text[mention.end : mention.end + WINDOW]
        if words.COUNTED.match(after) or words.NO_AMOUNT_WORD.search(before) or self._counts_else(mention, before):
            return False
        if self.context.cell or self.only:
            return True
        if after[:1] == " " and (words.UNIT.match(after, 1) or words.STEP_AFTER.match(after, 1)):
            return not _bounds(before) or "," in mention.raw or self.context.bare
        return words.CLOSES.match(after) is not None and self._closes_as_amount(mention, before, after)

    def _counts_else(self, mention: Mention, before: str) -> bool:
        """Whether a number names an account, a year, a place, or a row: ``3004 für jede Änderung 234 Euro``."""
        cents = words.CENTS.fullmatch(mention.raw) is not None
        if self.context.cell or self.only or cents:
            return not (self.context.cell or self.context.label or cents) and mention.raw.count(" ") > 1
        last = self.mentions[-1]
        row = mention.start == 0 and mention.raw.isdigit() and last is not mention and last.sort in {"money", "bare"}
        if row and words.ENDS.match(self.text, last.end) and not _bounds(self.text[: last.start]):
            return True
        found = words.YEAR.fullmatch(mention.raw) or words.PLACE_WORD.search(before)
        return found is not None or mention.raw.count(" ") > 1

    def _closes_as_amount(self, mention: Mention, before: str, after: str) -> bool:
        """Whether a number at the end of words is an amount, because of these words or of its form."""
        bound = _bounds(before)
        if mention.high is None and not bound and words.PREPOSITION.search(before):
            return False
        leads = mention.start == 0 and mention.high is not None and len(self.mentions) > 1 and self.context.alone
        if (self.kept and bound and self.kept[-1].sort != "free") or (leads and not words.SCHEDULE.search(self.text)):
            return True
        if words.UNIT_BEFORE.search(before) or not words.ENDS.match(after):
            return words.UNIT_BEFORE.search(before) is not None
        stated = words.FEE_LABEL.search(before) or words.CENTS.fullmatch(mention.raw)
        return bool(self.context.bare or stated or (bound and words.BY_TIME.search(before)))

    def _refusal(self, mention: Mention, ends: int, following: Mention | None) -> str | None:
        """Why a mention is no fee; empty if it is the unit of one; ``None`` if it is one."""
        before = self.text[max(ends, mention.start - WINDOW) : mention.start]
        after = self.text[mention.end : min(following.start if following else len(self.text), mention.end + WINDOW)]
        if mention.sort == "free":
            return self._not_free(mention, before, after)
        if mention.sort == "percent":
            return self._no_share(mention, before)
        if not before.strip() and not ends:
            before = self.context.before + " " if self.context.before else f"{self.context.label or ''}: "
        if any((value * 100) % 1 for value in (mention.low, mention.high or mention.low)):
            return "more than two decimal places"
        if self._is_step(mention, before, after, following):
            return ""
        return self._other_amount(before, after, following)

    def _other_amount(self, before: str, after: str, following: Mention | None) -> str | None:
        """Why an amount of money between these words is no fee."""
        if following and following.sort == "money":
            if words.FOLLOWED_BY_NEW.fullmatch(after):
                return "former amount"
            tier = words.TIER.search(before) is not None
            if tier and (not after.strip() or (len(after) < NEAR and after.strip().endswith(":"))):
                return "limit, not a fee"
        marked = _bounds(before)
        reset = words.RESET.match(before)
        for why, pattern in words.BEFORE:
            window = before[reset.end() :] if reset and why.startswith("value") else before
            if pattern.search(window) and not (marked and why.startswith("limit")):
                return why
        return next((why for why, pattern in words.AFTER if pattern.match(after)), None)

    def _is_step(self, mention: Mention, before: str, after: str, following: Mention | None) -> bool:
        """``5 Euro je angefangene 1.000 Euro``: the second amount is the unit of the first (or of the one after it)."""
        step = words.VALUE_STEP.search(before) or words.STEP_WORD.search(before)
        first = following and following.sort == "money" and not self.kept and mention.low >= 100
        certain = step and (
            step.re is words.VALUE_STEP or ((self.kept or first) and before.strip(" -–") == step[0].strip())
        )
        if not step or not (certain or words.VALUE_AFTER.match(after)):
            return False
        unit = f"{(step[1] or '').strip()} {self.text[mention.start : mention.end]}".strip()
        if self.kept and not words.STRONG.search(before):
            self.units[self.kept[-1].start] = unit
        elif following:
            self.units[following.start] = unit
        return True

    def _not_free(self, mention: Mention, before: str, after: str) -> str | None:
        clause = before.rpartition(",")[2]
        if_clause = words.IF_CLAUSE.match(clause if "," in before else clause.lstrip())
        if words.NOT_FREE.search(before) or (if_clause and (if_clause["sure"] or words.IF_CLAUSE_ENDS.match(after))):
            return "not free"
        if words.FREE_OTHER.match(after):
            return "something else is free"
        said = self.text[mention.start : mention.end]
        open_ = words.MAY_BE_FREE.search(before) and after.startswith(" sein")
        return (
            "may be free" if open_ or (said.endswith("befreit") and words.MAY_BE_FREE.search(before + after)) else None
        )

    def _no_share(self, mention: Mention, before: str) -> str | None:
        base = words.base(self.text, mention.end)
        if base is None or mention.high is not None:
            return "percentage of nothing certain"
        if words.NO_BASE.search(base):
            return "share of another fee"
        return "percentage, not a fee" if words.NO_PRICE.search(before) else None

    def _cut(self, last: Mention, new: Mention) -> int:
        """Where what is said about one fee ends, and what is said about the next begins."""
        gap = self.text[last.end : new.start]
        for pattern in (words.STRONG, words.WEAK) if last.taken else (words.STRONG,):
            if separators := list(pattern.finditer(gap)):
                return last.end + separators[-1].start()
        unit = None if gap.rstrip().endswith(":") else words.UNIT.match(gap, 1)
        return last.end + (unit.end() if unit else 0)

    def _draft(self, mention: Mention, begin: int, end: int, last: Read | None) -> Draft:
        pre, post = self.text[begin : mention.start], self.text[mention.end : end]
        window = pre[-WINDOW:]
        notes = [note for at, note in self.notes if begin < at <= end or (at == begin == 0)]
        unit, period = self._rate(mention, pre, post, " ".join(notes))
        kind, amounts = self._amounts(mention, window, rate=bool(unit or period not in {None, "once"}))
        if after := words.SLASHED.match(post) or words.UNIT.match(post, 1):
            also = words.ALSO_PER.match(post, after.end())
            post = post[(also or after).end() :]
        if ahead := words.UNIT_BEFORE.search(window):
            pre = pre[: len(pre) - len(ahead[0])]
        around = Around(self.context.title or self.context.label, self.context.condition, last.label if last else None)
        head = None if ":" in pre else self.text[: self.mentions[0].start].partition(":")[0]
        pre, first, last_day = validity(pre)
        label, condition = described(pre, post, notes, around, free=mention.sort == "free")
        if kind == "free":
            unit = period = None
        read = Read(
            type=fee_type(label or post.strip(), head, self.context.column, self.context.label, self.context.title),
            kind=kind,
            **amounts,
            unit=unit,
            period=period,
            label=label,
            condition=condition,
            valid_from=first,
            valid_to=last_day,
        )
        bounds = kind in {"from", "up_to"} or (kind == "range" and words.FLOOR.search(window) is not None)
        loose = bounds and words.BOUND_WORDS.fullmatch(words.UNIT.sub("", window)) is not None
        usual, total = (
            words.USUAL.search(window) is not None,
            words.TOTAL.search(self.text[max(0, mention.start - WINDOW) : mention.start]) is not None,
        )
        return Draft(mention.start, read, loose, usual=usual, total=total)

    def _amounts(self, mention: Mention, before: str, *, rate: bool) -> tuple[FeeKind, dict[str, Any]]:
        low = mention.low.quantize(_CENT)
        if mention.sort == "free" or (mention.sort != "percent" and mention.high is None and not low):
            return "free", {}
        if mention.sort == "percent":
            share = mention.low.normalize()
            percent = share if cast("int", share.as_tuple().exponent) <= 0 else share.quantize(Decimal(1))
            return "value_based", {"percent": percent, "base": words.base(self.text, mention.end)}
        if mention.high is not None:
            return "range", {"amount_min": low, "amount_max": mention.high.quantize(_CENT)}
        if words.FLOOR.search(before):
            return "from", {"amount_min": low}
        if words.CAP.search(before):
            return "up_to", {"amount_max": low}
        return "rate" if rate else "fixed", {"amount": low}

    def _rate(self, mention: Mention, pre: str, post: str, notes: str) -> tuple[str | None, FeePeriod | None]:
        """The unit and the period of an amount, from what stands after it, before it, and around the statement."""
        if mention.start in self.units:
            return self.units[mention.start], None
        near, ahead, around = words.NEAR_UNIT.match(post[:LONGEST])[0], pre[-LONGEST:], self.context.per  # type: ignore[index]
        found = words.SLASHED.match(near) or words.EACH.search(ahead)
        for part in (near, ahead, notes):
            found = found or words.UNIT.search(part)
        found = found or self.shared or words.UNIT.search(around)
        self.period = _period(ahead) or self.period
        period = _period(near) or self.period or _period(notes) or _period(around)
        if not found:
            half = any(words.HALF_YEARLY.search(part) for part in (near, ahead, notes, around))
            return "Halbjahr" if half else None, period
        unit = found["unit"]
        named = _named(unit)
        if also := words.ALSO_PER.match(found.string, found.end("unit")):
            second = _named(also["unit"])
            unit = also["unit"] if named else unit if second else f"{unit} und {also['unit']}"
            return (None if named and second else unit), named or second or period
        before = (words.UNIT if named else words.UNIT_BEFORE).search(ahead) if found.string is near else None
        if before and not _named(before["unit"]):
            unit = before["unit"] if named else f"{before['unit']} und {unit}"
            return unit, named or period
        return (None, named) if named else (unit, period)


def _bounds(before: str) -> bool:
    """Whether the amount after these words is a floor or a cap."""
    near = before[-WINDOW:]
    return (words.FLOOR.search(near) or words.CAP.search(near)) is not None


def _period(text: str) -> FeePeriod | None:
    found = words.PERIOD.search(text)
    if not found:
        return None
    if found["adverb"]:
        return cast("FeePeriod", words.ADVERBS[found["adverb"].casefold()])
    said = found[0].casefold()
    return cast("FeePeriod", next(period for stem, period in words.STEMS if stem in said))


def _named(noun: str) -> FeePeriod | None:
    return cast("FeePeriod | None", words.PERIODS.get(words.WHOLE.sub("", noun.lower()).rstrip(".")))
