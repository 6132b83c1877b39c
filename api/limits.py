"""How much one reader may ask: counted by key, or by the network around an address, which itself is not kept.

Windows are fixed: one count in the storage for each request, and no second look to see when a window ends, since that
is computed. Each reader's windows begin at a moment of their own, so that not all come back at once. Answers say what
is left as draft-ietf-httpapi-ratelimit-headers has it. What cannot be counted is let pass: a storage that fails must
not close the house.
"""

from __future__ import annotations

import logging
import time
import zlib
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, request
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string
from werkzeug.exceptions import TooManyRequests, Unauthorized

from api import proxies
from api.hub import granted
from busdb.errors import SetupError
from busdb.i18n import message
from busdb.settings import Rate, Settings

UNCOUNTED = frozenset({"health", "published"})
"""The blueprints of what watches over an installation, and of files; static files are not counted either."""
PAUSE = 10.0
"""Seconds for which a storage that failed is not asked again."""
_REDIS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
_log = logging.getLogger("busdb.limits")


class Standing(NamedTuple):
    """What is left of a rate in the present window, and in how many seconds that ends; less than 0: too many."""

    left: int
    reset: int


class Limits:
    """Counts what readers ask, in memory or in the Redis that all processes share."""

    def __init__(self, settings: Settings) -> None:
        self.by_address, self.by_key = settings.rates
        self._storage = _storage(settings.redis_url)
        self._paused_until = 0.0

    def count(self, what: str, who: str, rate: Rate, moment: float) -> Standing | None:
        """Count one more in the window of a moment (seconds since 1970); ``None`` where that is not possible."""
        if time.monotonic() < self._paused_until:
            return None
        shifted = moment + zlib.crc32(who.encode()) % rate.seconds
        window, passed = divmod(int(shifted), rate.seconds)
        try:
            count = self._storage.incr(f"busdb:{what}:{who}:{window}", rate.seconds)
        except StorageError as error:
            self._paused_until = time.monotonic() + PAUSE
            _log.warning("nothing is limited, since the storage of limits fails: %s", error)
            return None
        return Standing(rate.amount - count, rate.seconds - passed)

    def admit(self, what: str, who: str, rate: Rate, refusal: str) -> None:
        """Let one more pass. Raises ``TooManyRequests`` with the seconds to wait."""
        standing = self.count(what, who, rate, time.time())
        if standing and standing.left < 0:
            raise TooManyRequests(message(refusal), retry_after=standing.reset)


def _storage(address: str) -> Storage:
    try:
        options: dict[str, Any] = _REDIS if address else {}
        found = storage_from_string(address or "memory://", wrap_exceptions=True, **options)
    except (ConfigurationError, ValueError) as error:
        raise SetupError("setting_redis") from error  # without the address, which may hold a password
    assert isinstance(found, Storage)
    return found


def install(app: Flask, limits: Limits) -> None:
    """Count every request but those for files, and say in every answer what is left."""
    app.extensions["busdb.limits"] = limits
    app.before_request(_count)
    app.after_request(_say)


def limits() -> Limits:
    """The limits of the present application."""
    found: Limits = current_app.extensions["busdb.limits"]
    return found


@lru_cache(maxsize=4096)
def neighbourhood(address: str | None) -> str:
    """The network around a reader: 256 addresses of IPv4, a site of IPv6; empty where it cannot be known."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def _count() -> None:
    static = (request.endpoint or "").rpartition(".")[2] == "static"
    if request.method == "OPTIONS" or static or request.blueprint in UNCOUNTED:
        return
    counted = _counted()
    if counted is None:
        return
    what, who, rate = counted
    standing = limits().count(what, who, rate, time.time())
    if standing is None:
        return
    g.limit = f'"{what}";q={rate.amount};w={rate.seconds}', f'"{what}";r={max(standing.left, 0)};t={standing.reset}'
    if standing.left < 0:
        raise TooManyRequests(message("http.429"), retry_after=standing.reset)


def _counted() -> tuple[str, str, Rate] | None:
    """By what a request is counted, as whose, and how many are allowed; ``None``: it is not."""
    own = limits()
    key = _key() if own.by_key or own.by_address else None
    if key:
        return ("key", str(key), own.by_key) if own.by_key else None
    near = neighbourhood(request.remote_addr) if own.by_address and _known() else ""
    return ("address", near, own.by_address) if near and own.by_address else None


def _key() -> int | None:
    """The number of the key of a request, if it has one that holds."""
    try:
        grant = granted()
    except Unauthorized:
        return None
    return grant.key if grant else None


def _known() -> bool:
    """Whether the address is the reader's. One of our own network may be that of a proxy, which stands for many."""
    return proxies.peer() != request.remote_addr or _is_global(request.remote_addr)


@lru_cache(maxsize=4096)
def _is_global(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_global
    except ValueError:
        return False


def _say(response: Response) -> Response:
    if "limit" in g:
        response.headers["RateLimit-Policy"], response.headers["RateLimit"] = g.limit
    return response
