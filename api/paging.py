"""Pages of lists: ``limit`` and ``offset``, ``total`` and ``next``, and the links of RFC 8288."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from busdb.publication import Page


def page(total: int, arguments: dict[str, Any], items: list[Any]) -> Page:
    """One page of a list."""
    limit, offset = arguments["limit"], arguments["offset"]
    following = offset + limit
    return Page(
        total=total, limit=limit, offset=offset, items=items, next=_address(following) if following < total else None
    )


def link(response: Response, total: int | None, arguments: dict[str, Any]) -> Response:
    """The response with the links to its neighbors."""
    if total is None:
        return response
    limit, offset = arguments["limit"], arguments["offset"]
    links = [f'<{_address(0)}>; rel="first"']
    if offset > 0:
        links.append(f'<{_address(max(offset - limit, 0))}>; rel="prev"')
    if offset + limit < total:
        links.append(f'<{_address(offset + limit)}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    return response


def _address(offset: int) -> str:
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'offset': offset})}"
