"""From when to when an amount is due, as German texts about fees say it: ``ab 01.01.2027``, ``bis 31. Dezember``."""

from __future__ import annotations

import datetime as dt
import re

from busdb.feenumbers import pattern

_MONTHS = ["jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"]


def _date(name: str) -> str:
    return rf"(?P<{name}>\d{{1,2}}\. ?(?:\d{{1,2}}\.|[a-zä]{{3,9}}) ?\d{{4}})"


_UNTIL = "bis(?: zum| einschließlich| einschl\\.)*"
_FROM = rf"(?:für den zeitraum |in der zeit |gültig |gilt )?(?:ab|seit|vom)(?: dem)? {_date('first')}(?: an)?"
_TO = rf"(?:gültig |gilt |noch )?{_UNTIL} {_date('last')}"
_SPAN = rf"{_FROM}(?: {_TO})?"
_VERBS = r"(?:,|:| (?:beträgt|betrug|gilt|galt|kostet|kostete|gelten|galten|sind|waren)(?: die gebühr| sie| es)?)* ?"
_SAID = (pattern(rf"\W*{_SPAN}(?! \w*gebor)"), pattern(rf"(?<!\w){_SPAN}{_VERBS}$"), pattern(rf"\W*{_TO}{_VERBS}$"))


def validity(text: str) -> tuple[str, dt.date | None, dt.date | None]:
    """The words before an amount without the days that they name, and the first and the last day that it is due."""
    begins, anywhere, ends = _SAID
    found = begins.match(text) or anywhere.search(text) or ends.match(text)
    if not found:
        return text, None, None
    days = found.groupdict()
    return text[: found.start()] + text[found.end() :], _day(days.get("first")), _day(days.get("last"))


def _day(said: str | None) -> dt.date | None:
    """The date that words say; ``None`` without words, or if there is no such day."""
    if not said:
        return None
    day, month, year = re.split(r"\. ?|(?<=[a-zä]) ", said.lower())
    try:
        return dt.date(int(year), int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3]), int(day))
    except ValueError:
        return None
