"""Pages of lists: ``limit`` and ``offset``, ``total`` and ``next``, and the links of RFC 8288."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from busdb.publication import Page, View


class Complete(View, frozen=True, kw_only=True):
    """All of a list that is short enough to have no pages."""

    total: int
    items: list[Any]


def page(total: int, arguments: dict[str, Any], items: list[Any]) -> Page:
    """One page of a list."""
    limit, offset = arguments["limit"], arguments["offset"]
    following = offset + limit
    more = address(offset=following) if following < total else None
    return Page(total=total, limit=limit, offset=offset, items=items, next=more)


def link(response: Response, total: int | None, arguments: dict[str, Any]) -> Response:
    """The response with the links to its neighbors."""
    if total is None:
        return response
    limit, offset = arguments["limit"], arguments["offset"]
    links = [f'<{address(offset=0)}>; rel="first"']
    if offset > 0:
        links.append(f'<{address(offset=max(offset - limit, 0))}>; rel="prev"')
    if offset + limit < total:
        links.append(f'<{address(offset=offset + limit)}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    return response


def address(**changed: object) -> str:
    """The address of the request with other parameters; those that are ``None`` are left out."""
    parameters = {name: value for name, value in {**request.args.to_dict(), **changed}.items() if value is not None}
    return f"{request.path}?{urlencode(parameters)}" if parameters else request.path
