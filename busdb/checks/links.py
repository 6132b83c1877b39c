"""Whether links and markup can be followed, by everybody, and safely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from busdb.checks.base import Hit, rule
from busdb.checks.known import Known
from busdb.html import TAGS, usable
from busdb.hyperlinks import addresses
from busdb.records import Authority, Fee, Form, LocalAddition, OnlineService, Service

_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_HREF = re.compile(r"""\s+href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
LINKED = (Service, Authority, LocalAddition, OnlineService, Form, Fee)
"""The kinds of records that hold links."""


@rule("Q11", "muss", Service, LocalAddition, Authority, OnlineService, Form)
def unsafe(record: Any, _known: Known) -> Iterator[Hit]:
    """Markup beyond the ten tags, attributes other than a link, links that are no web, mail or phone address."""
    for path, markup in _markup(record):
        for name, attributes in _TAG.findall(markup):
            rest = _HREF.sub("", attributes, count=1).strip(" /")
            link = _HREF.match(attributes)
            if name.lower() not in TAGS or rest:
                yield Hit(path, {"found": f"<{name}{attributes}>"[:80]})
            elif link and not usable(link[1] or link[2] or ""):
                yield Hit(path, {"found": (link[1] or link[2] or "")[:80]})
    for position, contact in enumerate(getattr(record, "contacts", ())):
        if contact.channel == "web" and not usable(contact.value):
            yield Hit(f"$.contacts[{position}].value", {"found": contact.value[:80]})


def _markup(record: Any) -> Iterator[tuple[str, str]]:
    for position, text in enumerate(getattr(record, "texts", ())):
        if "<" in text.html:
            yield f"$.texts[{position}].html", text.html
    if getattr(record, "description", None):
        yield "$.description", record.description


@rule("Q20", "soll", *LINKED)
def dead(record: Any, known: Known) -> Iterator[Hit]:
    """A link that has led nowhere on three days, is redirected for good, or is not encrypted (`busdb check-links`)."""
    first: dict[str, str] = {}
    for path, url in addresses(record):
        first.setdefault(url, path)
    for url, path in first.items():
        reason, more = known.bad_links.get(url.partition("#")[0], ("", ""))
        if not reason and url.startswith("http://"):
            reason = "@quality.link_plain"
        if reason:
            yield Hit(path, {"url": url, "reason": reason, "more": more})


@rule("Q30", "soll", Form)
def inaccessible(record: Form, _known: Known) -> Iterator[Hit]:
    """A form as PDF of which nobody says that everybody can use it."""
    if not record.accessible and any(one.url.lower().partition("?")[0].endswith(".pdf") for one in record.links):
        yield Hit("$.accessible")


@rule("Q31", "soll", OnlineService)
def no_level(record: OnlineService, _known: Known) -> Iterator[Hit]:
    """An online service that does not say which level of assurance it asks for."""
    if record.assurance_level is None:
        yield Hit("$.assurance_level")
