"""/quality: what editors look at to see where answers are missing, and what is incomplete."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response

from api import access, negotiation
from api import arguments as parameters
from api.hub import Ask, asking, hub
from api.openapi import Parser
from api.pages.shell import Head, links_for, render
from busdb import completeness, trends
from busdb.coverage import STATES, Coverage, Row, coverage, lines
from busdb.i18n import message

blueprint = Blueprint("quality", __name__, template_folder="templates")
PAGE = 100
"""How many services the picture of coverage shows at a time."""


@blueprint.get("/quality")
@Parser().use_args(parameters.Where(), location="query")
def overview(arguments: dict[str, Any]) -> Response:
    """Findings over time, offices by place, fees by source and texts by age: a page; all but the first as JSON."""
    form = arguments.pop("format", None) or "html"
    with asking(arguments) as ask:
        access.check_open("quality", hub().settings, ask.scopes)
        found = completeness.completeness(ask.connection, ask.gazetteer, ask.on)
        if form == "json":
            return Response(negotiation.encode("quality", found, "json"), content_type="application/json")
        course = trends.trend(ask.connection)
        return _page(
            ask,
            "quality.html",
            message("page.quality"),
            found=found,
            whole=completeness.whole(found),
            trend=course,
            most=max((day.muss + day.soll for day in course.days), default=0),
        )


@blueprint.get("/quality/coverage")
@Parser().use_args(parameters.Coverage(), location="query")
def covered(arguments: dict[str, Any]) -> Response:
    """Services and municipalities, and how the question of responsibility ends: a page, CSV or JSON."""
    form = arguments.pop("format", None) or "html"
    offset = arguments["offset"]
    shown = slice(offset, offset + PAGE) if form == "html" else slice(None)
    with asking(arguments) as ask:
        access.check_open("quality", hub().settings, ask.scopes)
        found = coverage(
            ask.connection, ask.gazetteer, ask.on, ask.place, arguments.get("service"), ask.language, shown
        )
        if form == "json":
            return Response(
                negotiation.encode("coverage", found, "json"), content_type="application/json; charset=utf-8"
            )
        if form == "csv":
            response = Response("".join(lines(found)), content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = 'attachment; filename="coverage.csv"'
            return response
        return _picture(ask, found, offset)


def _picture(ask: Ask, found: Coverage, offset: int) -> Response:
    return _page(
        ask,
        "coverage.html",
        message("page.coverage"),
        found=found,
        states=[state for state in STATES if found.totals[state]],
        bars={row.service.id: bar(row) for row in found.rows},
        day=ask.on.strftime("%d.%m.%Y"),
        open=[(row, found.places[at], state) for row in found.rows for at, state in _troubles(row)][:500],
        previous=max(0, offset - PAGE) if offset else None,
        following=offset + PAGE if offset + PAGE < found.services else None,
    )


def _page(ask: Ask, template: str, title: str, **values: object) -> Response:
    return render(template, Head(title=title), links_for(ask.place, None), place=ask.place, **values)


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
