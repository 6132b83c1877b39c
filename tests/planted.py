"""A state in which everything that is not public bears a mark, and a crawl that looks for the marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from builders import areas, authority, fee, rule, service
from crawl import addresses
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import insert
from support import NOW

from busdb import keys
from busdb.db import Database
from busdb.models import feedback as reports
from busdb.models import operations, webhooks
from busdb.records import (
    AnyRecord,
    CallQuestion,
    Contact,
    Document,
    Extension,
    Internal115,
    LifeEvent,
    Link,
    LocalAddition,
    Notice,
    Person,
    Text,
)

NAUMBURG, HALLE = "150840355355", "150020000000"
OFFICE = "kommunal.buergerbuero"
BASE = "https://zufi.example.org"
PHONE = "4711815"
INFODIENSTE, FIT_CONNECT = "/api/compat/infodienste", "/api/compat/fit-connect/v2"
TOKEN = "/api/compat/pvog/realms/pvog/protocol/openid-connect/token"
HOSTILE = "\"><svg onload=alert(1)>'</script><script>alert(1)</script>"
"""What a source may say so that a page would run it."""
SENT = {
    "/feedback": {"text": "Stimmt nicht.", "service": "lsa.ausweis"},
    "/115/login": {"key": "busdb_x"},
    "/115/logout": {},
    TOKEN: {"grant_type": "client_credentials", "client_id": "1", "client_secret": "busdb_x"},
}
"""The forms that readers send."""
FOR_115 = frozenset(
    {"phone", "backoffice", "forward", "note", "contact115", "text115", "document115", "link115", "question"}
    | {"unverified", "notice115", "extension115", "addition115"}
)
"""The marks that agents of 115 may see, by what they stand in; all others are for nobody outside."""


def marked(turn: str) -> list[AnyRecord]:
    """The records, their marks made of ``turn`` and what they stand in."""

    def mark(name: str) -> str:
        return f"GEHEIM{turn}-{name}"

    def content(name: str) -> tuple[Extension, ...]:
        both = ((f"{name}115", "115"), (f"{name}internal", "internal"))
        return tuple(
            Extension(format="xzufi", path="x", content=f"<x>{mark(one)}</x>", visibility=seen)  # type: ignore[arg-type]
            for one, seen in both
        )

    office = authority(
        name=f"Bürgerbüro{HOSTILE}",
        contacts=(
            Contact(channel="phone", value="+49 30 23125 100", label=f"Zentrale{HOSTILE}"),
            Contact(channel="email", value=f"{mark('contact115')}@example.org", visibility="115"),
            Contact(channel="email", value=f"{mark('contactinternal')}@example.org", visibility="internal"),
        ),
        persons=(Person(name=mark("person"), phone=mark("personphone"), email=f"{mark('personmail')}@example.org"),),
        internal115=(
            Internal115(
                second_level_phone=f"+49 30 {PHONE}{turn}",
                back_office_email=f"{mark('backoffice')}@example.org",
                forward_rule=mark("forward"),
                note=mark("note"),
            ),
        ),
        extensions=content("extension"),
    )
    plain = service(leika_keys=("99008001001000",), life_events=("lsa.le-ausweis",), ea=True, d115=True)
    link = f"https://example.org/{mark('link115')}"
    rich = replace(
        plain,
        texts=(
            *plain.texts,
            Text(module="07", html="Gesetz", links=(Link(url=link, title=mark("link115"), visibility="115"),)),
            Text(module="08", html=f"<p>{mark('text115')}</p>", visibility="115"),
            Text(module="09", html=f"<p>{mark('textinternal')}</p>", visibility="internal"),
        ),
        documents=(
            Document(label=f"Foto{HOSTILE}"),
            Document(label=mark("document115"), visibility="115"),
            Document(label=mark("documentinternal"), visibility="internal"),
        ),
        call_questions=(CallQuestion(text=mark("question")),),
        unverified=(mark("unverified"),),
        extensions=content("extension"),
    )
    states = ("draft", "review", "approved", "archived")
    hidden = [
        service(f"h{position}", mark(f"state{state}"), publication_state=state) for position, state in enumerate(states)
    ]
    addition = LocalAddition(
        id="kommunal.zusatz",
        service="lsa.ausweis",
        area=NAUMBURG,
        texts=(
            Text(module="06", html="<p>Bei uns auch samstags.</p>"),
            Text(module="06", html=f"<p>{mark('addition115')}</p>", visibility="115"),
            Text(module="06", html=f"<p>{mark('additioninternal')}</p>", visibility="internal"),
        ),
        extensions=content("extension"),
    )
    warning = Notice(id="kommunal.warnung", text=f"Heute zu.{HOSTILE}", authority=OFFICE)
    notice = Notice(id="kommunal.hinweis", text=mark("notice115"), authority="kommunal.buergerbuero", audience="115")
    event = LifeEvent(id="lsa.le-ausweis", name=f"Ausweise{HOSTILE}")
    return [
        *areas(), event, rich, *hidden, office, addition, notice, warning,
        fee(extensions=content("extension")), rule(extensions=content("extension")),
    ]  # fmt: skip


def plant_beside(database: Database, turn: str) -> None:
    """Marks in what is no record: people who edit, drafts, findings, reports, keys, webhooks."""
    mark = f"GEHEIM{turn}"
    names = operations
    with database.writing() as connection:
        keys.create(connection, f"{mark}-key", ("read",), NOW)
        editor = {"name": f"{mark}-editor", "role": "editor", "sources": ("lsa",), "created_at": NOW}
        connection.execute(insert(names.editor).values(**editor))
        run = {"source": "lsa", "format": "json", "files": (f"{mark}-file.json",), "started_at": NOW, "complete": False}
        people = {"editor": f"{mark}-editor", "approved_by": f"{mark}-second", "error": f"{mark}-error"}
        number = 900 + len(turn)
        connection.execute(insert(names.run).values(run=number, status="draft", **run, **people))
        connection.execute(insert(names.draft).values(run=number, wish="{}"))
        connection.execute(insert(names.draft_file).values(run=number, position=0, name="x", data=mark.encode()))
        found = {"code": "mandate", "file": f"{mark}-file.json", "values": f'{{"x":"{mark}-finding"}}'}
        connection.execute(insert(names.finding).values(run=number, position=0, **found))
        report = {"id": f"{mark}-report", "created_at": NOW, "text": f"{mark}-said", "language": "de"}
        contact = {"contact": f"{mark}-reader@example.org", "kind": "service", "record": "lsa.ausweis"}
        connection.execute(insert(reports.feedback).values(**report, **contact, remark=f"{mark}-remark"))
        hook = {"url": f"https://example.org/{mark}-hook", "secret": f"{mark}-secret", "seq": 0, "on": NOW.date()}
        connection.execute(insert(webhooks.webhook).values(**hook, created_at=NOW))


def of_others() -> Iterator[str]:
    """What is asked by the words of other systems, of our service and office."""
    about = "areaId=15084355&pstId=lsa.ausweis"
    for list_ in ("ou/findByCompetence", "os/findByCompetence", "person/find", "form/find", "pst/find"):
        yield f"{INFODIENSTE}/{list_}?{about}"
    yield f"{INFODIENSTE}/common/onlineApplicationLink?{about}"
    yield f"{INFODIENSTE}/types/TextBlock"
    yield f"{INFODIENSTE}/person/find?ouId={OFFICE}"
    yield f"{INFODIENSTE}/pstExtended/find?areaId=15084355&searchWord=ausweis"
    for one in ("pst", "pstExtended"):
        yield f"{INFODIENSTE}/{one}/lsa.ausweis?areaId=15084355"
    yield from (f"{INFODIENSTE}/{one}/{OFFICE}" for one in ("ou", "ouCompetence", "common/oustructure"))
    yield f"{FIT_CONNECT}/routes?leikaKey=99008001001000&ars={NAUMBURG}"
    yield f"{FIT_CONNECT}/areas?areaSearchexpression=Naumburg"


class Seen(NamedTuple):
    """One answer: what was asked, its status, headers and body."""

    asked: str
    status: int
    headers: str
    body: str


def crawl(app: Flask, bearer: dict[str, str], pages: int = 150) -> Iterator[Seen]:
    """Every answer that a reader can get: of all routes, in several forms, with failures, and so many links."""
    client = app.test_client()
    waiting = list(asked(app))
    known = set(waiting)
    while waiting:
        path = waiting.pop()
        for one in _asked(client, path, bearer):
            yield one
            links = [link for link in _links(one.body) if link not in known][:pages]
            pages -= len(links)
            known.update(links)
            waiting.extend(links)
    for path, form in SENT.items():
        yield _seen("POST", path, client.post(path, data=form, headers=bearer, buffered=True))
    report = {"text": "Stimmt nicht.", "service": "lsa.ausweis"}
    yield _seen("POST", "/api/v1/feedback", client.post("/api/v1/feedback", json=report, headers=bearer))


def asked(app: Flask) -> Iterator[str]:
    """The addresses to begin with."""
    queries = (
        f"ars={NAUMBURG}",
        f"ars={NAUMBURG}&format=xml",
        f"q=ausweis&ars={NAUMBURG}",
        f"service=lsa.ausweis&ars={NAUMBURG}",
    )
    for path in addresses(app):
        yield path
        if "/infodienste/" in path or "/static/" in path or "/docs/" in path:
            continue
        for query in queries if path.startswith(("/api/v1/", "/embed/", "/115")) else queries[:1]:
            yield f"{path}?{query}"
    for feed in ("115", "ea", "municipal"):
        yield f"/api/v1/feeds/{feed}?ars={NAUMBURG}&after=0"
        yield f"/api/v1/feeds/{feed}?ars=15&scope=own"
    for mode in ("detail", "authority"):
        yield f"/embed/v1/{mode}?service=lsa.ausweis&authority=kommunal.buergerbuero&ars={NAUMBURG}&as=page"
    yield f"/api/v1/services/lsa.ausweis?ars={NAUMBURG}&parts=true"
    yield f"/115/answer?id=lsa.ausweis&ars={NAUMBURG}"
    yield from (f"/services/lsa.h{number}" for number in range(4))
    yield from (f"/api/v1/services/lsa.h{number}?ars={NAUMBURG}" for number in range(4))
    yield from of_others()
    yield from ("/api/v1/services?limit=0", "/api/v1/services?on=x", "/api/v1/services?format=yaml", "/nichts")


def _asked(client, path: str, bearer: dict[str, str]) -> Iterator[Seen]:  # type: ignore[no-untyped-def]
    answer = client.get(path, headers=bearer, buffered=True)
    yield _seen("GET", path, answer)
    tag = answer.headers.get("ETag")
    if tag and "?" in path:
        yield _seen("304", path, client.get(path, headers={**bearer, "If-None-Match": tag}, buffered=True))
    if path.endswith(f"?ars={NAUMBURG}"):
        for method in ("HEAD", "OPTIONS", "POST"):
            yield _seen(method, path, client.open(path, method=method, headers=bearer, buffered=True))


def _seen(method: str, path: str, answer) -> Seen:  # type: ignore[no-untyped-def]
    changing = {"Date", "Expires", "X-Request-ID", "RateLimit", "RateLimit-Policy"}
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name not in changing)
    body = answer.get_data(as_text=True).replace(answer.headers["X-Request-ID"], "")
    return Seen(f"{method} {path}", answer.status_code, headers, body)


def _links(body: str) -> Iterator[str]:
    for link in re.findall(r"""(?:href="|src="|<loc>)([^"<]+)""", body):
        parts = urlsplit(link.replace("&amp;", "&"))
        if f"{parts.scheme}://{parts.netloc}" == BASE or (not parts.netloc and link.startswith("/")):
            yield parts._replace(scheme="", netloc="", fragment="").geturl()


def marks(texts: Iterable[str]) -> set[str]:
    """The marks that texts show, by what they stand in."""
    found: set[str] = set()
    for text in texts:
        found.update(name.casefold() for name in re.findall(r"geheim\d+-?(\w*)", text, re.IGNORECASE))
        if PHONE in re.sub(r"[\s/()-]|%20", "", text):
            found.add("phone")
    return found
