"""Every error in one shape: problem details for HTTP APIs (RFC 9457), in JSON or XML, in German or English."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Flask, Response, g, request
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from api import misfits, negotiation
from busdb import i18n, xmlio
from busdb.errors import BusdbError, BusyError, GoneError, InputError, NotFoundError, RefusedError, SetupError
from busdb.i18n import message

PROBLEMS = "/api/v1/problems/"
_STATUS: dict[type[BusdbError], int] = {
    InputError: 400,
    GoneError: 410,
    NotFoundError: 404,
    RefusedError: 409,
    BusyError: 503,
    SetupError: 503,
}
_log = logging.getLogger("busdb.api")


class Pointed(Struct, frozen=True, kw_only=True):
    """What is wrong with one parameter."""

    pointer: str
    message: str


class Problem(Struct, frozen=True, kw_only=True):
    """Problem details (RFC 9457). ``type`` names the problem, ``detail`` says what to do.

    ``request`` is the id by which a caller can name the request, ``full`` is the address of the
    whole set, where changes are no longer kept.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request: str
    errors: tuple[Pointed, ...] = ()
    full: str | UnsetType = UNSET


SHAPES: dict[str, Callable[[Problem], Response]] = {}
"""How an error looks in the endpoints of a blueprint that speak another system's language, by the blueprint's name."""

PAGES: list[Callable[[Problem], Response | None]] = []
"""What shows an error to people as a page, where the reader wants one."""


def install(app: Flask) -> None:
    """Let the application answer every error as a problem."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(BusdbError, expected)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return error.response  # type: ignore[return-value]  # a redirect is no problem
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages") if status == 400 else None
    if messages:
        pointed = tuple(_pointed(messages))
        detail = "; ".join(f"{one.pointer}: {one.message}" for one in pointed)
        return respond(400, "parameters", message("parameters_wrong", {"detail": detail}), errors=pointed)
    known = f"http.{status}"
    own = error.description if error.description and error.description != type(error).description else None
    response = respond(status, str(status), own or message(known if i18n.known(known) else "http.other"))
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "WWW-Authenticate", "Retry-After"}:
            response.headers[name] = value
    return response


def _pointed(messages: dict[str, Any]) -> list[Pointed]:
    fields = messages.get("query", messages)
    return [Pointed(pointer=str(field), message=" ".join(_sentences(texts))) for field, texts in fields.items()]


def _sentences(texts: Any) -> list[str]:
    """The sentences on one parameter; those on the items of a list stand under their positions."""
    if isinstance(texts, dict):
        return [one for some in texts.values() for one in _sentences(some)]
    return [misfits.sentence(str(text)) for text in (texts if isinstance(texts, list) else [texts])]


def expected(error: BusdbError) -> Response:
    """An error that says itself what is wrong, as a response."""
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, SetupError):
        _log.error("not ready: %s", error)  # the sentence may name hosts and folders, which are nobody's business
        response = respond(status, error.code, message("http.unready"))
        response.headers["Retry-After"] = "10"
        return response
    choices = error.values.get("choices", "")
    about = error.values.get("pointer", "place")
    errors = tuple(Pointed(pointer=about, message=choice) for choice in choices.split("; ") if choice)
    response = respond(status, error.code, str(error), errors=errors, full=error.values.get("full", UNSET))
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response


def _database(_error: SQLAlchemyError) -> Response:
    _log.exception("the database failed")
    response = respond(503, "database", message("http.503"))
    response.headers["Retry-After"] = "10"
    return response


def _unexpected(_error: Exception) -> Response:
    _log.exception("unexpected error")
    return respond(500, "unexpected", message("http.500"))


def respond(
    status: int, code: str, detail: str, errors: tuple[Pointed, ...] = (), full: str | UnsetType = UNSET
) -> Response:
    """A problem as a response."""
    title = f"http.title_{status}"
    problem = Problem(
        type=f"{PROBLEMS}{code}",
        title=message(title) if i18n.known(title) else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.path,
        request=g.request_id,
        errors=errors,
        full=full,
    )
    shape = SHAPES.get(request.blueprint or "")
    shown = next((found for page in PAGES if (found := page(problem))), None)
    if shape:
        response = shape(problem)
    elif shown:
        response = shown
    elif negotiation.error_form() == "json":
        response = Response(msgspec.json.encode(problem), status, content_type="application/problem+json")
    else:
        data = xmlio.document("problem", problem, "urn:ietf:rfc:7807")
        response = Response(data, status, content_type="application/problem+xml")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = i18n.current()
    return response
