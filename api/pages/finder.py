"""The finder: place, concern, results, a service at a place, an authority, life events, A to Z."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect
from marshmallow import fields, validate
from sqlalchemy import select

from api import arguments as parameters
from api import authorities as authority_views
from api.hub import hub
from api.life_events import nodes
from api.pages import jsonld, reads
from api.pages.sdg import sdg
from api.pages.shell import Head, Visit, page
from busdb import i18n, queries
from busdb.errors import NotFoundError
from busdb.i18n import message
from busdb.models.services import service as service_table
from busdb.models.services import service_life_events
from busdb.publication import Publication, SearchAnswer
from busdb.search.results import ANYTHING, Narrowing

blueprint = Blueprint("pages", __name__)
PAGE = 10
WHOLE = 150
"""Up to how many services a list is shown as one page."""


class Concern(parameters.Where):
    """A search as a form sends it: either field may be empty."""

    q = fields.String(validate=validate.Length(max=2000))
    life_event = fields.String(validate=validate.Length(max=300))
    audience = parameters.Search().fields["audience"]
    online = fields.Boolean(load_default=False)
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))


class Listing(parameters.Where):
    """A part of the list of services."""

    letter = fields.String(validate=validate.Length(equal=1))


@blueprint.get("/")
@page(parameters.Where)
def start(visit: Visit, _arguments: dict[str, Any]) -> Response:
    """Place and concern; with a place its most frequent services, notices and town hall."""
    name = visit.place.name if visit.place else None
    head = Head(
        title=message("page.start_at", {"place": name}) if name else message("page.start"),
        description=message("page.start_lead"),
        canonical={"ars": visit.links.ars},
    )
    return visit.render(
        "start.html",
        head,
        frequent=reads.frequent(visit),
        nodes=nodes(visit),
        town_hall=reads.town_hall(visit),
        messages=reads.notices(visit) if visit.place else [],
    )


@blueprint.get("/search")
@page(Concern)
def search(visit: Visit, arguments: dict[str, Any]) -> Response:
    """Results for a concern; a line that names nothing but a place leads to that place."""
    line, offset = arguments.get("q"), arguments["offset"]
    if line is None:
        return redirect(visit.links.start())  # type: ignore[return-value]  # werkzeug's class
    only = Narrowing(arguments.get("life_event"), arguments.get("audience"), arguments["online"])
    found = hub().desk.search(
        line, visit.place, visit.on, only=only, facets=True, language=visit.language, limit=PAGE, offset=offset
    )
    if offset == 0 and only == ANYTHING:
        hub().searched(line, found.total)
    named = found.understood.places if visit.place is None else ()
    if len(named) == 1 and named[0].ars:
        visit.settle(named[0].ars)
    meant = [place.ars for place in found.places if place.ars]
    if not found.total and not named and len(meant) == 1:
        return redirect(visit.links.start(ars=meant[0]))  # type: ignore[return-value]  # werkzeug's class
    title = message("page.results_for", {"line": line})
    return visit.render(
        "results.html",
        Head(title=title),
        title=title,
        count=_counted(found),
        found=found,
        line=line,
        places=[visit.gazetteer.place(one.ars) for one in named if one.ars] if len(named) > 1 else [],
        facets=_facets(found, only),
        previous=max(0, offset - PAGE) if offset else None,
        following=offset + PAGE if offset + PAGE < found.total else None,
        town_hall=reads.town_hall(visit) if not found.total else None,
    )


def _counted(found: SearchAnswer) -> str:
    if found.total == 1:
        return message("page.result")
    return message("page.results" if found.total else "page.no_results", {"count": found.total})


def _facets(found: SearchAnswer, only: Narrowing) -> list[tuple[str, str, str, int, bool]]:
    """What results can be narrowed to: parameter, value, label, how many, and whether they are."""
    facets = found.facets
    if facets is None or (found.total <= PAGE and only == ANYTHING):
        return []
    online = [("online", "true", message("page.only_online"), facets.online, only.online)] if facets.online else []
    audiences = [("audience", one.value, one.label, one.count, only.audience == one.value) for one in facets.audiences]
    events = [
        ("life_event", one.value, one.label, one.count, only.life_event == one.value) for one in facets.life_events
    ]
    return [*online, *audiences, *events[:8]]


@blueprint.get("/services")
@page(Listing)
def services(visit: Visit, arguments: dict[str, Any]) -> Response:
    """All services from A to Z."""
    found = reads.letters(reads.names(visit, *reads.own(visit)))
    wanted = (arguments.get("letter") or "").upper()
    firsts = [one for one, _ in found]
    if not wanted and sum(len(names) for _, names in found) > WHOLE:
        wanted = firsts[0]
    shown = [(one, names) for one, names in found if wanted in {"", one}]
    alphabet = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *(["#"] if "#" in firsts else [])]
    return visit.render(
        "services.html",
        Head(title=message("page.a_to_z"), canonical={"ars": visit.links.ars, "letter": arguments.get("letter")}),
        letters=[(one, one in firsts) for one in alphabet],
        letter=wanted,
        groups=shown,
    )


@blueprint.get("/services/<path:id>")
@page(parameters.Detail)
def service(visit: Visit, arguments: dict[str, Any], id: str) -> Response:
    """A service; without a place it asks for one."""
    publication, members = visit.shared(id)
    line = arguments.get("q")
    if line:
        hub().log.clicked(line)
    return visit.render(
        "service.html",
        _head(publication, visit),
        publication=publication,
        members=members,
        line=line,
        content_language=visit.language,
    )


def _head(publication: Publication, visit: Visit) -> Head:
    place = f" – {publication.area.name}" if publication.area else ""
    own = [one for one in publication.available_languages if one not in i18n.LANGUAGES]
    address = visit.base_url + visit.links.alone({"ars": visit.links.ars}, visit.language)
    return Head(
        title=f"{publication.name}{place}",
        description=publication.teaser,
        canonical={"ars": visit.links.ars},
        languages=(*i18n.LANGUAGES, *own),
        meta=sdg(publication),
        data=jsonld.script(jsonld.service(publication, visit.base_url, address, visit.today)),
    )


@blueprint.get("/authorities/<path:id>")
@page(parameters.Where)
def authority(visit: Visit, _arguments: dict[str, Any], id: str) -> Response:
    """An authority: hours, contact, how to get in, what belongs to it."""
    family = authority_views.family(visit, id)
    shown = family.shown
    if visit.links.ars is None and family.area:
        visit.settle(family.area)
    return visit.render(
        "authority.html",
        Head(title=shown.name, canonical={}, data=jsonld.script(jsonld.office(shown, visit.base_url, visit.today))),
        authority=shown,
        above=family.above,
        below=family.below,
        messages=reads.notices(visit, id),
    )


@blueprint.get("/life-events")
@page(parameters.Where)
def life_events(visit: Visit, _arguments: dict[str, Any]) -> Response:
    """All life events."""
    head = Head(title=message("page.life_events"), canonical={"ars": visit.links.ars})
    return visit.render("life_events.html", head, nodes=nodes(visit), event=None)


@blueprint.get("/life-events/<path:id>")
@page(parameters.Where)
def life_event(visit: Visit, _arguments: dict[str, Any], id: str) -> Response:
    """A life event with its services."""
    tree = nodes(visit)
    event = next((one for one in tree if one.id == id), None)
    if event is None:
        raise NotFoundError("life_event_not_found", id=id)
    number = queries.number_of(visit.connection, "life_event", id)
    named = select(service_life_events.c.owner).where(service_life_events.c.target == number)
    return visit.render(
        "life_events.html",
        Head(title=event.name, description=event.description, canonical={"ars": visit.links.ars}),
        nodes=tree,
        event=event,
        services=reads.teasers(visit, service_table.c.object.in_(named), *reads.own(visit)),
    )
