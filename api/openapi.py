"""The description of the interface (OpenAPI 3.1), made from the structures that the answers are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import flask_smorest
import msgspec
from flask import Flask, Request
from marshmallow import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from api.errors import SHAPES, Problem
from api.paging import Complete
from busdb import bundles, hours, publication, quotes, records
from busdb.i18n import message

PREFIX = "/api/v1"
_REF = "#/components/schemas/{name}"
_TYPES: dict[str, Any] = {
    name: getattr(publication, name)
    for name in (
        "Publication",
        "AuthorityView",
        "Place",
        "ResponsibilityAnswer",
        "FeeView",
        "SearchAnswer",
        "Suggestion",
        "ChangePage",
        "Page",
    )
} | {
    "Quote": quotes.Quote,
    "Bundle": bundles.Bundle,
    "Openings": hours.Openings,
    "Problem": Problem,
    "LifeEvent": records.LifeEvent,
    "Complete": Complete,
}


class Api(flask_smorest.Api):  # type: ignore[misc]  # ships no types
    """The interface; its errors are handled by ``api.errors``."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # each blueprint names the shape of its errors

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""

    def _register_responses(self) -> None:
        """Describe the two shapes of errors: ours, and that of another system whose interface we speak."""
        schema = {"schema": {"$ref": _REF.format(name="Problem")}}
        problem = {"application/problem+json": schema, "application/problem+xml": schema}
        own: dict[str, Any] = {"application/json": {}, "application/xml": {}}
        self.spec.components.response("Problem", {"description": "Problem", "content": problem})
        self.spec.components.response("Failure", {"description": "Error as the other system says it", "content": own})


class Parser(FlaskParser):
    """Reads query strings strictly: a parameter that an endpoint does not know is an error. So with bodies in JSON."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": "raise"}

    def _raw_load_json(self, req: Request) -> Any:
        """A body that is text through and through, and of bearable depth. Raises ``BadRequest``."""
        if not req.is_json:
            return missing
        try:
            found = msgspec.json.decode(req.get_data(cache=True))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadRequest(message("body_unreadable")) from error
        if isinstance(found, dict) and any("\x00" in text for text in found.values() if isinstance(text, str)):
            raise BadRequest(message("body_unreadable"))
        return found


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # ships no types
    """The endpoints of one resource."""

    ARGUMENTS_PARSER: FlaskParser = Parser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(self._describe_errors)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Read the arguments by a schema that is made once, not for each request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def _describe_errors(self, doc: dict[str, Any], _info: object, **_context: object) -> dict[str, Any]:
        """Any error has one shape, also those that the library would describe as its own."""
        shape = {"$ref": f"#/components/responses/{'Failure' if self.name in SHAPES else 'Problem'}"}
        own = {status for status, one in doc.get("responses", {}).items() if int(status) >= 400 and "content" in one}
        named = {status: shape for status in doc.get("responses", ()) if int(status) >= 400 and status not in own}
        return {**doc, "responses": {**doc.get("responses", {}), **named, "default": shape}}


@cache
def _components() -> dict[str, Any]:
    return msgspec.json.schema_components(list(_TYPES.values()), ref_template=_REF)[1]


def make_api(app: Flask) -> Api:
    """The interface with its description at /api/v1/openapi.json."""
    app.config.update(
        API_TITLE="busdb",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Services, authorities, responsibilities and fees of a German state. Reading is open.",
                "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            }
        },
    )
    api = Api(app)
    for name, schema in _components().items():
        api.spec.components.schema(name, schema)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    return api


def answers(name: str, text: str, *types: str, or_: str = "", refusals: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """What an endpoint answers: a structure by name (or another, ``or_``) in JSON or XML, or content of other types.

    ``refusals`` are the statuses of errors that another standard gives a shape of its own.
    """
    shapes = [{"$ref": _REF.format(name=one)} for one in (name, or_) if one]
    schema = {"anyOf": shapes} if or_ else shapes[0] if shapes else {"type": "object"}
    content: dict[str, Any] = {"application/json": {"schema": schema}, "application/xml": {}}

    def decorate(view: Any) -> Any:
        view._apidoc = {  # noqa: SLF001  # where flask-smorest keeps what doc() is given
            **getattr(view, "_apidoc", {}),
            "manual_doc": {
                "responses": {
                    "200": {"description": text, "content": {one: {} for one in types} or content},
                    "304": {"description": "Not modified"},
                    **{status: {"description": "Refused", "content": {"application/json": {}}} for status in refusals},
                }
            },
        }
        return view

    return decorate
