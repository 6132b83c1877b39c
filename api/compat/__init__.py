"""Interfaces of other systems, so that their clients work here: docs/formats/compat.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_smorest import Api
from werkzeug.routing import PathConverter

from api.compat import fit_connect, infodienste, pvog

PREFIX = "/api/compat"
_DOUBLED = re.compile(rf"({PREFIX}/[^/]+)/{{2,}}")


class Everything(PathConverter):
    """Any path, also one with line breaks."""

    regex = r"(?s:[^/].*?)"


def install(app: Flask, api: Api) -> None:
    """Let the application offer the interfaces."""
    app.url_map.converters["everything"] = Everything
    api.register_blueprint(infodienste.blueprint, url_prefix=f"{PREFIX}/{infodienste.NAME}")
    api.register_blueprint(fit_connect.blueprint, url_prefix=f"{PREFIX}/{fit_connect.NAME}")
    api.register_blueprint(pvog.blueprint, url_prefix=f"{PREFIX}/{pvog.NAME}")
    app.wsgi_app = _joined(app.wsgi_app)  # type: ignore[method-assign]  # how Flask takes a middleware


def _joined(inner: Any) -> Any:
    """Takes the second slash of ``.../infodienste//area/find``, which software of the EA writes, for one."""

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["PATH_INFO"] = _DOUBLED.sub(r"\1/", environ.get("PATH_INFO", ""))
        answer: Iterable[bytes] = inner(environ, start)
        return answer

    return application
