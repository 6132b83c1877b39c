"""The interface by which the national gateway hands out its whole stock and what changes in it (Bereitstelldienst).

Clients get a token for their key, ask for a page of objects in XZuFi, and follow the address for the next one until a
page says that it is complete; from there the next run goes on. Nothing is kept for them: the index names a state of the
data, and what has changed since is what differs from it.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, closing
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from flask import Response, request
from marshmallow import Schema, fields, validate
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from api.compat.lenient import Blueprint
from api.hub import Ask, asking, hub
from api.openapi import answers
from busdb import changes, delivery, deltas, keys, past, queries, validity
from busdb.deltas import NOTHING, Mark
from busdb.errors import InputError, NotFoundError
from busdb.formats import FeedHead, Whole
from busdb.i18n import message
from busdb.records import Responsibility
from busdb.touched import touched
from busdb.walks import ORDER, START, Elsewhere, Position, Walk, pairs
from busdb.wholes import agencies
from exporters import xzufi
from exporters.xzufi import Gone, Reader

NAME = "pvog"
SCOPE = "pvog"
VERSIONS = {"xzufi-2-2-0": "2.2.0", "xzufi-2-3-1": "2.3.1"}
LIMIT, MOST = 500, 2000
EPOCH = dt.date(2026, 1, 1)
_DAYS, _PAGES = 10_000, 1000
blueprint = Blueprint(NAME, __name__)


class Token(Struct, frozen=True, kw_only=True):
    """What OAuth 2 gives for a key (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # a word of the standard
    expires_in: int
    scope: str


class Envelope(Struct, frozen=True, kw_only=True, rename="camel"):
    """A page of objects: ``xzufi_objekte`` is a message of XZuFi as a text."""

    anzahl_objekte: int
    vollstaendig: bool
    naechster_index: int
    naechste_anfrage_url: str
    xzufi_objekte: str


class PageQuery(Schema):
    """Where the reader stands: the state that it holds, and within a walk its end and the last object that it has."""

    index = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    until = fields.Integer(data_key="bis", validate=validate.Range(0, 2**53))
    after = fields.String(data_key="nach", validate=validate.Regexp(rf"^({'|'.join(ORDER)})\.\d{{1,15}}$"))
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))


@blueprint.post("/realms/pvog/protocol/openid-connect/token")
@answers("", "The token", refusals=("400", "401"))
def token() -> Response:
    """Get a token for a key: client credentials by OAuth 2"""
    if request.form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type")
    given = request.authorization
    client, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    if given is not None and given.type == "basic":
        client, secret = given.username or "", given.password or ""
    with hub().reading() as connection:
        issued = keys.issue_token(connection, client, secret, validity.now())
    if issued is None:
        return _refused(401, "invalid_client")
    made, scopes = issued
    body = Token(access_token=made, expires_in=int(keys.TOKEN_LIFE.total_seconds()), scope=" ".join(sorted(scopes)))
    return _unkept(Response(msgspec.json.encode(body), content_type="application/json"))


def _refused(status: int, error: str) -> Response:
    """An error of OAuth 2 (RFC 6749, section 5.2)."""
    body = {"error": error, "error_description": message(f"oauth.{error}")}
    response = _unkept(Response(msgspec.json.encode(body), status, content_type="application/json"))
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="busdb"'
    return response


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/bereitstelldienst/api/v3/verwaltungsobjekte/<name>")
@blueprint.arguments(PageQuery, location="query")
@answers("", "A page of objects with the address of the next")
def objects(arguments: dict[str, Any], name: str) -> Response:
    """Read all objects, or those that have changed since a state, page by page"""
    if name not in VERSIONS:
        raise NotFoundError("list_unknown", name=name, known=", ".join(VERSIONS))
    with ExitStack() as stack:
        ask = stack.enter_context(asking({}, _seen(arguments)))
        _check_scope(ask)
        envelope = _Page(ask, arguments, VERSIONS[name], stack).envelope()
    return _unkept(Response(msgspec.json.encode(envelope), content_type="application/json; charset=utf-8"))


def _seen(arguments: dict[str, Any]) -> int:
    """The position of the change log that the numbers of a request tell of."""
    return max(mark_of(arguments[name])[0].seq for name in ("index", "until") if name in arguments)


def _check_scope(ask: Ask) -> None:
    if not ask.scopes:
        raise Unauthorized(message("token_missing"), www_authenticate=WWWAuthenticate("bearer", {"realm": "busdb"}))
    if SCOPE not in ask.scopes:
        raise Forbidden(message("scope_missing", {"scope": SCOPE}))


def index_of(mark: Mark, page: int = 0) -> int:
    """A state of the data, and a page of the walk that began there, as a number that only grows."""
    if mark == NOTHING:
        return page
    return (mark.seq * _DAYS + (mark.on - EPOCH).days) * _PAGES + min(page, _PAGES - 1)


def mark_of(index: int) -> tuple[Mark, int]:
    """The state and the page that a number names."""
    rest, page = divmod(index, _PAGES)
    seq, days = divmod(rest, _DAYS)
    return (Mark(seq, EPOCH + dt.timedelta(days)), page) if seq else (NOTHING, index)


class _Last(NamedTuple):
    """Where a page ends: the objects in it, and the position of the last, ``None`` at the end of the walk."""

    items: list[Whole | Responsibility | Gone]
    position: Position | None


class _Page:
    """One page; what it opens is closed with ``stack``."""

    def __init__(self, ask: Ask, arguments: dict[str, Any], version: str, stack: ExitStack) -> None:
        self._ask = ask
        self._version = version
        self._stack = stack
        self._limit: int = arguments["limit"]
        self._since, self._number = mark_of(arguments["index"])
        until = arguments.get("until")
        state = changes.state(ask.connection)
        self._until = mark_of(until)[0] if until else Mark(max(state.seq, self._since.seq), ask.on)
        self._after = _position(arguments.get("after"))
        self._check(state, walking=until is not None)

    def _check(self, state: changes.State, *, walking: bool) -> None:
        """Raise ``InputError`` for an index that nobody gave, ``GoneError`` for one that is too old."""
        if (self._after != START) != walking:
            raise InputError("cursor_unknown", cursor=request.query_string.decode("utf-8", "replace"))
        oldest = self._ask.on - hub().settings.feed_age
        cursor = deltas.Cursor(self._since, self._until)
        deltas.check(self._ask.connection, cursor, oldest, self._address({}), state)

    def envelope(self) -> Envelope:
        """The page."""
        if self._since == self._until:
            return self._enveloped(_Last([], None))
        then, now = self._then(), Walk(self._ask.connection, self._ask.gazetteer, self._ask.on, self._after)
        if then is not None:
            then.only = now.only = touched(then.state, now.state, self._since.seq)
        moved = _moved(then, now)
        reader = Reader(moved, Elsewhere(self._ask.connection, now))
        return self._enveloped(self._cut(then, now, reader), now)

    def _then(self) -> Walk | None:
        """The state that the reader holds, read by a transaction of its own."""
        if self._since == NOTHING:
            return None
        connection = self._stack.enter_context(hub().reading(self._since.seq))
        self._stack.enter_context(past.at(connection, self._since.seq))
        return Walk(connection, queries.gazetteer(connection), self._since.on, self._after)

    def _cut(self, then: Walk | None, now: Walk, reader: Reader) -> _Last:
        """The objects up to the limit; a page ends between two objects of the walk."""
        items: list[Whole | Responsibility | Gone] = []
        before = self._after
        with closing(pairs(then, now)) as walk:
            for place, was, found in walk:
                said = list(xzufi.difference(was, found, reader))
                if items and len(items) + len(said) > self._limit:
                    return _Last(items, before)
                items += said
                before = place
        return _Last(items, None)

    def _enveloped(self, last: _Last, now: Walk | None = None) -> Envelope:
        following: dict[str, Any] = {"index": index_of(self._until)}
        if last.position is not None:
            after = f"{ORDER[last.position.kind]}.{last.position.number}"
            following = {"index": index_of(self._since, self._number + 1), "bis": index_of(self._until), "nach": after}
        data = b"".join(xzufi.changes(last.items, self._head(now)))
        return Envelope(
            anzahl_objekte=data.count(b"<xzufi:schreibe>") + data.count(b"<xzufi:loesche "),
            vollstaendig=last.position is None,
            naechster_index=following["index"],
            naechste_anfrage_url=self._address(following),
            xzufi_objekte=data.decode(),
        )

    def _head(self, now: Walk | None) -> FeedHead:
        wish = delivery.Wish(feed="xzufi", place=None, on=self._ask.on, form="xml", base_url=hub().settings.base_url)
        head = delivery.head(self._ask.connection, self._ask.gazetteer, wish)
        foreign = now.reach.foreign() if now else {}
        page = f"{head.cursor} {self._since} {self._after.kind}.{self._after.number} {self._limit}"
        return replace(head, cursor=page, version=self._version, agencies=agencies(self._ask.connection), areas=foreign)

    def _address(self, following: dict[str, Any]) -> str:
        """The address of a page, as this installation is reached from outside."""
        given = {"limit": self._limit} if self._limit != LIMIT else {}
        return f"{hub().settings.base_url.rstrip('/')}{request.path}?{urlencode({**following, **given})}"


def _position(text: str | None) -> Position:
    if text is None:
        return START
    kind, _, number = text.partition(".")
    return Position(ORDER.index(kind), int(number))


def _moved(then: Walk | None, now: Walk) -> frozenset[str]:
    """The areas for which others stand in XZuFi than before."""
    if then is None:
        return frozenset()
    old, new = then.reach.foreign(), now.reach.foreign()
    return frozenset(code for code in {*old, *new} if old.get(code) != new.get(code))
