"""What requests share: settings, database, search; and what one request asks for."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, TypeVar

from flask import Response, current_app, g, request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api import access, measures, negotiation
from api.memory import Memory
from busdb import changes, delivery, i18n, layers, queries, validity
from busdb.areas import Gazetteer
from busdb.assembly import Assembler
from busdb.changes import State
from busdb.criteria import Facts
from busdb.errors import BusdbError, InputError, SetupError
from busdb.feedback import Box
from busdb.finder import Asking
from busdb.formats import Form
from busdb.keys import Grant
from busdb.migration import current, head, require
from busdb.publication import Place
from busdb.records import Role
from busdb.replica import readers
from busdb.search.desk import Desk
from busdb.search.log import SearchLog
from busdb.settings import Settings
from busdb.uses import Uses
from busdb.visits import Visits

Found = TypeVar("Found")
_REMEMBERED = 500
"""How many things a process remembers."""
_VERSION = version("busdb")
"""A new version may answer otherwise about the same data."""

_log = logging.getLogger("busdb.api")


class Hub:
    """One installation, for all requests of a process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = readers(settings.database, settings.replica_url, int(settings.request_seconds))
        self.desk = Desk(settings, self.database)
        self.log = SearchLog(settings)
        self.box = Box(settings)
        self.uses = Uses(settings)
        self.visits = Visits(settings)
        self.memory = Memory(settings.memory)
        self._remembered: dict[tuple[object, ...], Any] = {}
        self._ready = False
        self._mending = threading.Lock()
        self._languages: tuple[str, frozenset[str]] = ("", frozenset())

    def languages(self, connection: Connection) -> frozenset[str]:
        """The languages of sentences and of texts about services, read anew only where a service has changed."""
        version = queries.version(connection, "service")
        if version != self._languages[0]:
            self._languages = version, queries.languages(connection) | frozenset(i18n.LANGUAGES)
        return self._languages[1]

    @contextmanager
    def reading(self, seen: int = 0) -> Iterator[Connection]:
        """A reading transaction on a database of this version, not older than the position ``seen`` of the log.

        Raises ``SetupError`` for a database of any other version.
        """
        with self.database.reading(seen) as connection:
            if not self._ready:
                require(connection)
                self._ready = True
            yield connection

    def remembered(self, connection: Connection, key: tuple[object, ...], make: Callable[[], Found]) -> Found:
        """What ``make`` reads, anew only where something has changed since; ``key`` says all that it depends on."""
        whole = (changes.state(connection, [changes.ALL]), *key)
        if whole not in self._remembered:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[whole] = make()
        found: Found = self._remembered[whole]
        return found

    def searched(self, line: str, hits: int) -> None:
        """Note a search and how many services it found."""
        self.log.searched(line, hits)
        measures.searched(hits)

    def trouble(self) -> str | None:
        """Why this process should get no requests, as the code of an error; ``None`` if it is ready.

        One that was ready stays so while a newer version brings its schema.
        """
        try:
            with self.database.reading() as connection:
                found = current(connection)
                if not (self._ready and found is not None and found > head()):
                    require(connection)
                changed = changes.state(connection, internal=True).seq
            generation = self.desk.status()["generation"]
        except SetupError as error:
            return error.code
        except SQLAlchemyError:
            return "database_failed"
        self._ready = True
        return "index_missing" if changed and not generation else None

    def mend(self) -> None:
        """Build an index that is damaged or missing anew, in the background: no search comes to a node without one."""
        if self._mending.acquire(blocking=False):
            threading.Thread(target=self._mend, name="mend", daemon=True).start()

    def _mend(self) -> None:
        try:
            self.desk.update()
        except (BusdbError, SQLAlchemyError) as error:
            _log.warning("the index is not mended yet: %s", error)
        finally:
            self._mending.release()

    def close(self) -> None:
        """Write what is collected and close all connections."""
        self.log.close()
        self.box.close()
        self.uses.close()
        self.visits.close()
        self.database.close()


def hub() -> Hub:
    """The installation of the present request."""
    found: Hub = current_app.extensions["busdb"]
    return found


def granted() -> Grant | None:
    """What the key or token of the present request opens, if it has one; looked up once.

    A replica may not know yet that a key was revoked, so that the database itself is asked. Raises ``Unauthorized``.
    """
    if "grant" not in g:
        if not access.carried():
            return None
        with hub().database.present() as connection:
            g.grant = access.granted(connection, validity.today(validity.now()))
    found: Grant | None = g.grant
    return found


class Ask:
    """What one request asks for: place, day, language and form, with the right to internal content or without."""

    def __init__(self, connection: Connection, arguments: dict[str, Any], form: Form) -> None:
        self.connection = connection
        self.gazetteer: Gazetteer = hub().desk.gazetteer_for(connection)
        self.form: Form = form
        self.today = validity.today(validity.now())
        self.on: dt.date = arguments.get("on") or self.today
        self.language = _language(connection, arguments.get("lang"))
        self.grant = granted()
        if self.grant:
            hub().uses.note(self.grant, self.today)
        self.scopes: frozenset[str] = self.grant.scopes if self.grant else frozenset()
        self._where = (arguments.get("ars"), arguments.get("place"))
        self.place = self.place_in(self.gazetteer, self.on)
        self.facts = Facts(**{name: arguments.get(name) for name in Facts.__struct_fields__})
        self.role: Role = arguments.get("role", "competent")
        self._mark: object = None
        self._tag: tuple[State | None, object, str] = (None, None, "")

    def place_in(self, gazetteer: Gazetteer, on: dt.date) -> Place | None:
        """The place of the request by the gazetteer of a day. Raises ``InputError`` or ``NotFoundError``."""
        ars, text = self._where
        by_key = gazetteer.one(ars, on) if ars else None
        by_name = gazetteer.one(text, on) if text else None
        if by_key and by_name and by_key.code != by_name.code:
            raise InputError("place_contradiction", ars=ars, place=text)
        return by_key or by_name

    @property
    def internal(self) -> bool:
        """Whether internal content is open at the place."""
        chain = self.gazetteer.chain(self.place.code) if self.place else None
        return access.opens_internal(self.grant, chain)

    @property
    def codes(self) -> Sequence[str]:
        """The scope of the request: the chain of its place, or everything."""
        return delivery.codes_of(self.gazetteer, self.place)

    def required_place(self) -> Place:
        """The place of the request. Raises ``InputError`` without one."""
        if self.place is None:
            raise InputError("place_missing")
        return self.place

    def assembler(self, *, internal: bool = False) -> Assembler:
        """What builds publications for this request; internal content only where the caller asks for it, too."""
        return Assembler(self.connection, self.gazetteer, self.asking(internal=internal))

    def asking(self, *, internal: bool = False) -> Asking:
        """What the caller wants of publications."""
        return Asking(
            place=self.place,
            on=self.on,
            language=self.language,
            internal=internal and self.internal,
            facts=self.facts,
            role=self.role,
        )

    def answer(
        self,
        name: str,
        make: Callable[[], Any],
        codes: Sequence[str] | None = None,
        *,
        mark: object = None,
        keep: bool = False,
    ) -> Response:
        """The answer, made only if the reader does not hold it already; ``name`` is its element in XML.

        ``mark`` is what the answer depends on beside the database, like the state of the search index. Where ``make``
        does nothing but give the answer, it may be kept (``keep``) and given again.
        """
        self._mark = mark
        state = changes.state(self.connection, self.codes if codes is None else codes, internal=self.internal)
        unchanged = self.unchanged(state)
        if unchanged is not None:
            return unchanged
        body = self.made(state, lambda: negotiation.encode(name, make(), self.form), keep=keep)
        return self.tagged(Response(body, content_type=negotiation.CONTENT_TYPES[self.form]), state)

    def made(self, state: State, make: Callable[[], bytes], *, keep: bool) -> bytes:
        """The bytes of the answer; readers without a key may be given those that another one got."""
        if not keep or self.grant is not None:
            return make()
        return hub().memory.get(self._etag(state), make)

    def unchanged(self, state: State) -> Response | None:
        """The answer 304 if the reader holds the present state; no record is touched for it."""
        etag = self._etag(state)
        given = {tag.removesuffix("-gzip") for tag in request.if_none_match.as_set()}
        if etag in given or "*" in given:
            return self.tagged(Response(status=304), state)
        since = request.if_modified_since
        if not given and since is not None and self._modified(state) <= since and not self.internal:
            return self.tagged(Response(status=304), state)
        return None

    def _modified(self, state: State) -> dt.datetime:
        """When the answer last changed: with its content, or with the day, in whole seconds."""
        day_began = dt.datetime.combine(self.today, dt.time(), validity.BERLIN)
        return max(state.changed_at, day_began).replace(microsecond=0)

    def tagged(self, response: Response, state: State) -> Response:
        """The response with what caches need."""
        response.set_etag(self._etag(state))
        response.last_modified = self._modified(state)
        response.headers["Content-Language"] = ", ".join(dict.fromkeys([self.language, i18n.current()]))
        response.vary.update(["Accept", "Accept-Language", "Accept-Encoding", "Authorization"])
        if self.internal:
            response.headers["Cache-Control"] = "private, no-store"
        else:
            response.headers["Cache-Control"] = (
                "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
            )
        return response

    def _etag(self, state: State) -> str:
        if (state, self._mark) != self._tag[:2]:
            self._tag = (state, self._mark, self._digest(state))
        return self._tag[2]

    def _digest(self, state: State) -> str:
        parts = (_VERSION, state.position, self.today, self.on, request.path, sorted(request.args.items(multi=True)))
        text = repr((*parts, self.language, self.form, self.internal, self._mark))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _language(connection: Connection, wish: str | None) -> str:
    """The language to answer in: German instead of one that no text is in."""
    if wish:
        language = delivery.language_code(wish)
        if language not in i18n.LANGUAGES and language not in hub().languages(connection):
            language = layers.FALLBACK
    else:
        language = i18n.negotiate(*(value for value, _ in request.accept_languages))
    i18n.use(language)
    return language


@contextmanager
def asking(arguments: dict[str, Any], seen: int = 0) -> Iterator[Ask]:
    """What the present request asks for, with a reading transaction that is not older than its cursor, ``seen``."""
    form = negotiation.form(arguments.get("format"))
    with hub().reading(seen) as connection:
        yield Ask(connection, arguments, form)
