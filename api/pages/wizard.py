"""/einbinden: from a municipality and a wish to the code that a webmaster pastes, with a preview. Needs no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response
from marshmallow import fields, validate

from api import arguments as parameters
from api.hub import hub
from api.life_events import nodes
from api.pages import reads, shell, widget
from api.pages.embed import MODES
from api.pages.look import language_name
from api.pages.shell import Head, Visit, page
from busdb import i18n, queries
from busdb.i18n import message
from busdb.members import BODIES
from busdb.publication import Hit
from busdb.search.results import ANYTHING
from busdb.textfold import fold

blueprint = Blueprint("wizard", __name__)
LOOKS = {"color": "--zufi-color-primary", "font": "--zufi-font", "radius": "--zufi-radius"}
"""What the wizard asks of the look, and the property that it sets."""
_FILTERS = {
    "detail": ("service",),
    "authority": ("authority",),
    "list": ("life_event",),
    "life-events": ("life_event",),
}
_MOST = 12
"""From how many services to choose at most."""
_SAFE = validate.Regexp(r"^[\w #.,%()\"'-]*$")


class Wishes(parameters.Where):
    """What is to be embedded, and how it looks."""

    mode = fields.String(load_default="search", validate=validate.OneOf(MODES))
    service = fields.String(validate=validate.Length(max=300))
    service_name = fields.String(validate=validate.Length(max=200))
    authority = fields.String(validate=validate.Length(max=300))
    life_event = fields.String(validate=validate.Length(max=300))
    language = fields.String(load_default="de", validate=validate.OneOf(i18n.LANGUAGES))
    heading_level = fields.Integer(load_default=2, validate=validate.Range(1, 4))
    color = fields.String(validate=validate.Regexp(r"^#[0-9a-fA-F]{6}$"))
    font = fields.String(validate=[validate.Length(max=200), _SAFE])
    radius = fields.String(validate=validate.Regexp(r"^\d{1,2}px$"))


@blueprint.get("/einbinden")
@page(Wishes)
def wizard(visit: Visit, wishes: dict[str, Any]) -> Response:
    """The wizard: without a municipality it asks for one."""
    host = hub().settings.base_url.rstrip("/")
    filters = _FILTERS.get(wishes["mode"], ())
    services = _services(visit, wishes) if "service" in filters else Services("")
    wishes = {**wishes, "service": services.id}
    attributes = _attributes(visit, wishes)
    visit.links = shell.links_for(visit.place, visit.links.lang)  # the pages themselves are of no body
    codes = snippets(host, attributes, wishes)
    response = visit.render(
        "wizard.html",
        Head(title=message("page.embed"), description=message("page.embed_lead"), canonical={}),
        wishes=wishes,
        modes=MODES,
        filters=filters,
        bodies=visit.place is not None and visit.place.kind in BODIES,
        services=services,
        offices=_offices(visit, wishes.get("authority")) if "authority" in filters else [],
        life_events=_life_events(visit, wishes["mode"]) if "life_event" in filters else [],
        languages=[(code, language_name(code)) for code in i18n.LANGUAGES],
        snippets=[(name, message(f"page.embed_{name}"), code) for name, code in codes.items()],
        policy=policy(host),
        attributes=attributes,
        looks={name: wishes[wish] for wish, name in LOOKS.items() if wishes.get(wish)},
        preview=f"/embed/v1/{wishes['mode']}?{urlencode({**_query(attributes), 'as': 'page'})}",
    )
    response.headers["Content-Security-Policy"] = shell.POLICY + "; frame-src 'self'"
    return response


class Services(NamedTuple):
    """The service that is meant: its id, or ``None`` with those that it could be; ``name`` stands in the field."""

    id: str | None
    name: str | None = None
    choices: Sequence[Hit] = ()


def _services(visit: Visit, wishes: dict[str, Any]) -> Services:
    """A service by its id, which the field with its name confirms, else by what was typed: a name or words."""
    id_, typed = wishes.get("service"), wishes.get("service_name")
    name = _name(visit, id_) if id_ else None
    if name and (typed is None or fold(typed) == fold(name)):
        return Services(id_, name)
    text = typed or id_
    if text is None or visit.place is None:
        return Services(None, text)
    found = hub().desk.search(text, visit.place, visit.on, only=ANYTHING, language=visit.language, limit=_MOST)
    same = [one for one in found.results if fold(one.name) == fold(text)]
    return Services(same[0].id, same[0].name) if len(same) == 1 else Services(None, text, found.results)


def _name(visit: Visit, id_: str) -> str | None:
    number = queries.number_of(visit.connection, "service", id_)
    return queries.service_names(visit.connection, {number}, visit.language).get(id_) if number else None


def _offices(visit: Visit, wanted: str | None) -> list[tuple[str, str]]:
    """What can be chosen as an authority: the offices of the place, and what an address names."""
    offices = [("", message("page.embed_town_hall")), *((one.id, one.name) for one in reads.offices(visit))]
    return offices if wanted is None or wanted in dict(offices) else [*offices, (wanted, wanted)]


def _life_events(visit: Visit, mode: str) -> list[tuple[str, str]]:
    """The tree of life events as a list, each below its parent and indented."""
    tree = nodes(visit)

    def below(parent: str | None, depth: int) -> Iterator[tuple[str, str]]:
        for one in tree:
            if one.parent == parent:
                yield one.id, "– " * depth + one.name
                yield from below(one.id, depth + 1)

    everything = "page.embed_life_events_any" if mode == "list" else "page.embed_life_events_all"
    return [("", message(everything)), *below(None, 0)]


def policy(host: str) -> str:
    """What a page's policy must allow for the widget."""
    return f"script-src {host}; style-src {host}; connect-src {host}; img-src {host}"


def _attributes(visit: Visit, wishes: dict[str, Any]) -> dict[str, str]:
    """The attributes of the element, in the order in which they are shown."""
    found = {"ars": visit.links.ars, "lang": wishes["language"], "mode": wishes["mode"]}
    found["scope"] = visit.scope or ""
    found |= {name.replace("_", "-"): wishes.get(name) for name in _FILTERS.get(wishes["mode"], ())}
    found["heading-level"] = str(wishes["heading_level"])
    return {name: value for name, value in found.items() if value}


def _query(attributes: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name != "mode"}


def snippets(host: str, attributes: dict[str, str], wishes: dict[str, Any]) -> dict[str, str]:
    """The code to paste, by the way of embedding."""
    query = _query(attributes)
    address = f"{host}/embed/v1/{attributes['mode']}?{urlencode(query)}"
    fallback = f"{host}/?{urlencode([one for one in query.items() if one[0] in {'ars', 'lang'}])}"
    said = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    link = f'<a href="{escape(fallback)}">{message("page.embed_fallback", language=wishes["language"])}</a>'
    element = f"<zufi-finder {said}>\n  {link}\n</zufi-finder>"
    load = (
        f'<script type="module" src="{host}/widget/{widget.VERSION}/zufi.js"\n'
        f'  integrity="{widget.integrity()}" crossorigin></script>'
    )
    script = f"{load}\n{element}"
    title = message("page.embed_title", language=wishes["language"])
    frame = (
        f'<script type="module" src="{host}/widget/v1/frame.js"></script>\n'
        f'<iframe src="{escape(address + "&as=page")}" title="{title}"\n'
        '  width="100%" height="600" loading="lazy"></iframe>'
    )
    indented = element.replace("\n", "\n    ")
    look = {"look": _look(wishes)} if _look(wishes) else {}
    return {
        "script": script,
        **look,
        "fragment": f'<!--#include virtual="{address.replace(host + "/embed/v1", "/zufi")}" -->',
        "esi": f'<esi:include src="{escape(address)}" onerror="continue"/>',
        "iframe": frame,
        "typo3": (
            f"page.includeJSFooterlibs.zufi = {host}/widget/{widget.VERSION}/zufi.js\n"
            "page.includeJSFooterlibs.zufi {\n  external = 1\n  type = module\n"
            f"  integrity = {widget.integrity()}\n  crossorigin = anonymous\n}}\n"
            f"lib.zufi = TEXT\nlib.zufi.value (\n    {indented}\n)"
        ),
        "wordpress": f"<!-- wp:html -->\n{script}\n<!-- /wp:html -->",
        "joomla": script,
    }


def _look(wishes: dict[str, Any]) -> str:
    """The rule for the stylesheet of the site; in the page itself it would need a looser policy."""
    rules = [f"{name}: {wishes[wish]}" for wish, name in LOOKS.items() if wishes.get(wish)]
    return f"zufi-finder {{ {'; '.join(rules)} }}" if rules else ""
