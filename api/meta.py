"""Outside the interface: the page that says what runs here, and its description to read."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

from api.hub import hub
from busdb import i18n, queries, validity
from busdb.i18n import message

blueprint = Blueprint("meta", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
_VIEWER = Path(os.path.dirname(flask_swagger_ui.__file__)) / "dist"  # noqa: PTH120  # the module gives a string
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The viewer of the description writes styles of its own; scripts come from here only."""


@blueprint.get("/about")
def home() -> Response:
    """The page that says what runs here."""
    with hub().reading() as connection:
        statistics = queries.statistics(connection)
        sources = queries.attributions(connection)
    gazetteer = hub().desk.gazetteer
    today = validity.today(validity.now())
    places = (gazetteer.get(code) for code in sorted(gazetteer.codes()))
    example = next((one for one in places if one and one.kind == "municipality" and validity.valid(one, today)), None)
    html = render_template(
        "home.html",
        t=message,
        language=i18n.current(),
        version=version("busdb"),
        statistics=statistics,
        sources=sources.values(),
        example=example,
    )
    return page(html)


@blueprint.get("/api/v1/docs")
def docs() -> Response:
    """The description of the interface, to read and to try, without any third host."""
    return page(render_template("docs.html", t=message, language=i18n.current()))


@blueprint.get("/api/v1/docs/<path:name>")
def viewer(name: str) -> Response:
    """The files of the viewer."""
    return send_from_directory(_VIEWER, name, max_age=86400)


def page(html: str) -> Response:
    """A page for people, with the policy that keeps foreign content out."""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    response.headers["Content-Language"] = i18n.current()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """The sign of the pages, also for browsers that ask for it unasked."""
    return blueprint.send_static_file("icon.svg")
