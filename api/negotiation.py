"""JSON or XML: by ``format=``, else by ``Accept``; anything else is refused with what there is."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import request
from werkzeug.exceptions import BadRequest, NotAcceptable

from busdb import xmlio
from busdb.formats import Form
from busdb.i18n import message

CONTENT_TYPES: dict[Form, str] = {
    "json": "application/json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
}
_OFFERED: dict[str, Form] = {
    "application/json": "json",
    "application/problem+json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/problem+xml": "xml",
}
_encoder = msgspec.json.Encoder(decimal_format="string")


def form(wish: str | None) -> Form:
    """The form that the request asks for. Raises ``BadRequest`` or ``NotAcceptable``."""
    if wish is not None:
        if wish not in CONTENT_TYPES:
            raise BadRequest(message("form_unknown", {"form": wish, "known": "json, xml"}))
        return "xml" if wish == "xml" else "json"
    if not request.accept_mimetypes:
        return "json"
    best = request.accept_mimetypes.best_match(list(_OFFERED))
    if best is None:
        raise NotAcceptable(message("not_acceptable", {"known": "application/json, application/xml"}))
    return _OFFERED[best]


def error_form() -> Form:
    """The form of an error: as asked for if that can be told, else JSON."""
    try:
        return form(request.args.get("format"))
    except (BadRequest, NotAcceptable):
        return "json"


def encode(name: str, value: Any, form_: Form) -> bytes:
    """A value in a form; ``name`` is its element in XML."""
    if form_ == "json":
        return value if isinstance(value, bytes) else _encoder.encode(value)
    if isinstance(value, bytes):
        value = msgspec.json.decode(value)
    return xmlio.document(name, value)
