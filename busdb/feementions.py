"""The numbers of a statement about fees, with the signs beside them, and its words for nothing to pay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Literal

from busdb import feenumbers as numbers
from busdb import feewords as words

MOST = 500  # numbers of a statement; more are no words about fees
_TOO_MUCH = 10**9  # more than any fee; such a number is one of an account


@dataclass(slots=True)
class Mention:
    """A number of a statement with its sign, or words that say that nothing is due."""

    start: int
    end: int
    sort: Literal["money", "bare", "percent", "free"]
    low: Decimal = Decimal(0)
    high: Decimal | None = None
    raw: str = ""
    taken: bool = True


def mentions(text: str) -> list[Mention]:
    """The numbers of a statement, ranges as one, and the words for nothing to pay; of too many, ``MOST`` and one."""
    found: list[Mention] = []
    for token in numbers.TOKEN.finditer(text):
        if token["junk"] or (value := numbers.decimal(token["number"])) >= _TOO_MUCH:
            continue
        if len(found) > MOST:
            return found
        cents = (token["before"] or token["after"] or "").lower().startswith("c")
        value /= 100 if cents else 10 if token["mille"] else 1
        dash = token["number"][-1] in "-–—="
        sort: Literal["money", "bare", "percent"] = "money" if token["before"] or token["after"] or dash else "bare"
        if token["percent"] or token["mille"]:
            sort = "percent"
        mention = Mention(token.start(), token.end(), sort, value, raw=token["number"])
        if not (found and _joined(found[-1], mention, text, cents=cents)):
            found.append(mention)
    free = words.FREE.finditer(text)
    if any(mention.sort == "money" for mention in found):
        free = chain(free, words.FREE_BESIDE.finditer(text))
    said = {word.start(): Mention(word.start(), word.end(), "free") for word in free}
    found += said.values()
    return sorted(found, key=lambda mention: mention.start)


def _joined(last: Mention, new: Mention, text: str, *, cents: bool) -> bool:
    """Whether the new number was joined to the last one: a range, euros and cents. Alternatives share their sign."""
    gap = text[last.end : new.start]
    if last.high is not None or last.sort == "percent" or len(gap) > 30:
        return False
    short = new.sort == "bare" and gap == " " and len(new.raw) == len("50")
    cents = cents or (short and not words.COUNTED.match(text, new.end))
    if cents and last.sort == "money" and last.low >= 1 and "," not in last.raw and gap in {" ", " und "}:
        last.low, last.end = last.low + (new.low if new.low < 1 else new.low / 100), new.end
        return True
    before = text[max(0, last.start - 30) : last.start]
    ranged = words.RANGE.fullmatch(gap) and not _numbering(last, gap, before)
    if last.low < new.low and (ranged or (words.BOTH.fullmatch(gap) and words.BETWEEN.search(before))):
        last.high, last.end = new.low, new.end
        last.sort = "bare" if last.sort == new.sort == "bare" else "percent" if new.sort == "percent" else "money"
        return True
    if last.sort == "bare" and new.sort == "money" and (words.EITHER.fullmatch(gap) or words.INSTEAD.fullmatch(gap)):
        last.sort = "money"
    if last.sort == "money" and new.sort == "bare" and words.AGAIN.search(gap) and re.fullmatch(r".*,\d\d", new.raw):
        new.sort = "money"
    return False


def _numbering(last: Mention, gap: str, before: str) -> bool:
    """``Hund 1 - 60 Euro``: a dash after the number of a thing."""
    small = last.sort == "bare" and last.low <= 5 and "," not in last.raw and gap.strip() in {"-", "–", "—"}
    return small and words.NOUN_BEFORE.search(before) is not None and not words.FEE_LABEL.search(before)
