"""The way out of a network whose computers reach others only through an HTTP proxy.

The proxy is asked for a tunnel (CONNECT, RFC 9110 section 9.3.6) to an address that was checked here, never for a name:
what a name leads to is then not for the proxy to decide, and private networks stay out of reach of who wrote a link.
"""

from __future__ import annotations

import base64
import http.client
import socket
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from busdb.errors import SetupError

PORT = 3128
"""The port of a proxy that names none."""
_UNREACHED = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


class NoTunnelError(OSError):
    """The proxy does not let anybody through to an address; that says nothing about who is there."""


class Way(NamedTuple):
    """A proxy; ``user`` is name and password as they stand in its address, ``direct`` who is reached without it."""

    host: str
    port: int
    user: str = ""
    direct: str = ""

    @property
    def address(self) -> str:
        """The address of the proxy, with name and password."""
        return f"http://{self.user}{'@' if self.user else ''}{self.host}:{self.port}"

    @property
    def authorization(self) -> str | None:
        """What the proxy wants to be told."""
        return f"Basic {base64.b64encode(unquote(self.user).encode()).decode()}" if self.user else None

    def leads_to(self, host: str) -> bool:
        """Whether a host is reached through the proxy."""
        ends = [one.strip().lstrip(".").casefold() for one in self.direct.split(",") if one.strip()]
        return not any(one == "*" or f".{host.casefold()}".endswith(f".{one}") for one in ends)


def way(address: str, direct: str = "") -> Way:
    """The proxy at an address (``http://user:password@host:port``, or ``host:port``).

    ``direct`` are the names or ends of names of hosts that are reached without it, by comma. Raises ``ValueError``.
    """
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme != "http" or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(parts.scheme)
    return Way(parts.hostname, parts.port or PORT, parts.netloc.rpartition("@")[0], direct)


def tunnel(through: Way, host: str, port: int, timeout: float) -> socket.socket:
    """A connection to a host, an address or a name, through a proxy.

    Raises ``SetupError`` where the proxy cannot be reached or wants to know who asks, ``NoTunnelError`` where it lets
    nobody through, ``OSError`` where it finds nobody there.
    """
    proxy = f"{through.host}:{through.port}"
    try:
        connection = socket.create_connection((through.host, through.port), timeout)
    except OSError as error:
        raise SetupError("proxy_unreachable", proxy=proxy, reason=error) from error
    try:
        status = _ask(connection, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", through.authorization)
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise SetupError("proxy_unreachable", proxy=proxy, reason=f"HTTP {status}")
        if status in _UNREACHED:
            raise ConnectionError(f"HTTP {status}")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise NoTunnelError(f"HTTP {status}")
    except BaseException:
        connection.close()
        raise
    return connection


def _ask(connection: socket.socket, target: str, authorization: str | None) -> int:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if authorization:
        lines.append(f"Proxy-Authorization: {authorization}")
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = http.client.HTTPResponse(connection, method="CONNECT")
    try:
        answer.begin()
    except http.client.HTTPException as error:
        raise NoTunnelError(type(error).__name__) from error
    finally:
        answer.close()
    return answer.status
