"""How pages say things: the words, dates, periods, hours and links that all templates share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

import phonenumbers
from babel import Locale, UnknownLocaleError
from flask import Flask
from markupsafe import Markup, escape

from busdb import i18n, layers, validity
from busdb.cardtext import address_line
from busdb.hours import DayHours, Opening, opening, week
from busdb.i18n import message
from busdb.publication import AuthorityView, FeeView, Highlight, Part, Publication
from busdb.records import HoursException, HoursType
from busdb.timewords import clock, date, deadline, period, processing, spans

NAMES = {"de": "Deutsch", "en": "English", "de-x-ls": "Leichte Sprache"}
"""What languages are called on pages where their own name does not do."""
RTL = frozenset({"ar", "fa", "he", "ur"})
_HEADING = re.compile(r"<(/?)h([1-6])>")


def install(app: Flask) -> None:
    """Let every template of the application use what stands here."""
    app.jinja_env.globals.update(t=message, known=i18n.known, opening=open_now, week=week_of, today=today)
    app.jinja_env.globals["speaks"] = i18n.current
    words = (date, period, clock, spans, deadline, processing, address_line)
    languages = (mark_language, mark_words, note_language, language_name, name_language, teaser_language)
    for one in (*words, *languages, highlighted, prose, telephone, modules):
        app.jinja_env.filters[one.__name__] = one
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def today() -> dt.date:
    """The day in Germany."""
    return validity.today(validity.now())


def mark_language(language: str) -> Markup:
    """The attributes of an element whose text is not in the language of the page."""
    if language == i18n.current():
        return Markup("")
    direction = Markup(' dir="rtl"') if language in RTL else Markup("")
    return Markup(' lang="{}"').format(language) + direction


def note_language(language: str) -> Markup:
    """Says for all to see that a text is not in the language of the page."""
    if language == i18n.current():
        return Markup("")
    said = message("page.in_language", {"language": language_name(language)})
    return Markup(' <span class="kern-body--small kern-body--muted">{}</span>').format(said)


def mark_words(text: str | None, fees: Iterable[FeeView]) -> Markup:
    """A text about fees with those of their words marked that are not in the language of the page."""
    words = {getattr(one, name) for one in fees for name in one.untranslated_words}
    if not (text and words):
        return escape(text or "")
    found = re.split(rf"(?<!\w)({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)", text)
    marked = Markup("<span{}>{}</span>")
    mark = mark_language(layers.FALLBACK)
    return Markup("").join(marked.format(mark, one) if at % 2 else escape(one) for at, one in enumerate(found))


def name_language(one: Any) -> str:
    """The language of the name of a service: of a publication, or of what says it itself."""
    return _spoken(one, ["03", "02"]) if isinstance(one, Publication) else str(one.language)


def teaser_language(one: Any) -> str:
    """The language of the teaser of a publication or of a hit."""
    return _spoken(one, ["24", "05"]) if isinstance(one, Publication) else str(one.teaser_language)


def _spoken(publication: Publication, codes: list[str]) -> str:
    text = layers.module(publication.service, codes, publication.language)
    return text.language if text else publication.language


def language_name(language: str) -> str:
    """A language by its own name."""
    if language in NAMES:
        return NAMES[language]
    try:
        return str(Locale.parse(language).get_display_name() or language)
    except (UnknownLocaleError, ValueError):
        return language


def highlighted(found: Highlight | None, otherwise: str) -> Markup:
    """A fragment with what met the search marked; without one another text."""
    if found is None:
        return escape(otherwise)
    out, at = Markup(""), 0
    for span in found.spans:
        out += escape(found.text[at : span.start]) + Markup("<mark>{}</mark>").format(found.text[span.start : span.end])
        at = span.end
    return out + escape(found.text[at:])


def prose(html: str, heading: int = 3) -> Markup:
    """Clean HTML of a source, its own headings below ``heading``."""

    def lowered(found: re.Match[str]) -> str:
        return f"<{found[1]}h{min(6, heading + 1)}>"

    return Markup(_HEADING.sub(lowered, html))  # noqa: S704  # cleaned at import by busdb.html


def telephone(number: str) -> str:
    """The address by which a phone dials a number."""
    try:
        parsed = phonenumbers.parse(number, "DE")
    except phonenumbers.NumberParseException:
        return "tel:" + re.sub(r"[^\d+]", "", number)
    return "tel:" + phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def open_now(authority: AuthorityView, ars: str | None, type_: HoursType = "visit") -> Opening | None:
    """Whether an authority is open at this moment; ``ars`` tells the Land, whose holidays count."""
    return opening(authority, validity.now(), (ars or "")[:2], type_)


class Hours:
    """The hours of an authority as a table: regular days, and what will be otherwise."""

    def __init__(self, days: tuple[DayHours, ...] | None, texts: list[str], exceptions: list[HoursException]) -> None:
        self.days = days
        self.texts = texts
        self.exceptions = exceptions

    def __bool__(self) -> bool:
        return bool(self.days or self.texts or self.exceptions)


def week_of(authority: AuthorityView, type_: HoursType = "visit") -> Hours:
    """The hours of an authority from today on."""
    day = today()
    current = [one for one in authority.hours if one.type == type_ and (one.valid_to is None or one.valid_to >= day)]
    ahead = [one for one in authority.exceptions if one.type == type_ and one.last_day >= day]
    return Hours(
        week(authority, day, type_),
        [one.text for one in current if one.text],
        sorted(ahead, key=lambda one: one.first_day),
    )


def modules(publication: Publication, codes: Iterable[str] | None = None) -> Sequence[tuple[str, list[Part]]]:
    """The texts of a publication with their parts, by module in the order shown; all or those of ``codes``."""
    wanted = tuple(codes) if codes is not None else None
    order = [text.module for text in publication.texts if wanted is None or text.module in wanted]
    return [(code, [part for part in publication.parts if part.module == code]) for code in order]
