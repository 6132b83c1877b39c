"""What readers ask for is found by indexes: no answer reads more of the tables where the nation is larger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from flask.testing import FlaskClient
from sqlalchemy import Engine, Table
from support import new_database, sent
from test_store import put

from api import create_app
from busdb.db import Database
from busdb.models import metadata, number
from busdb.models.operations import change
from busdb.models.services import service_leika_keys
from busdb.records import LifeEvent, Notice
from busdb.settings import Settings

NAUMBURG = "ars=150840355355"
READS = {
    "a card": f"/api/v1/services/lsa.ausweis?{NAUMBURG}",
    "who": f"/api/v1/services/lsa.ausweis/responsible?{NAUMBURG}",
    "a quote": f"/api/v1/services/lsa.ausweis/quote?{NAUMBURG}",
    "an authority": f"/api/v1/authorities/kommunal.buergerbuero?{NAUMBURG}",
    "a search": f"/api/v1/search?q=ausweis&{NAUMBURG}",
    "a beginning": f"/api/v1/suggest?q=aus&{NAUMBURG}",
    "a whole feed": f"/api/v1/feeds/115?{NAUMBURG}",
    "changes of a feed": f"/api/v1/feeds/municipal?{NAUMBURG}&after={{cursor}}",
    "changes of all": "/api/v1/changes?after=3&limit=5",
    "a page": f"/services/lsa.ausweis?{NAUMBURG}",
    "results": f"/search?q=ausweis&{NAUMBURG}",
    "a widget": f"/embed/v1/detail?service=lsa.ausweis&{NAUMBURG}",
    "an agent's list": f"/115/list?q=ausweis&{NAUMBURG}",
    "an agent's answer": f"/115/answer?id=lsa.ausweis&{NAUMBURG}",
}
TIMES = 1000
"""How often the state is there again, elsewhere."""
LEFT = ("area", "draft", "search", "life", "link")
"""Tables, by how they begin, that do not grow so, or are made anew."""


@pytest.fixture(scope="module")
def nation(postgres_server: Engine | None, postgres_template: str | None) -> Iterator[Database]:
    """A small state on PostgreSQL, and as much again a thousand times in other places."""
    with new_database(postgres_server, postgres_template) as url:
        opened = Database(url)
        event = LifeEvent(id="lsa.ausweise", name="Ausweise")
        named = service(leika_keys=("99008001001000",), life_events=(event.id,))
        records = [*areas(), event, named, service("zwei", "Zwei"), authority(), fee(), rule()]
        put(opened, [*records, Notice(id="k.n", text="Heute geschlossen", authority=authority().id, audience="public")])
        with opened.writing() as connection:
            for table in metadata.sorted_tables:
                if not table.name.startswith(LEFT) and {"object", "owner", "number"} & set(table.c.keys()):
                    connection.exec_driver_sql(_again(table))
        with opened.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        yield opened
        opened.close()


def _again(table: Table) -> str:
    """The statement that adds what a table holds, elsewhere."""
    said = {column.name: f'"{column.name}"' for column in table.c}
    for column in table.c:
        refers = any(key.column.table is number or key.column.name == "object" for key in column.foreign_keys)
        if refers or column is table.c.get("object") or column is number.c.number:
            said[column.name] = f'"{column.name}" + 1000000 * there'
    if "everywhere" in said:
        said["everywhere"] = "false"
    if "seq" in said:
        said["seq"] = "seq - 1000000 * there"
    if table is change:  # records are read from here
        line = "convert_from(record, 'UTF8')"
        said["record"] = f"convert_to(regexp_replace({line}, '(\"id\":\"[^\"]+)', '\\1-' || there), 'UTF8')"
    place = "value" if table is number or table.name.endswith("areas") else "area"
    if place in said:
        said[place] = f"\"{place}\" || '-' || there"
    if table is service_leika_keys:
        said["value"] = "'98' || substr(value, 3)"  # another service
    names, words = ", ".join(map('"{}"'.format, said)), ", ".join(said.values())
    return f'INSERT INTO "{table.name}" ({names}) SELECT {words} FROM "{table.name}", generate_series(1, {TIMES}) there'


@pytest.fixture(scope="module")
def reader(nation: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A reader of an installation over it."""
    folder = str(tmp_path_factory.mktemp("var"))
    url = nation.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=folder, search="postgresql"))
    app.extensions["busdb"].desk.rebuild()
    yield app.test_client()
    app.extensions["busdb"].close()


def scans(plan: dict[str, Any], *, limited: bool = False) -> Iterator[str]:
    """The tables of which a plan reads many rows; an order that is left after some rows is not read to its end."""
    if "Relation Name" in plan and not limited and plan["Plan Rows"] > TIMES / 2:
        yield f"{plan['Relation Name']}: {plan['Plan Rows']} rows by {plan['Node Type']}"
    for below in plan.get("Plans", []):
        yield from scans(below, limited=plan["Node Type"] == "Limit")


@pytest.mark.parametrize("what", sorted(READS))
def test_no_answer_reads_more_where_the_nation_is_larger(nation: Database, reader: FlaskClient, what: str) -> None:
    cursor = reader.get(f"/api/v1/feeds/municipal?{NAUMBURG}").get_json()["cursor"]
    address = READS[what].format(cursor=cursor)
    reader.get(address)  # words for beginnings and the gazetteer are kept in memory until they change
    with sent(reader.application.extensions["busdb"].database.engine) as asked:
        assert reader.get(address).status_code == 200
    assert asked
    with nation.reading() as connection:
        for way in ("seqscan", "hashjoin", "mergejoin"):  # what is worth its while only where tables are small
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        for statement, values in asked:
            ((plan,),) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
            assert not list(scans(plan[0]["Plan"])), statement
