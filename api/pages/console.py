"""/115: the console of a service center. One line in, the answer beside it; the page, and its two parts for the script.

Everything here is for one reader: nothing is kept by caches, nothing is open to other sites.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import Forbidden, Unauthorized

from api import access
from api.hub import granted, hub
from api.pages import answering, reads
from api.pages.call import ASKED, Caller
from api.pages.links import address
from api.pages.shell import Head, Lenient, links_for, render
from busdb import keys
from busdb.errors import NotFoundError
from busdb.i18n import message
from busdb.publication import SearchAnswer
from busdb.textfold import fold
from busdb.validity import now

blueprint = Blueprint("console", __name__, url_prefix=access.CONSOLE_PATH)
HITS = 8
"""How many services the list holds: what can be seen at once."""
BEGINNING = 3
"""From how many letters on something can be missed."""
_PARSER = Lenient()
AGAIN = "again"
"""The parameter of an address to which the page itself has led."""


def call(view: Callable[[Caller], Response]) -> Callable[[], Response]:
    """Let a view answer a :class:`Caller`. Raises ``Unauthorized`` or ``Forbidden`` where the console is closed."""

    @wraps(view)
    def answer() -> Response:
        grant = granted()
        access.check_open("115", hub().settings, grant.scopes if grant else frozenset())
        arguments: dict[str, Any] = _PARSER.parse(ASKED, request, location="query")
        with hub().reading() as connection:
            return view(Caller(connection, arguments))

    return answer


@blueprint.get("")
def page() -> Response:
    """The console; where it is closed, the form that takes the key."""
    if _led_by_another_site():
        again = address(access.CONSOLE_PATH, {**request.args, AGAIN: "true"})
        return Response(render_template("console/again.html", address=again), content_type="text/html; charset=utf-8")
    try:
        return _page()
    except Unauthorized:
        return _login(401)
    except Forbidden as error:
        return _login(403, str(error.description))


@call
def _page(caller: Caller) -> Response:
    found = _found(caller)
    if found and caller.line and not caller.opens:
        hub().log.searched(caller.line, found.total)
    status = 200
    try:
        values = answering.answer(caller)
    except NotFoundError as error:  # the list beside it stays of use
        status, values = 404, answering.missing(caller, error)
    values |= _list(caller, found)
    response = caller.render("console/page.html", Head(title=message("console.title")), **values)
    response.status_code = status
    return response


@blueprint.get("/list")
@call
def listed(caller: Caller) -> Response:
    """The list alone; ``asked`` says that somebody has pressed Enter, which is counted."""
    found = _found(caller)
    if found and caller.line and caller.arguments["asked"]:
        hub().log.searched(caller.line, found.total)
    return _part(caller, "console/list.html", **_list(caller, found))


@blueprint.get("/answer")
@call
def answered(caller: Caller) -> Response:
    """The answer alone."""
    if caller.line and caller.opens:
        hub().log.searched(caller.line, 1)
    return _part(caller, "console/answer.html", visit=caller, **answering.answer(caller))


@blueprint.get("/login")
def login_form() -> Response:
    """The form that takes a key, where the console is open without one."""
    return _login(200)


@blueprint.post("/login")
def login() -> Response:
    """Take a key once; a cookie stands for it until the end of a working day, or of the key."""
    access.check_own_form()
    with hub().reading() as connection:
        issued = keys.issue_token(connection, None, request.form.get("key", "").strip(), now(), "page")
    if issued is None:
        return _login(401, message("console.key_wrong"))
    token, scopes = issued
    needed = {access.CONSOLE} if "115" in hub().settings.closed_pages else {access.CONSOLE, access.INTERNAL}
    if not scopes & needed:
        return _login(403, message("console.key_closed"))
    response = _back()
    response.set_cookie(access.COOKIE, token, max_age=keys.SHIFT, **_cookie())
    return response


@blueprint.post("/logout")
def logout() -> Response:
    """Forget who has come in."""
    access.check_own_form()
    response = _back()
    response.delete_cookie(access.COOKIE, **_cookie())
    return response


def _cookie() -> Any:
    """Where the cookie is sent: to the console alone, from its own pages alone, and over TLS where there is any."""
    secure = request.is_secure or hub().settings.base_url.startswith("https:")
    return {"path": access.CONSOLE_PATH, "httponly": True, "samesite": "Strict", "secure": secure}


def _back() -> Response:
    """The console as it was asked for before."""
    known = {name: value for name, value in parse_qsl(request.form.get("back", "")) if name in ASKED.fields}
    return redirect(address(access.CONSOLE_PATH, known), 303)  # type: ignore[return-value]  # werkzeug's class


def _login(status: int, error: str | None = None) -> Response:
    """The form that takes a key, and leads on to what was asked for."""
    asked = request.args if request.method == "GET" else dict(parse_qsl(request.form.get("back", "")))
    back = address("", {name: value for name, value in asked.items() if name != AGAIN}).removeprefix("?")
    head = Head(title=message("console.login"))
    links = links_for(None, request.args.get("lang"))
    response = render("console/login.html", head, links, error=error, back=back)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="busdb"'
    return response


def _led_by_another_site() -> bool:
    """Whether a link of another site, of a telephony system, leads here: then the browser holds the cookie back.

    The page leads on to itself, which is no other site's doing; a view has nothing to do that could be misused.
    """
    alone = access.COOKIE not in request.cookies and "Authorization" not in request.headers
    return alone and request.headers.get("Sec-Fetch-Site") == "cross-site" and AGAIN not in request.args


def _part(caller: Caller, template: str, /, **values: object) -> Response:
    html = render_template(template, links=caller.links, place=caller.place, **values)
    return Response(html, content_type="text/html; charset=utf-8")


def _found(caller: Caller) -> SearchAnswer | None:
    """The services that the line asks for; ``None`` where it asks for none, or has only begun to."""
    if not caller.concern:
        return None
    found = hub().desk.search(caller.line or "", caller.place, caller.on, language=caller.language, limit=HITS)
    return found if found.total or found.places or len(caller.concern) >= BEGINNING else None


def _list(caller: Caller, found: SearchAnswer | None) -> dict[str, object]:
    """What the list shows; an authority whose name the line begins comes before the services that speak of it."""
    wanted = fold(caller.concern or "")
    authorities = found.authorities[:3] if found else ()
    meant = [one for one in authorities if fold(one.name).startswith(wanted)]
    return {
        "visit": caller,
        "found": found,
        "meant": meant,
        "authorities": [one for one in authorities if one not in meant],
        "frequent": reads.frequent(caller) if found is None and not caller.places else [],
        "said": _said(caller, found),
    }


def _said(caller: Caller, found: SearchAnswer | None) -> str:
    """What is announced of a list: how much it holds, and for which place."""
    if caller.unknown:
        return message("console.place_unknown", {"text": caller.unknown})
    if caller.places:
        return message("console.places", {"count": len(caller.places)})
    if found is None:
        return ""
    code = "page.result" if found.total == 1 else "page.results" if found.total else "page.no_results"
    count = message(code, {"count": found.total})
    return f"{count} {message('page.at_place', {'place': caller.place.name})}" if caller.place else count
