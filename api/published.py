"""The files that ``busdb publish`` wrote, for readers that take files: with ranges, or compressed."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

from api.hub import hub
from busdb.publishing import INDEX, SUMS

blueprint = Blueprint("published", __name__)
FOREVER, SOON = 31_536_000, 300
"""For how many seconds caches may keep a file: its name tells its content, or it is an index."""


@blueprint.get("/published/", defaults={"path": INDEX})
@blueprint.get("/published/<path:path>")
def published(path: str) -> Response:
    """A file of the published set. Raises ``NotFound`` where nothing is published."""
    folder = hub().settings.published
    if not folder or any(part.startswith(".") for part in Path(path).parts):
        raise NotFound
    packed = _packed(path)
    if packed:
        tags = request.headers.get("If-None-Match", "").replace("-gzip", "")
        request.environ["HTTP_IF_NONE_MATCH"] = tags
    index = path in {INDEX, SUMS} or path.endswith("index.txt")
    answer = send_from_directory(Path(folder).resolve(), path, max_age=SOON if index else FOREVER)
    answer.direct_passthrough = not packed or answer.status_code != 200
    answer.headers["Vary"] = "Accept-Encoding"
    if not index:
        answer.cache_control.immutable = True
    return answer


@blueprint.get("/xzufi/<name>")
def xzufi(name: str) -> Response:
    """The set for collectors of XZuFi: its index and the files beside it."""
    return published(f"xzufi/{name}")


def _packed(path: str) -> bool:
    """Whether the reader gets the file compressed, and so without ranges."""
    type_, _ = mimetypes.guess_type(path)
    text = type_ in {"application/json", "application/xml", "text/xml", "text/plain"} or path == SUMS
    return text and "Range" not in request.headers and request.accept_encodings["gzip"] > 0
