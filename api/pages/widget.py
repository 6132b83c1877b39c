"""/widget: the element <zufi-finder> as one script, and its stylesheet, made from those of the pages.

``v1`` is the newest version; an exact version never changes, so that pages can name its hash. ``make widget``
writes the present version from ``api/static``; a version that was released stays as it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from api.hub import hub

blueprint = Blueprint("widget", __name__)
VERSION = "1.0.0"
STATIC = Path(__file__).parent.parent / "static"
VERSIONS = STATIC / "widget"
FOREVER = "public, max-age=31536000, immutable"
SOON = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800"
_MODULES = ("combobox.js", "zufi.js")
_IMPORT = re.compile(r"^import .*\n+", re.MULTILINE)
_ICON = re.compile(r"""url\("data:image/svg\+xml,([^"]+)"\)""")
_WITHIN = (
    (re.compile(r":is\(body\b[^)]*\)(?::not\([^)]*\))?"), ":host"),
    (re.compile(r"\[data-kern-theme=(light|dark)\]"), r":host([theme=\1])"),
    (re.compile(r'(?<![\w.#"-])(?::root|html|body)(?=[\s,{:\[])'), ":host"),
    (re.compile(r"@media (?:(?:only screen|all) and )?(?=\((?:min|max)-width)"), "@container "),
)
"""Inside the element it is the root, and its width counts, not that of the window."""
_BACKGROUND = re.compile(r"^body \{ background: [^}]+\}\n", re.MULTILINE)
TOKENS = {
    "--zufi-color-primary": "--kern-color-action-default",
    "--zufi-color-on-primary": "--kern-color-action-on-default",
    "--zufi-color-text": "--kern-color-layout-text-default",
    "--zufi-color-muted": "--kern-color-layout-text-muted",
    "--zufi-color-background": "--kern-color-layout-background-default",
    "--zufi-color-surface": "--kern-color-layout-background-hued",
    "--zufi-font": "--kern-typography-font-family-default",
    "--zufi-radius": "--kern-metric-border-radius-default",
}
"""What a page may set, and the token of KERN-UX that it is."""
_OWN = """
:host { display: block; min-height: 0; color-scheme: inherit; color: var(--kern-color-layout-text-default); }
:host([hidden]) { display: none; }
.zufi-content { min-height: 12rem; container-type: inline-size; }
.zufi-content { padding: 1px .5rem .5rem; background: var(--kern-color-layout-background-default); }
.zufi-content[aria-busy=true] { opacity: .6; }
@media print { :host { color-scheme: light; } .zufi-content { min-height: 0; } }
"""


def script() -> bytes:
    """The present version of the widget: its modules in one."""
    parts = [(STATIC / name).read_text("utf-8") for name in _MODULES]
    return "\n".join(_IMPORT.sub("", part).replace("export function", "function") for part in parts).encode()


def integrity(version: str = VERSION) -> str:
    """What the attribute ``integrity`` of a page says of a version."""
    data = (VERSIONS / f"{version}.js").read_bytes()
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


@blueprint.get("/widget/<version>/zufi.js")
def served(version: str) -> Response:
    """The script of the widget. Raises ``NotFound`` for a version that there never was."""
    path = VERSIONS / f"{VERSION if version == 'v1' else version}.js"
    if not re.fullmatch(r"v1|\d+\.\d+\.\d+", version, re.ASCII) or not path.is_file():
        raise NotFound
    return _file(path.read_bytes(), "text/javascript", SOON if version == "v1" else FOREVER)


@blueprint.get("/widget/<version>/frame.js")
def frame(version: str) -> Response:  # noqa: ARG001  # the same for all
    """The script for pages that show the finder in a frame."""
    return _file((STATIC / "host-frame.js").read_bytes(), "text/javascript", SOON)


@blueprint.get("/widget/<version>/zufi.css")
def style(version: str) -> Response:  # noqa: ARG001  # the look is the installation's, and the same for all
    """The stylesheet of the widget."""
    return _file(stylesheet(hub().settings.theme)[0].encode(), "text/css", SOON)


@blueprint.get("/widget/<version>/icon-<int:number>.svg")
def icon(version: str, number: int) -> Response:  # noqa: ARG001  # the same for all
    """An icon of the stylesheet. Raises ``NotFound`` for one that it does not have."""
    icons = stylesheet(hub().settings.theme)[1]
    if number >= len(icons):
        raise NotFound
    return _file(icons[number].encode(), "image/svg+xml", SOON)


def _file(data: bytes, type_: str, caching: str) -> Response:
    response = Response(data, content_type=f"{type_}; charset=utf-8")
    response.headers["Cache-Control"] = caching
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@cache
def stylesheet(theme: str) -> tuple[str, list[str]]:
    """The stylesheets of the pages for use inside an element, and the icons that they hold as data.

    ``theme`` is the operator's folder, or empty. What pages may set stands before each token; icons are files, since
    policies of other sites rarely allow data.
    """
    folder = Path(theme) if theme else None
    kern = folder / "kern.min.css" if folder and (folder / "kern.min.css").is_file() else STATIC / "kern.css"
    own = folder / "theme.css" if folder and (folder / "theme.css").is_file() else None
    text = "".join(path.read_text("utf-8") for path in (kern, STATIC / "busdb.css", own) if path)
    text = _BACKGROUND.sub("", text)
    for pattern, inside in _WITHIN:
        text = pattern.sub(inside, text)
    text += _OWN
    for name, token in TOKENS.items():
        text = re.sub(rf"({token}:\s*)([^;}}]+)", rf"\1var({name}, \2)", text)
    icons = list(dict.fromkeys(_ICON.findall(text)))
    text = _ICON.sub(lambda found: f'url("icon-{icons.index(found[1])}.svg")', text)
    return text, [unquote(one) for one in icons]


def write() -> None:
    """Write the present version from its modules."""
    VERSIONS.mkdir(exist_ok=True)
    (VERSIONS / f"{VERSION}.js").write_bytes(script())
