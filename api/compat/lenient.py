"""Endpoints for clients of other systems: what they send beyond what is known here is overlooked."""

from __future__ import annotations

from marshmallow import EXCLUDE
from webargs.flaskparser import FlaskParser

from api import openapi


class Parser(FlaskParser):
    """Reads query strings without minding parameters that an endpoint does not know."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": EXCLUDE}


class Blueprint(openapi.Blueprint):
    """The endpoints of an interface."""

    ARGUMENTS_PARSER = Parser()
