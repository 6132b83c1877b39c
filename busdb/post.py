"""Messages to webhooks by the convention of Standard Webhooks, to public addresses only unless a setting allows more.

The name of the host is resolved once, its addresses are checked, and the connection goes to the address that was
checked: a name that leads elsewhere the second time (DNS rebinding) gains nothing. A proxy is asked for that address,
too. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from busdb import outward
from busdb.errors import InputError, RefusedError, SetupError
from busdb.outward import Way

TIMEOUT = 10
PREFIX = "whsec_"
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class PostError(Exception):
    """A message was not taken; ``gone`` says that the receiver wants no more."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


def signature(secret: str, id_: str, timestamp: int, payload: bytes) -> str:
    """The value of ``webhook-signature``: version 1, HMAC-SHA256 over id, time (Unix seconds) and payload."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{id_}.{timestamp}.".encode() + payload
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def check(url: str, *, private: bool) -> SplitResult:
    """The parts of an address that messages may go to.

    Without ``private`` only HTTPS. Raises ``InputError`` for what is no such address.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.fragment or not url.isascii() or any(char <= " " for char in url):
        raise InputError("webhook_address", url=url)
    if parts.scheme != "https" and not private:
        raise InputError("webhook_not_https", url=url)
    return parts


def resolve(parts: SplitResult, *, private: bool) -> str:
    """The IP address to connect to.

    Raises ``RefusedError`` where any address of the host is not public and ``private`` does not allow it, and
    ``InputError`` for a host that nobody knows.
    """
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InputError("webhook_unresolved", host=host) from error
    addresses = [str(one[4][0]) for one in found]
    if not private and not all(map(public, addresses)):
        raise RefusedError("webhook_private", host=host)
    return addresses[0]


def public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where IPv6 wraps another one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _TRANSLATED:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return wrapped.is_global and not wrapped.is_multicast
    return ip.is_global and not ip.is_multicast


def post(url: str, headers: Mapping[str, str], payload: bytes, *, private: bool, way: Way | None = None) -> None:
    """Send a message, through a proxy where there is one. Raises ``PostError`` unless the receiver takes it."""
    try:
        parts = check(url, private=private)
        connection = reach(parts, private=private, way=way)
    except (InputError, RefusedError) as error:
        raise PostError(str(error)) from error
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, payload, {"Content-Type": "application/json", **headers})
        with connection.getresponse() as answer:
            status = answer.status
    except SetupError as error:
        raise PostError(str(error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise PostError(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise PostError(f"HTTP {status}", gone=status == 410)


def reach(parts: SplitResult, *, private: bool, way: Way | None = None, timeout: float = TIMEOUT) -> Connection:
    """A connection to a host, not opened yet, through a proxy where one leads there.

    Where private networks are allowed a proxy may be asked for a name, which it may be the only one to know. Raises
    what :func:`resolve` raises.
    """
    host = parts.hostname or ""
    through = way if way and way.leads_to(host) else None
    address = host if through and private else resolve(parts, private=private)
    return Connection(parts, address, timeout, through)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


class Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name of its host."""

    def __init__(self, parts: SplitResult, address: str, timeout: float, way: Way | None) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=timeout)
        self._address = address
        self._way = way
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self.default_port = 443 if self._tls else 80

    def connect(self) -> None:
        """Connect to the address, not to what the name may lead to by now."""
        if self._way:
            self.sock = outward.tunnel(self._way, self._address, self.port, self.timeout or TIMEOUT)
        else:
            self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
