"""/responsibilities and /fees: who acts at a place, and what it costs there."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Any

from flask import Response

from api import arguments as parameters
from api import paging
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from api.paging import Complete
from busdb import explanation, members, quotes
from busdb.bundles import Bundle, bundle
from busdb.errors import InputError
from busdb.publication import ResponsibilityAnswer
from busdb.records import Service

blueprint = Blueprint("responsibilities", __name__)


@blueprint.get("/responsibilities")
@blueprint.arguments(parameters.ResponsibilityList, location="query")
@answers("ResponsibilityAnswer", "Who is responsible, and why; without a service a page of answers", or_="Page")
def responsibilities(arguments: dict[str, Any]) -> Response:
    """Ask who is responsible for a service at a place"""
    with asking(arguments) as ask:
        ask.required_place()
        id_ = arguments.get("service")
        if id_ is None:
            return ask.answer("responsibilities", lambda: _page(ask, arguments))
        return ask.answer("responsibility", lambda: _answered(ask, id_)[1], keep=True)


@blueprint.get("/services/<path:id>/responsible")
@blueprint.arguments(parameters.Responsible, location="query")
@answers("ResponsibilityAnswer", "Who is responsible, and why")
def responsible(arguments: dict[str, Any], id: str) -> Response:
    """Ask who is responsible for a service: by id, LeiKa key, name, or words"""
    with asking(arguments) as ask:
        return ask.answer(
            "responsibility",
            lambda: _responsible(ask, id, unique=arguments["unique"], at=arguments.get("at")),
            mark=hub().desk.version,
            keep=True,
        )


def _responsible(ask: Ask, text: str, *, unique: bool, at: dt.datetime | None) -> ResponsibilityAnswer:
    id_ = hub().desk.which(ask.connection, text, ask.place, ask.on)
    service, answer = _answered(ask, id_)
    if answer is None:
        raise InputError("place_missing_for", question=explanation.ask_for_place(service, ask.language))
    if at is not None:
        answer = explanation.open_first(answer, at)
    return explanation.unique(answer) if unique else answer


def _answered(ask: Ask, id_: str) -> tuple[Service, ResponsibilityAnswer | None]:
    """A service, and who is responsible for it, or for which member of the place that is asked."""
    service, own = ask.assembler().answer(id_)
    return service, own and _for_all(ask, own)


def _for_all(ask: Ask, own: ResponsibilityAnswer) -> ResponsibilityAnswer:
    return members.answered(ask.connection, ask.gazetteer, ask.asking(), own)


def _page(ask: Ask, arguments: dict[str, Any]) -> Any:
    everything = [answer for _, answer in ask.assembler().answers() if answer]
    everything.sort(key=lambda one: one.service.id)
    start, limit = arguments["offset"], arguments["limit"]
    shown = [_for_all(ask, one) for one in islice(everything, start, start + limit)]
    return paging.page(len(everything), arguments, shown)


@blueprint.get("/services/<path:id>/quote")
@blueprint.arguments(parameters.Quote, location="query")
@answers("Quote", "Which fees apply, their sum or range, and the sentence to read out")
def quote(arguments: dict[str, Any], id: str) -> Response:
    """Ask what a service costs in a case"""
    names = [name for name in quotes.Wanted.__struct_fields__ if name in arguments]
    case = quotes.wanted(**{name: arguments[name] for name in names})
    with asking(arguments) as ask:
        return ask.answer("quote", lambda: _quote(ask, id, case), mark=hub().desk.version, keep=True)


def _quote(ask: Ask, text: str, case: quotes.Wanted) -> quotes.Quote:
    publication = ask.assembler().one(hub().desk.which(ask.connection, text, ask.place, ask.on))
    return quotes.of(publication, ask.on, case, ask.language)


@blueprint.get("/bundles")
@blueprint.arguments(parameters.BundleOf, location="query")
@answers("Bundle", "Bodies, documents, fees, steps and times of several services together")
def bundles(arguments: dict[str, Any]) -> Response:
    """Put several services at one place together, for one undertaking"""
    with asking(arguments) as ask:
        ask.required_place()
        return ask.answer("bundle", lambda: _bundle(ask, arguments["service"]), mark=hub().desk.version, keep=True)


def _bundle(ask: Ask, texts: list[str]) -> Bundle:
    ids = dict.fromkeys(hub().desk.which(ask.connection, text, ask.place, ask.on) for text in texts)
    return bundle(ask.assembler().several(ids), ask.on, ask.language)


@blueprint.get("/fees")
@blueprint.arguments(parameters.FeeList, location="query")
@answers("Complete", "The fees that are due")
def fees(arguments: dict[str, Any]) -> Response:
    """Ask what a service costs at a place on a day"""
    with asking(arguments) as ask:
        return ask.answer("fees", lambda: _fees(ask, arguments["service"]), keep=True)


def _fees(ask: Ask, id_: str) -> Complete:
    due = ask.assembler().one(id_).fees
    return Complete(total=len(due), items=list(due))
