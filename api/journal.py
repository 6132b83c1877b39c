"""What is told of each request: an id, by which a caller can name it, and a line in the log where machines read it.

The line names the template of the address, not what stands in it, and the network of the reader, not the reader.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from functools import lru_cache
from ipaddress import ip_address

from flask import Flask, Response, g, request

from api import proxies
from api.limits import neighbourhood
from api.measures import ELSEWHERE
from api.sending import when_sent
from busdb import logs
from busdb.settings import Settings

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger("busdb.request")


def install(app: Flask, settings: Settings) -> None:
    """Let every request have an id, and a line where the settings ask for JSON."""
    app.before_request(_name)
    app.after_request(_tell if settings.log == "json" else _answer)


def _name() -> None:
    """Give the request its id: that of the proxy before us, else one of our own."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) and _from_proxy() else secrets.token_hex(8)
    logs.about.set({"request": g.request_id, "route": _route()})


def _from_proxy() -> bool:
    """Whether the request comes from our own network, where only a proxy asks."""
    return _near(proxies.peer())


@lru_cache(maxsize=4096)
def _near(address: str | None) -> bool:
    try:
        return not ip_address(address or "127.0.0.1").is_global
    except ValueError:
        return True  # a socket of the system has no address


def _route() -> str:
    return request.url_rule.rule if request.url_rule else ELSEWHERE


def _answer(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    return response


def _tell(response: Response) -> Response:
    began: float = g.began
    fields = {
        "method": request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other",
        "status": response.status_code,
        "from": neighbourhood(request.remote_addr),
    }

    def close() -> None:
        fields["milliseconds"] = round((time.perf_counter() - began) * 1000, 3)
        _log.info("request", extra={"fields": fields})

    when_sent(response, close)
    return _answer(response)
