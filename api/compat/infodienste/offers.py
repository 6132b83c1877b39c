"""Forms and online services."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.compat.infodienste.answers import Found, many, paged
from api.compat.infodienste.model import Form
from api.compat.infodienste.pst import publication_of
from api.compat.infodienste.request import Listing, asked, blueprint, required
from api.compat.infodienste.services import Services, every_form
from api.hub import Ask
from api.openapi import answers
from busdb.textfold import fold


class FormList(Listing):
    """Which forms are listed."""

    local = fields.String(data_key="includeLocalForms")


@blueprint.get("/form/find")
@blueprint.arguments(FormList, location="query")
@answers("", "Forms")
def forms(arguments: dict[str, Any]) -> Response:
    """List the forms of a service at an area, or all forms"""
    with asked(arguments) as ask:
        return many(ask, "form", lambda: _forms(ask, arguments))


def _forms(ask: Ask, arguments: dict[str, Any]) -> Found:
    found: list[Form] = []
    if pst := arguments.get("pst_id"):
        publication = publication_of(ask, pst)
        shown = Services(ask, [publication])
        found = [shown.form(view, publication) for view in publication.forms]
    else:
        found = every_form(ask)
    words = fold(arguments.get("search_word") or "").split()
    met = [form for form in found if all(f" {word}" in f" {fold(form.name)}" for word in words)]
    return paged(met, arguments, lambda form: form)


@blueprint.get("/os/findByCompetence")
@blueprint.arguments(Listing, location="query")
@answers("", "Online services")
def online_services(arguments: dict[str, Any]) -> Response:
    """List the online services of a service at an area"""
    with asked(arguments) as ask:
        required(arguments, "pst_id")
        return many(ask, "onlineService", lambda: _online_services(ask, arguments))


def _online_services(ask: Ask, arguments: dict[str, Any]) -> Found:
    publication = publication_of(ask, arguments["pst_id"])
    return paged(publication.online_services, arguments, Services(ask, [publication]).online_service)
