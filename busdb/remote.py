"""What another installation hands out page by page (Bereitstelldienst): read over HTTP, with a token by OAuth 2."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

import msgspec
from msgspec import Struct

from busdb.errors import InputError, SetupError

TIMEOUT = 120.0
ATTEMPTS = 4
MOST = 256 * 1024 * 1024
"""The largest answer that is taken, in bytes."""
_PASSING = frozenset({429, 502, 503, 504})
"""The answers after which it is worth trying again."""
_PLACE = "/bereitstelldienst/"
_TOKEN = "/realms/pvog/protocol/openid-connect/token"  # noqa: S105  # an address


class Page(Struct, frozen=True, rename="camel"):
    """A page of objects. ``xzufi_objekte`` is a message of XZuFi as a text, empty where there is nothing."""

    vollstaendig: bool
    naechste_anfrage_url: str
    naechster_index: int = 0
    anzahl_objekte: int | None = None
    xzufi_objekte: str = ""


class _Token(Struct, frozen=True):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # a word of the standard


class Access(Struct, frozen=True, kw_only=True):
    """How to get in: the address that gives tokens, id and secret; without an id nothing is needed."""

    token_url: str = ""
    client: str = ""
    secret: str = ""


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, which could take the token elsewhere."""

    def redirect_request(self, *_args: Any) -> None:
        return None


class Remote:
    """The other installation, at the address of its first page. Waits between attempts with ``wait``.

    ``proxy`` is the address of the one through which it is asked.

    Making one raises ``InputError`` for no address of the web, and where nothing says who gives tokens.
    """

    def __init__(self, url: str, access: Access, wait: Callable[[float], None] = time.sleep, proxy: str = "") -> None:
        self._origin = _origin(url)
        self._access = access
        self._token_url = access.token_url or _token_url(url)
        if access.client and not self._token_url:
            raise InputError("follow_no_token", url=url)
        if access.client:
            _origin(self._token_url)
        self._wait = wait
        self._authorization: str | None = None
        ways = urllib.request.ProxyHandler({"http": proxy, "https": proxy} if proxy else {})
        self._opener = urllib.request.build_opener(_Straight, ways)

    def page(self, url: str) -> Page:
        """The page at an address of this installation.

        Raises ``InputError`` for an address elsewhere, an answer that is no page, or a cursor that is no longer kept,
        ``SetupError`` where the installation does not answer or does not let us in.
        """
        if _origin(url) != self._origin:
            raise InputError("follow_elsewhere", url=url)
        try:
            return msgspec.json.decode(self._get(url), type=Page)
        except msgspec.MsgspecError as error:
            raise InputError("follow_no_page", url=url, reason=error) from error

    def _get(self, url: str) -> bytes:
        if self._access.client and self._authorization is None:
            self._authorization = self._authorize()
        for fresh in (False, True):
            headers = {"Accept": "application/json"}
            if self._authorization:
                headers["Authorization"] = self._authorization
            try:
                return self._send(url, headers)
            except urllib.error.HTTPError as error:
                if error.code == HTTPStatus.GONE:
                    raise InputError("follow_expired", url=url) from error
                if error.code != HTTPStatus.UNAUTHORIZED or fresh or not self._access.client:
                    raise SetupError("follow_refused", url=url, status=error.code) from error
                self._authorization = self._authorize()
        raise AssertionError

    def _authorize(self) -> str:
        """A fresh token, as it goes into a header."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._access.client,
            "client_secret": self._access.secret,
        }
        try:
            answer = self._send(self._token_url, {"Accept": "application/json"}, urllib.parse.urlencode(form).encode())
            token = msgspec.json.decode(answer, type=_Token)
        except (urllib.error.HTTPError, msgspec.MsgspecError) as error:
            raise SetupError("follow_token", url=self._token_url, reason=error) from error
        return f"{token.token_type.capitalize()} {token.access_token}"

    def _send(self, url: str, headers: dict[str, str], data: bytes | None = None) -> bytes:
        """The answer, tried again while the other side is only passingly out of order. Raises ``HTTPError``."""
        asked = urllib.request.Request(url, data, headers)  # noqa: S310  # the scheme has been checked
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._opener.open(asked, timeout=TIMEOUT) as response:
                    body: bytes = response.read(MOST + 1)
            except urllib.error.HTTPError as error:
                if error.code not in _PASSING or attempt == ATTEMPTS:
                    raise
            except (OSError, HTTPException) as error:
                if attempt == ATTEMPTS:
                    raise SetupError("follow_unreachable", url=url, reason=error) from error
            else:
                if len(body) > MOST:
                    raise InputError("follow_too_large", url=url, most=MOST)
                return body
            self._wait(2.0**attempt)
        raise AssertionError


def _origin(url: str) -> tuple[Any, ...]:
    """Scheme, host and port of an address. Raises ``InputError`` for what is no address of the web."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise InputError("follow_address", url=url)
    return parts.scheme, parts.hostname, parts.port


def _token_url(url: str) -> str:
    """Where an installation of busdb gives tokens, by the address of its objects."""
    head, place, _ = url.partition(_PLACE)
    return f"{head}{_TOKEN}" if place else ""
