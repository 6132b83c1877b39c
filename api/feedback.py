"""Reports that something is wrong: the form for people, and the same for programs.

No cookie tells who writes, so that there is nothing for a foreign page to misuse; the form is taken from our own pages
only, and so many reports from one neighbourhood of the network at a time.
"""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint as Pages
from flask import Response, request
from marshmallow import Schema, fields, validate
from sqlalchemy import Connection

from api import access
from api.hub import hub
from api.limits import limits, neighbourhood
from api.openapi import Blueprint
from api.pages.shell import Head, Lenient, links_for, render
from busdb import i18n, queries, validity
from busdb.errors import BusdbError, InputError
from busdb.feedback import LENGTH, Report, report
from busdb.i18n import message
from busdb.settings import Rate

blueprint = Blueprint("feedback", __name__)
pages = Pages("feedback_page", __name__)
OFTEN = Rate(10, 600)
"""How many reports a neighbourhood of the network may send."""
_SHORT = validate.Length(max=300)


class About(Schema):
    """What a report is about."""

    service = fields.String(validate=_SHORT, metadata={"description": "Public id of a service"})
    authority = fields.String(validate=_SHORT, metadata={"description": "Public id of an authority"})
    ars = fields.String(validate=validate.Regexp(r"^[0-9]{2,12}$"), metadata={"description": "Place of the answer"})
    module = fields.String(validate=validate.Length(max=10), metadata={"description": "Text module that is wrong"})


class Given(About):
    """A report."""

    text = fields.String(required=True, metadata={"description": f"What is wrong, up to {LENGTH} characters"})
    contact = fields.String(validate=_SHORT, metadata={"description": "Where to answer; deleted when it is closed"})


class Shown(About):
    """The form of a page."""

    lang = fields.String(validate=validate.Length(min=2, max=10))


@blueprint.post("/feedback")
@blueprint.arguments(Given)
@blueprint.response(201, Schema.from_dict({"id": fields.String()}), description="Kept for the editors")
def post(arguments: dict[str, Any]) -> Any:
    """Report an error in a service or an authority"""
    return {"id": _keep(arguments).id}


@pages.get("/feedback")
def form() -> Response:
    """The form, with what it is about."""
    about: dict[str, Any] = Lenient().parse(Shown(), request, location="query")
    return _form(about)


@pages.post("/feedback")
def send() -> Response:
    """Keep what somebody has written and say thanks; what cannot be kept stands in the form again."""
    access.check_own_form()
    given = {name: value for name, value in request.form.items() if value.strip()}
    if not given.pop("website", ""):  # people do not see this field; what fills in all fields is no person
        wrong = Given().validate(given, partial=("text",))
        about = {name: value for name, value in given.items() if name not in wrong}
        try:
            if "contact" in wrong:
                raise InputError("feedback_contact")
            _keep({"text": "", **about})
        except BusdbError as error:
            return _form({**about, "contact": given.get("contact")}, str(error), 400)
    links = links_for(None, request.args.get("lang"))
    return render("feedback.html", Head(title=message("page.feedback_thanks")), links, done=True)


def _keep(given: dict[str, Any]) -> Report:
    with hub().reading() as connection:
        made = report(connection, given.pop("text"), validity.now(), language=i18n.current(), **given)
    limits().admit("feedback", neighbourhood(request.remote_addr), OFTEN, "feedback_often")
    hub().box.put(made)
    return made


def _form(about: dict[str, Any], error: str | None = None, status: int = 200) -> Response:
    with hub().reading() as connection:
        named = _named(connection, about)
    head = Head(title=message("page.feedback"))
    links = links_for(None, about.pop("lang", request.args.get("lang")))
    kept = {name: about[name] for name in About().fields if name in about}
    response = render("feedback.html", head, links, about=kept, named=named, given=about, error=error, limit=LENGTH)
    response.status_code = status
    return response


def _named(connection: Connection, about: dict[str, Any]) -> str | None:
    """The name of what a report is about."""
    if service := about.get("service"):
        known = queries.number_of(connection, "service", service) is not None
        return queries.names_of(connection, [service], i18n.current())[service] if known else None
    found = queries.one(connection, "authority", about["authority"]) if about.get("authority") else None
    return msgspec.to_builtins(found.record)["name"] if found and found.public_hash else None
