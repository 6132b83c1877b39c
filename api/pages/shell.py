"""What every page shares: its arguments, its place, the frame around it and the policy it is sent with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Request, Response, render_template, request
from markupsafe import Markup
from marshmallow import EXCLUDE, Schema, fields, validate
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from webargs.flaskparser import FlaskParser

from api.hub import Ask, hub
from api.pages.links import Body, Links
from busdb import i18n, legal
from busdb.errors import BusdbError
from busdb.explanation import open_first
from busdb.i18n import message
from busdb.members import Shared, shared
from busdb.publication import Place
from busdb.textfold import fold
from busdb.validity import now, today

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Everything comes from here; icons are data in the stylesheet."""
UNSETTLED = frozenset({"place_ambiguous", "place_not_found", "place_not_found_near"})
NEAR = 60
"""How many places a chooser shows at most."""


class Head(Struct, frozen=True, kw_only=True):
    """What a page says about itself, outside its text.

    ``canonical`` holds the parameters that make its address (``None``: it is not to be found by search engines),
    ``languages`` those in which it can be had, ``meta`` and ``data`` what machines read.
    """

    title: str
    description: str | None = None
    canonical: dict[str, object] | None = None
    languages: tuple[str, ...] = i18n.LANGUAGES
    meta: tuple[tuple[str, str], ...] = ()
    data: Markup | None = None


class Lenient(FlaskParser):
    """Reads query strings as forms and portals write them: a field left empty, or unknown, says nothing."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": EXCLUDE}

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, str]:  # noqa: ARG002  # as webargs calls it
        """The fields that somebody has filled in."""
        return {name: value for name, value in req.args.items() if value.strip()}


class Placed(Schema):
    """For whom a page stands, on the sites of districts and associations."""

    scope = fields.String(validate=validate.OneOf(["area", "own"]))
    within = fields.String(validate=validate.Length(max=300))


class Visit(Ask):
    """What one reader of a page asks for."""

    def __init__(self, connection: Connection, arguments: dict[str, Any]) -> None:
        super().__init__(connection, arguments, "json")
        self.within = self._within(arguments.get("within"))
        self.scope = "own" if arguments.get("scope") == "own" else None
        self.links = links_for(self.place, arguments.get("lang"), self.kept_body())

    @property
    def base_url(self) -> str:
        """The public address of this installation."""
        return hub().settings.base_url.rstrip("/")

    def settle(self, ars: str) -> None:
        """Let the page be of a place that only became known on the way."""
        self.place = self.gazetteer.place(ars)
        self.links = links_for(self.place, self.links.lang, Body(self.scope))

    def _within(self, text: str | None) -> Place | None:
        """The body whose member the place is; ``None`` where it is not."""
        try:
            body = self.gazetteer.one(text, self.on) if text else None
        except BusdbError:
            return None
        inside = (
            body and self.place and any(link.code == body.code for link in self.gazetteer.chain(self.place.code)[1:])
        )
        return body if inside else None

    def kept_body(self) -> Body:
        """For whom the page stands, as its addresses say it."""
        return Body(self.scope, (self.within.ars or self.within.code) if self.within else None)

    def shared(self, id_: str) -> Shared:
        """A service at the place, or in general with the members of the place among which is to be chosen.

        Of several offices those come first that are open now: it is as fresh as the badges that say so.
        """
        found = shared(self.connection, self.gazetteer, self.asking(), id_)
        answer = found.publication.responsibility
        if answer is None or self.on != self.today:
            return found
        ordered = open_first(answer, now())
        return found._replace(publication=replace(found.publication, responsibility=ordered))

    def render(self, template: str, head: Head, **values: object) -> Response:
        """A page as a response."""
        return render(template, head, self.links, place=self.place, **values)


def links_for(place: Place | None, lang: str | None, body: Body | None = None) -> Links:
    """The addresses for a reader at a place."""
    ars = (place.ars or place.code) if place else None
    here = quote(request.path), {name: value for name, value in request.args.items() if value}
    return Links(ars, lang, here, body)


def page(schema: type[Schema]) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Let a view answer a :class:`Visit` and its arguments; a place that could be several is asked for first."""
    arguments_of, parser = type(schema.__name__, (Placed, schema), {})(), Lenient()

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answer(**path: str) -> Response:
            arguments: dict[str, Any] = parser.parse(arguments_of, request, location="query")
            with hub().reading() as connection:
                try:
                    visit = Visit(connection, chosen(connection, arguments))
                except BusdbError as error:
                    if error.code not in UNSETTLED:
                        raise
                    return _choose(connection, arguments, error)
                return view(visit, arguments, **path)

        return answer

    return decorate


def chosen(connection: Connection, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with one place: a form sends the place found before along with the field that names it."""
    ars, text = arguments.get("ars"), arguments.get("place")
    if not (ars and text):
        return arguments
    known = hub().desk.gazetteer_for(connection).name(ars)
    gone = "place" if known and fold(known.name) == fold(text) else "ars"
    return {name: value for name, value in arguments.items() if name != gone}


def _choose(connection: Connection, arguments: dict[str, Any], error: BusdbError) -> Response:
    """The page that asks which place is meant, or says that there is none of that name."""
    text = arguments.get("place") or arguments["ars"]
    gazetteer = hub().desk.gazetteer_for(connection)
    day = today(now())
    found = gazetteer.find(text, day) or gazetteer.search(text, day, NEAR)
    head = Head(title=message("page.which_place" if found else "page.no_place"))
    ambiguous = error.code == "place_ambiguous"
    response = render(
        "areas.html", head, links_for(None, arguments.get("lang")), text=text, found=found, ambiguous=ambiguous
    )
    response.status_code = 200 if ambiguous else 404
    return response


def render(template: str, head: Head, links: Links, **values: object) -> Response:
    """A page in its frame."""
    settings = hub().settings
    content = str(values.pop("content_language", i18n.current()))
    html = render_template(
        template,
        head=head,
        links=links,
        language=i18n.current(),
        content_language=content,
        canonical=[(code, settings.base_url.rstrip("/") + links.alone(head.canonical, code)) for code in head.languages]
        if head.canonical is not None
        else [],
        site=settings.title or message("page.site"),
        sheets=sheets(),
        legal_pages=legal.PAGES,
        **{"place": None, **values},
    )
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Language"] = i18n.current()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


def sheets() -> list[str]:
    """The addresses of the stylesheets, in their order: KERN-UX in our words or its own, ours, and the theme's."""
    folder = hub().settings.theme
    own = f"?v={version('busdb')}"
    found = [f"/static/kern.css{own}", f"/static/busdb.css{own}"]
    if folder and (Path(folder) / "kern.min.css").is_file():
        found[0] = "/theme/kern.min.css"
    if folder and (Path(folder) / "theme.css").is_file():
        found.append("/theme/theme.css")
    return found
