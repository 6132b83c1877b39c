"""What every response carries: safety, compression, and access from any page save to the console."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

from api import access
from busdb.settings import Settings

SMALL = 1024
_EXPOSED = (
    "ETag, Last-Modified, Link, Content-Language, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID, "
    "total-item-count"
)
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
_ACCEPTED = "Accept, Accept-Language, Authorization, If-None-Match, api_key, x-api-key, x-federal-state"
_COMPRESSED = (
    "application/json",
    "application/xml",
    "application/problem",
    "application/atom",
    "application/feed",
    "text/",
)


def install(app: Flask, settings: Settings) -> None:
    """Let every response carry its headers."""
    app.after_request(_finish)
    if settings.hsts_seconds:
        app.after_request(_Secure(settings.hsts_seconds))


class _Secure:
    """Lets browsers that came by HTTPS come by nothing else for a while; by HTTP it must not be said (RFC 6797)."""

    def __init__(self, seconds: int) -> None:
        self._value = f"max-age={seconds}"

    def __call__(self, response: Response) -> Response:
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = self._value
        return response


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
    headers["Permissions-Policy"] = _PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin" if access.in_console() else "cross-origin"
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
