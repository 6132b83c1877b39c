"""Which requests are visits of a page, and what is counted of them. Nothing else of a request is looked at."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, request

from api.hub import hub
from busdb import visits

_PAGES = {
    "pages.start": "/",
    "pages.search": "/search",
    "pages.services": "/services",
    "pages.service": "/services/",
    "pages.authority": "/authorities/",
    "pages.life_events": "/life-events",
    "pages.life_event": "/life-events/",
}
"""The pages that are counted, by endpoint."""
_VIEWS = {"search": "/search", "list": "/services", "life-events": "/life-events", "authority": "/authorities"}


def install(app: Flask) -> None:
    """Let the application count visits."""
    app.after_request(_count)


def _count(response: Response) -> Response:
    found = hub()
    if found.visits.counting and request.method == "GET" and not request.headers.get("Sec-Purpose"):
        page, device = _page(response.status_code), visits.device(request.headers.get("User-Agent", ""))
        if page and device:
            header = found.settings.country_header
            trusted = header and "werkzeug.proxy_fix.orig" in request.environ
            values: dict[visits.What, str] = {
                "device": device,
                "country": visits.country(request.headers.get(header, "")) if trusted else visits.UNKNOWN,
                "language": response.headers.get("Content-Language", visits.UNKNOWN).partition(",")[0],
                "face": "widget" if request.endpoint == "embed.embed" else "page",
            }
            found.visits.count(page, values)
    return response


def _page(status: int) -> str | None:
    """The page that a request is for, by its path without place; ``None`` for what is not counted."""
    if request.endpoint == "embed.embed" and status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        service, authority = request.args.get("service"), request.args.get("authority")
        mode = (request.view_args or {}).get("mode", "")
        if mode == "detail" and service:
            return "/services/" + quote(service)
        if mode == "authority" and authority:
            return "/authorities/" + quote(authority)
        return _VIEWS.get(mode)
    root = _PAGES.get(request.endpoint or "") if status == HTTPStatus.OK else None
    return root and root + quote((request.view_args or {}).get("id", ""))
