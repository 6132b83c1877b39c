"""What is refused before anybody looks at what a request asks for: foreign hosts, excess, what no text can be."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import BadRequest, HTTPException, RequestHeaderFieldsTooLarge, RequestURITooLarge

from api import bodies
from busdb import i18n
from busdb.i18n import message
from busdb.settings import Settings

REPEATED = frozenset({("/api/v1/bundles", "service")})
"""The parameters that may be given several times."""
FOREIGN = "/api/compat/"
"""Where requests are those of other systems' clients, which repeat parameters as they like."""
QUERY_LIMIT = 4000
HEADER_LIMIT = 8000
PARAMETER_LIMIT = 100
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that nobody else can name: a foreign page that wants to pass for us would need a name of its own."""


class MisdirectedRequest(HTTPException):
    """A request for a host that this installation is not (RFC 9110, section 15.5.20)."""

    code = 421


def install(app: Flask, settings: Settings) -> None:
    """Check every request; hosts only where the settings say which are ours."""
    app.before_request(_check)
    known = settings.known_hosts
    if known:
        app.before_request(lambda: _check_host(known | LOCAL))


def _check() -> None:
    _check_headers()
    i18n.use(i18n.negotiate(request.args.get("lang"), *(value for value, _ in request.accept_languages)))
    if len(request.query_string) > QUERY_LIMIT:
        raise RequestURITooLarge(message("query_too_long", {"limit": QUERY_LIMIT}))
    given = [text for pair in request.args.items(multi=True) for text in pair]
    if len(given) > 2 * PARAMETER_LIMIT:
        raise BadRequest(message("parameters_many", {"limit": PARAMETER_LIMIT}))
    if any("\x00" in text or "\ufffd" in text for text in [request.path, *given]):
        raise BadRequest(message("query_unreadable"))
    for name in request.args:
        once = (request.path, name) not in REPEATED and not request.path.startswith(FOREIGN)
        if once and len(request.args.getlist(name)) > 1:
            raise BadRequest(message("parameter_repeated", {"name": name}))
    if {"api_key", "key", "access_token"} & set(request.args):
        raise BadRequest(message("key_in_address"))
    bodies.take()
    if request.mimetype == "application/x-www-form-urlencoded":
        _check_form()


def _check_headers() -> None:
    """Refuse long headers before any of them is read, which takes longer than in proportion."""
    long = [name for name, value in request.environ.items() if name.startswith("HTTP_") and len(value) > HEADER_LIMIT]
    if long:
        for name in long:
            del request.environ[name]
        i18n.use(i18n.negotiate())
        raise RequestHeaderFieldsTooLarge(message("header_too_long", {"limit": HEADER_LIMIT}))


def _check_form() -> None:
    if any("\x00" in text or "\ufffd" in text for pair in request.form.items(multi=True) for text in pair):
        raise BadRequest(message("body_unreadable"))


def _check_host(known: frozenset[str]) -> None:
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        host = None
    if host not in known and request.blueprint != "health":  # what watches over a node asks by its address
        raise MisdirectedRequest(message("host_unknown"))
