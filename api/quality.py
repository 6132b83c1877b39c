"""/quality: what editors look at to see where answers are missing."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, render_template

from api import access, negotiation
from api import arguments as parameters
from api.hub import Ask, asking, hub
from api.meta import page
from api.openapi import Parser
from busdb import i18n
from busdb.coverage import STATES, Coverage, Row, coverage, lines
from busdb.i18n import message

blueprint = Blueprint("quality", __name__, template_folder="templates")


@blueprint.get("/quality/coverage")
@Parser().use_args(parameters.Coverage, location="query")
def covered(arguments: dict[str, Any]) -> Response:
    """Services and municipalities, and how the question of responsibility ends: a page, CSV or JSON."""
    form = arguments.pop("format", None) or "html"
    with asking(arguments) as ask:
        access.check_open("quality", hub().settings, ask.scopes)
        found = coverage(ask.connection, ask.gazetteer, ask.on, ask.place, arguments.get("service"), ask.language)
        if form == "json":
            return Response(
                negotiation.encode("coverage", found, "json"), content_type="application/json; charset=utf-8"
            )
        if form == "csv":
            response = Response("".join(lines(found)), content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = 'attachment; filename="coverage.csv"'
            return response
        return page(_html(ask, found))


def _html(ask: Ask, found: Coverage) -> str:
    return render_template(
        "coverage.html",
        t=message,
        language=i18n.current(),
        found=found,
        states=[state for state in STATES if found.totals[state]],
        bars={row.service.id: bar(row) for row in found.rows},
        place=ask.place,
        day=ask.on.strftime("%d.%m.%Y"),
        open=[(row, found.places[at], state) for row in found.rows for at, state in _troubles(row)][:500],
    )


def bar(row: Row) -> list[tuple[int, int, str]]:
    """The states of a row as stretches: where each begins, how long it is, and its state."""
    stretches: list[tuple[int, int, str]] = []
    start = 0
    for state, same in groupby(row.states):
        length = len(list(same))
        stretches.append((start, length, state))
        start += length
    return stretches


def _troubles(row: Row) -> list[tuple[int, str]]:
    troubles = {"question", "ambiguous", "advice", "missing"}
    return [(at, state) for at, state in enumerate(row.states) if state in troubles]
