"""Who asks, where proxies stand before us: what ``X-Forwarded-`` says counts only from proxies that settings name."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import takewhile
from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from busdb.settings import Settings

_log = logging.getLogger("busdb.proxies")


class Known:
    """Believes the proxies of certain networks, however many stand in a row."""

    def __init__(self, app: Any, networks: Sequence[IPv4Network | IPv6Network]) -> None:
        self._app = app
        self._networks = networks

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the reader's server, if one of the proxies asks."""
        if not self._ours(environ.get("REMOTE_ADDR", "")):
            return self._app(environ, start_response)  # type: ignore[no-any-return]
        told = [one.strip() for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        hops = len(list(takewhile(self._ours, reversed(told)))) + 1
        return _fix(self._app, min(hops, len(told)))(environ, start_response)

    def _ours(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def install(app: Flask, settings: Settings) -> None:
    """Let requests show their readers instead of the proxies that the settings name."""
    trusted = settings.trusted
    if isinstance(trusted, int):
        app.wsgi_app = _fix(app.wsgi_app, trusted) if trusted else app.wsgi_app  # type: ignore[method-assign]
    else:
        app.wsgi_app = Known(app.wsgi_app, trusted)  # type: ignore[method-assign]
    if not trusted:
        app.before_request(_Doubt())


def peer() -> str | None:
    """The address that sent the present request: a reader's, or that of a proxy."""
    found: dict[str, Any] = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    return found.get("REMOTE_ADDR")


class _Doubt:
    """Says once in the log that something like a proxy speaks which is not believed."""

    def __init__(self) -> None:
        self._said = False

    def __call__(self) -> None:
        if not self._said and "X-Forwarded-For" in request.headers:
            self._said = True
            _log.warning("X-Forwarded-For is not believed; if a proxy stands before busdb, set BUSDB_PROXIES")


def _fix(app: Any, hops: int) -> ProxyFix:
    return ProxyFix(app, x_for=hops, x_proto=1, x_host=1)
