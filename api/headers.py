"""What every response carries: safety, compression, and access from any page save to the console."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, RequestURITooLarge

from api import access
from busdb import i18n
from busdb.i18n import message

REPEATED = frozenset({("/api/v1/bundles", "service")})
"""The parameters that may be given several times."""
FOREIGN = "/api/compat/"
"""Where requests are those of other systems' clients, which repeat parameters as they like."""
QUERY_LIMIT = 4000
SMALL = 1024
_EXPOSED = (
    "ETag, Last-Modified, Link, Content-Language, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID, "
    "total-item-count"
)
_ACCEPTED = "Accept, Accept-Language, Authorization, If-None-Match, api_key, x-api-key, x-federal-state"
_COMPRESSED = (
    "application/json",
    "application/xml",
    "application/problem",
    "application/atom",
    "application/feed",
    "text/",
)


def install(app: Flask) -> None:
    """Let every request be checked before it is answered, and every response carry its headers."""
    app.before_request(_check)
    app.after_request(_finish)


def _check() -> None:
    i18n.use(i18n.negotiate(request.args.get("lang"), *(value for value, _ in request.accept_languages)))
    if len(request.query_string) > QUERY_LIMIT:
        raise RequestURITooLarge(message("query_too_long", {"limit": QUERY_LIMIT}))
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        raise BadRequest(message("query_unreadable"))
    if any("\ufffd" in value for value in request.args.values()):
        raise BadRequest(message("query_unreadable"))
    for name in request.args:
        once = (request.path, name) not in REPEATED and not request.path.startswith(FOREIGN)
        if once and len(request.args.getlist(name)) > 1:
            raise BadRequest(message("parameter_repeated", {"name": name}))
    if {"api_key", "key", "access_token"} & set(request.args):
        raise BadRequest(message("key_in_address"))


def _finish(response: Response) -> Response:
    headers = response.headers
    if access.in_console():
        headers["Cache-Control"] = "private, no-store"
    else:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS" and not access.in_console():
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = _ACCEPTED
        headers["Access-Control-Max-Age"] = "86400"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return _compress(_conditional(response))


def _conditional(response: Response) -> Response:
    """An answer that does not know when it changed is told apart by its content; it is made, but not sent twice."""
    headers = response.headers
    if response.status_code != 200 or response.is_streamed or response.get_etag()[0]:
        return response
    headers.setdefault("Cache-Control", "no-cache")
    if "no-store" in headers["Cache-Control"] or request.method not in {"GET", "HEAD"}:
        return response
    response.add_etag()
    if response.get_etag()[0] in {tag.removesuffix("-gzip") for tag in request.if_none_match.as_set()}:
        response.status_code = 304
        response.set_data(b"")
    return response


def _compress(response: Response) -> Response:
    if (
        response.status_code != 200
        or request.accept_encodings["gzip"] <= 0
        or not (response.content_type or "").startswith(_COMPRESSED)
        or "Content-Encoding" in response.headers
        or response.direct_passthrough
        or (not response.is_streamed and len(response.get_data()) < SMALL)
    ):
        return response
    if response.is_streamed:
        if close := getattr(response.response, "close", None):
            response.call_on_close(close)
        response.response = _gzip(response.iter_encoded())
    else:
        response.set_data(b"".join(_gzip([response.get_data()])))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-gzip", weak=bool(weak))
    return response


def _gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
