"""/embed/v1: what the pages show, as fragments for other sites, and as pages for a frame. See docs/embedding.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Response, render_template, request
from marshmallow import ValidationError, fields, validate
from sqlalchemy import select

from api import arguments as parameters
from api import authorities as authority_views
from api.hub import hub
from api.life_events import nodes
from api.pages import jsonld, reads
from api.pages.links import Body, Links
from api.pages.shell import POLICY, Lenient, Placed, Visit, chosen, sheets
from busdb import changes, i18n, validity
from busdb.errors import InputError, NotFoundError
from busdb.i18n import message
from busdb.models.services import service as service_table
from busdb.models.services import service_life_events
from busdb.queries import number_of
from busdb.search.results import ANYTHING

blueprint = Blueprint("embed", __name__)
MODES = ("search", "list", "detail", "authority", "life-events")
PAGE = 10
FRESH_MINUTES = 5
"""For how long "open now" may stand in a cache."""
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
_SERVICE_PATH = {"services": ("detail", "service"), "authorities": ("authority", "authority")}


def _base_path(value: str) -> None:
    """A path on the page's own site or an https address; nothing that a script could hide in."""
    parts = urlsplit(value)
    own = value.startswith("/") and not value.startswith("//")
    if re.search(r"[\s\\\"'<>#\x00-\x1f]", value) or not (own or (parts.scheme == "https" and parts.netloc)):
        raise ValidationError(message("base_path_wrong"))


class Embedded(Placed, parameters.Case):
    """What is shown, and how it fits into the page around it; named as the attributes of the widget."""

    service = fields.String(validate=validate.Length(max=300))
    authority = fields.String(validate=validate.Length(max=300))
    life_event = fields.String(data_key="life-event", validate=validate.Length(max=300))
    q = fields.String(validate=validate.Length(max=2000))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))
    heading_level = fields.Integer(data_key="heading-level", load_default=2, validate=validate.Range(1, 4))
    base_path = fields.String(data_key="base-path", validate=[validate.Length(max=500), _base_path])
    form = fields.String(data_key="as", load_default="fragment", validate=validate.OneOf(["fragment", "page"]))


class EmbedLinks(Links):
    """Where a fragment's addresses lead.

    In a frame to the next page for a frame; with a base path to the page of the other site, which finds in the
    parameter ``zufi`` what to show; without one to the pages of the finder.
    """

    def __init__(self, mode: str, ars: str | None, arguments: dict[str, Any], body: Body | None = None) -> None:
        own = {name: value for name, value in request.args.items() if value and name not in {"base-path", "place"}}
        super().__init__(ars, arguments.get("lang"), (mode, {**own, **({"ars": ars} if ars else {})}), body)
        self._host = hub().settings.base_url.rstrip("/")
        self._base: str | None = arguments.get("base_path")
        self._framed = arguments["form"] == "page"
        self._heading = arguments["heading_level"]

    @property
    def kept(self) -> dict[str, object]:
        """The parameters that every address keeps; on other sites the language is that of the element."""
        framed = {"as": "page", "heading-level": self._heading} if self._framed else {}
        lang = self.lang if self._framed or not self._base else None
        return {**self._said, "lang": lang, **framed}

    @property
    def _said(self) -> dict[str, object]:
        return {"ars": self.ars, **self.body._asdict(), "lang": self.lang}

    def to(self, *path: str, **parameters: object) -> str:
        """The address of a view, or of a page of the finder that has none."""
        view = _view(path, parameters)
        if view is None or not (self._framed or self._base):
            path_ = "/" + "/".join(quote(part, safe="") for part in path)
            return self._host + _address(path_, {**self._said, **parameters})
        mode, own = view
        return self._show(mode, {**self.kept, **own})

    def here(self, **changed: object) -> str:
        """The present view with parameters changed."""
        if self._framed or self._base:
            return self._show(self._path, {**self._query, **changed})
        return self._host + _address(*_finder(self._path, {**self._query, **changed}))

    def form(self, *path: str) -> str:
        """Where a form sends what is typed: a page for a frame, or by the widget a fragment."""
        view = _view(path, {}) if path else None
        return f"{self._host}/embed/v1/{view[0] if view else self._path}"

    def in_forms(self) -> list[tuple[str, str]]:
        """The parameters that every form sends along; without the widget it leads to a page."""
        kept = {**self._said, "heading-level": self._heading, "as": "page"}
        return [(name, str(value)) for name, value in kept.items() if value is not None]

    def query(self, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """The parameters of the present view that a form on it sends along."""
        return [(name, value) for name, value in {**self._query, "as": "page"}.items() if name not in but]

    def _show(self, mode: str, query: dict[str, object]) -> str:
        if self._framed:
            return _address(f"/embed/v1/{mode}", query)
        own = {name: value for name, value in query.items() if name not in {"as", "heading-level", "lang"}}
        base = self._base or ""
        joint = "&" if "?" in base else "?"
        return f"{base}{joint}zufi={quote(_address(mode, own), safe='/?=:@')}"


def _view(path: tuple[str, ...], parameters: dict[str, object]) -> tuple[str, dict[str, object]] | None:
    """The mode and the parameters that show what a page of the finder shows; ``None`` for pages without a mode."""
    first, *rest = path or ("search",)
    if first in _SERVICE_PATH and rest:
        mode, name = _SERVICE_PATH[first]
        return mode, {name: rest[0], **parameters}
    if first == "life-events":
        return first, {**({"life-event": rest[0]} if rest else {}), **parameters}
    mode = {"search": "search", "services": "list"}.get(first, "")
    return (mode, parameters) if mode else None


def _finder(mode: str, query: dict[str, object]) -> tuple[str, dict[str, object]]:
    """The path and the parameters of the page of the finder that shows what a mode shows."""
    own = {name: value for name, value in query.items() if name not in {"as", "heading-level", "base-path"}}
    root, name = {
        "search": ("search", ""),
        "list": ("services", ""),
        "detail": ("services", "service"),
        "authority": ("authorities", "authority"),
        "life-events": ("life-events", "life-event"),
    }[mode]
    id_ = own.pop(name, None)
    return f"/{root}/{quote(str(id_), safe='')}" if id_ else f"/{root}", own


def _address(path: str, query: dict[str, object]) -> str:
    text = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{path}?{text}" if text else path


class Embedding(Visit):
    """What one fragment is asked for."""

    def shown(self, mode: str, arguments: dict[str, Any], make: Callable[[], dict[str, Any]]) -> Response:
        """The fragment or the page for a frame, made only if the reader does not hold it already."""
        now = validity.now()
        self._mark = (hub().desk.version, now.date(), now.hour, now.minute // FRESH_MINUTES)
        state = changes.state(self.connection, [changes.ALL], internal=self.internal)
        response = self.unchanged(state) if request.if_none_match else None
        if response is None:
            # A search is counted when it is made
            html = self.made(state, lambda: self._html(mode, arguments, make()).encode(), keep=mode != "search")
            response = self.tagged(Response(html, content_type="text/html"), state)
        del response.headers["Last-Modified"]  # what changes within the hour is told apart by its ETag alone
        response.headers["Content-Security-Policy"] = FRAMED if arguments["form"] == "page" else POLICY
        return response

    def _html(self, mode: str, arguments: dict[str, Any], found: dict[str, Any]) -> str:
        settings = hub().settings
        return render_template(
            "embed/page.html" if arguments["form"] == "page" else "embed/fragment.html",
            mode=mode,
            links=self.links,
            place=self.place,
            heading=arguments["heading_level"],
            language=i18n.current(),
            content_language=self.language,
            town_hall=reads.town_hall(self),
            site=settings.title or message("page.site"),
            sheets=sheets(),
            **found,
        )


@blueprint.get("/embed/v1/<any(search, list, detail, authority, 'life-events'):mode>")
def embed(mode: str) -> Response:
    """A view as a fragment, or as a page for a frame. Raises ``InputError`` without what the mode needs."""
    arguments: dict[str, Any] = _PARSER.parse(_ARGUMENTS, request, location="query")
    with hub().reading() as connection:
        try:
            visit = Embedding(connection, chosen(connection, arguments))
        except InputError as error:
            if error.code != "place_ambiguous":
                raise
            text = arguments["place"]
            visit = Embedding(connection, {**arguments, "ars": None, "place": None})
            visit.links = EmbedLinks(mode, None, arguments)
            several = visit.gazetteer.find(text, visit.on)
            return visit.shown("areas", arguments, lambda: {"title": message("page.which_place"), "areas": several})
        ars = (visit.place.ars or visit.place.code) if visit.place else None
        visit.links = EmbedLinks(mode, ars, arguments, visit.kept_body())
        return visit.shown(mode, arguments, lambda: _READERS[mode](visit, arguments))


def _search(visit: Embedding, arguments: dict[str, Any]) -> dict[str, Any]:
    line, offset = arguments.get("q"), arguments["offset"]
    if line is None:
        return {"title": message("page.start"), "line": None, "frequent": reads.frequent(visit)}
    found = hub().desk.search(
        line, visit.place, visit.on, only=ANYTHING, language=visit.language, limit=PAGE, offset=offset
    )
    if offset == 0:
        hub().searched(line, found.total)
    return {
        "title": message("page.results_for", {"line": line}),
        "line": line,
        "found": found,
        "previous": max(0, offset - PAGE) if offset else None,
        "following": offset + PAGE if offset + PAGE < found.total else None,
    }


def _list(visit: Embedding, arguments: dict[str, Any]) -> dict[str, Any]:
    only = [service_table.c.object.in_(_of(visit, event))] if (event := arguments.get("life_event")) else []
    return {"title": message("page.a_to_z"), "groups": reads.letters(reads.names(visit, *only, *reads.own(visit)))}


def _of(visit: Embedding, event: str) -> Any:
    number = number_of(visit.connection, "life_event", event)
    if number is None:
        raise NotFoundError("life_event_not_found", id=event)
    return select(service_life_events.c.owner).where(service_life_events.c.target == number)


def _detail(visit: Embedding, arguments: dict[str, Any]) -> dict[str, Any]:
    publication, members = visit.shared(_needed(arguments, "service"))
    address = visit.base_url + Links(visit.links.ars, visit.language).service(publication.id)
    data = jsonld.script(jsonld.service(publication, visit.base_url, address, visit.on))
    found = {"title": publication.name, "publication": publication, "members": members}
    return {**found, "data": data, "line": arguments.get("q")}


def _authority(visit: Embedding, arguments: dict[str, Any]) -> dict[str, Any]:
    id_ = arguments.get("authority")
    if id_ is None:
        hall = reads.town_hall(visit)
        if hall is None:
            _needed(arguments, "authority")
        id_ = hall.id if hall else ""
    family = authority_views.family(visit, id_)
    notices = reads.notices(visit, id_)
    return {"title": family.shown.name, "authority": family.shown, "below": family.below, "messages": notices}


def _life_events(visit: Embedding, arguments: dict[str, Any]) -> dict[str, Any]:
    tree, wanted = nodes(visit), arguments.get("life_event")
    if wanted is None:
        return {"title": message("page.life_events"), "nodes": tree, "event": None}
    event = next((one for one in tree if one.id == wanted), None)
    if event is None:
        raise NotFoundError("life_event_not_found", id=wanted)
    services = reads.teasers(visit, service_table.c.object.in_(_of(visit, wanted)), *reads.own(visit))
    return {"title": event.name, "nodes": tree, "event": event, "services": services}


def _needed(arguments: dict[str, Any], name: str) -> str:
    if not arguments.get(name):
        raise InputError("embed_needs", name=name)
    return str(arguments[name])


_ARGUMENTS, _PARSER = Embedded(), Lenient()
_READERS: dict[str, Callable[[Embedding, dict[str, Any]], dict[str, Any]]] = {
    "search": _search,
    "list": _list,
    "detail": _detail,
    "authority": _authority,
    "life-events": _life_events,
}
