"""The interface answers as its description says, whatever is asked: valid or not, with a key or without."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from planted import NAUMBURG, marked
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from test_store import put

from api import create_app
from busdb import keys, validity
from busdb.db import Database
from busdb.search.desk import Desk
from busdb.settings import Settings

SHORT, LONG = 4, 220
"""How many cases of each kind an operation gets."""
REAL = {
    "ars": (NAUMBURG, "15", "15084"),
    "place": ("Naumburg", "06618"),
    "service": ("lsa.ausweis",),
    "q": ("ausweis", "Bürgerbüro"),
    "id": ("lsa.ausweis", "kommunal.buergerbuero", "1"),
    "code": (NAUMBURG, "15"),
    "name": ("115", "ea", "municipal", "xzufi-2-2-0"),
    "after": ("0",),
}
"""What there is, so that some answers are more than refusals."""


class Asker:
    """Asks all operations and remembers what was answered."""

    def __init__(self, app: Flask, bearers: list[dict[str, str]]) -> None:
        self.description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        self.statuses: Counter[int] = Counter()
        self._bearers = bearers

    def ask_all(self, count: int, *, always_the_same: bool) -> None:
        """So many valid and so many invalid cases of each operation."""
        for found in self.description.get_all_operations():
            operation = found.ok()
            for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
                try:
                    self._several(operation.as_strategy(generation_mode=mode), count, always_the_same, mode)
                except Unsatisfiable:
                    assert mode is GenerationMode.NEGATIVE, operation.label

    def _several(self, cases: Any, count: int, always_the_same: bool, mode: GenerationMode) -> None:
        @settings(
            max_examples=count,
            derandomize=always_the_same,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def ask(case: Any) -> None:
            self._ask(case, mode)

        ask()

    def _ask(self, case: Any, mode: GenerationMode) -> None:
        turn = self.statuses.total()
        if turn % 2 and mode is GenerationMode.POSITIVE:
            for given_ in (case.path_parameters, case.query):
                _fill(given_, turn)
        # Bodies that are packed are no matter of the description
        headers = {"Accept-Encoding": "identity", **self._bearers[turn % len(self._bearers)]}
        answer = case.call(headers=headers)
        self.statuses[answer.status_code] += 1
        # 414 is a refusal, too; and which valid places contradict each other, no schema can say
        excluded = [positive_data_acceptance, *([negative_data_rejection] if answer.status_code == 414 else [])]
        case.validate_response(answer, excluded_checks=excluded)
        if mode is GenerationMode.POSITIVE and answer.status_code == 400:
            kind = json.loads(answer.text).get("type", "") if "problem+json" in answer.text else ""
            assert not kind.endswith("/parameters"), f"refused, though as described: {case.as_curl_command()}"


def _fill(given_: Any, turn: int) -> None:
    for name in list(given_ or ()):
        if name in REAL and (turn + len(name)) % 3:
            given_[name] = REAL[name][turn % len(REAL[name])]


@pytest.fixture
def asker(tmp_path: Any, sqlite_template: Any) -> Iterator[Asker]:
    """What asks an installation in which something of everything is."""
    shutil.copy(sqlite_template, tmp_path / "busdb.sqlite3")
    chosen = Settings(data_dir=str(tmp_path))
    database = Database(chosen.database)
    put(database, marked("1"))
    Desk(chosen, database).rebuild()
    bearers: list[dict[str, str]] = [{}]
    with database.writing() as connection:
        for scopes in (("115:internal",), ("pvog", "console")):
            _, secret = keys.create(connection, "Probe", scopes, validity.now())
            bearers.append({"Authorization": f"Bearer {secret}"})
    database.close()
    app = create_app(chosen)
    yield Asker(app, bearers)
    app.extensions["busdb"].close()


def test_the_interface_answers_as_it_is_described(asker: Asker) -> None:
    asker.ask_all(SHORT, always_the_same=True)
    assert {200, 400, 404} <= asker.statuses.keys()
    assert max(asker.statuses) < 500


@pytest.mark.soak
def test_the_interface_answers_as_it_is_described_in_twenty_thousand_cases(asker: Asker) -> None:
    asker.ask_all(LONG, always_the_same=False)
    assert asker.statuses.total() >= 20_000
    assert max(asker.statuses) < 500


def test_an_address_with_a_line_break_fails_in_the_shape_of_its_interface(client: FlaskClient) -> None:
    answers = [client.get(f"/api/compat/infodienste/nichts{end}") for end in ("", "%0A", "/a%0Db")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {answer.content_type for answer in answers} == {answers[0].content_type}
