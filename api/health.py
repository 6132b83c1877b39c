"""Signs of life for what watches over an installation: /healthz, /readyz, /metrics."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec
from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api import access, measures
from api.hub import Hub, granted, hub
from busdb import publishing, validity
from busdb.errors import BusdbError
from busdb.vitals import vitals

blueprint = Blueprint("health", __name__)
RETRY = 10
"""Seconds after which a node that is not ready is asked again."""


@blueprint.get("/healthz")
def alive() -> Response:
    """Whether the process answers."""
    return _state({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether database, schema and index are there; 503 with the code of what is missing."""
    reason = hub().trouble()
    if reason is None:
        return _state({"status": "ok", "index": hub().desk.status()})
    if reason.startswith("index_"):
        hub().mend()
    response = _state({"status": "unready", "reason": reason}, 503)
    response.headers["Retry-After"] = str(RETRY)
    return response


def _state(value: object, status: int = 200) -> Response:
    response = Response(msgspec.json.encode(value), status, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """What Prometheus reads: the requests of all workers, and the state of the installation."""
    settings = hub().settings
    if "metrics" in settings.closed_pages:
        grant = granted()
        access.check_open("metrics", settings, frozenset(grant.scopes) if grant else frozenset())
    registry: CollectorRegistry = measures.REGISTRY
    if settings.metrics_folder:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, settings.metrics_folder)  # type: ignore[no-untyped-call]  # the library's
    state = CollectorRegistry()
    state.register(_State(hub()))
    response = Response(generate_latest(registry) + generate_latest(state), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


class _State(Collector):
    """What is read when it is asked for. While the database does not answer, its figures are missing."""

    def __init__(self, of: Hub) -> None:
        self._hub = of

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures of the installation."""
        yield _gauge("busdb_info", "The version that runs here", {version("busdb"): 1}, "version")
        try:
            figures = [*self._database(), *self._index()]
        except (BusdbError, SQLAlchemyError):
            figures = []
        yield _gauge("busdb_ready", "Whether database, schema and index are there", int(self._hub.trouble() is None))
        yield from figures
        yield from _files(self._hub.settings.published)

    def _database(self) -> Iterator[GaugeMetricFamily]:
        with self._hub.reading() as connection:
            found = vitals(connection)
        imports = {source: moment.timestamp() for source, moment in found.imports.items()}
        yield _gauge("busdb_import_timestamp_seconds", "When a source was last imported", imports, "source")
        yield _gauge("busdb_runs", "Runs of imports by their state", found.runs, "status")
        yield _gauge("busdb_records", "Public records by kind", found.records, "kind")
        yield _gauge("busdb_webhook_messages", "Messages that consumers have not taken", found.webhooks, "state")
        yield _gauge("busdb_log_position", "The last change of the log", found.position)

    def _index(self) -> Iterator[GaugeMetricFamily]:
        status = self._hub.desk.status()
        yield _gauge("busdb_index_behind", "Changed objects that the search index does not know", status["behind"])
        yield _gauge("busdb_index_documents", "Documents of the search index", status["documents"])


def _files(folder: str) -> Iterator[GaugeMetricFamily]:
    """The size of the feeds that are published as files."""
    index = publishing.present(Path(folder)) if folder else None
    if index is None:
        return
    sizes: Counter[str] = Counter()
    items: Counter[str] = Counter()
    for one in index.files:
        sizes[one.feed] += one.bytes
        items[one.feed] += one.count or 0
    yield _gauge("busdb_feed_bytes", "Bytes of the published files of a feed", sizes, "feed")
    yield _gauge("busdb_feed_items", "Items in the published files of a feed", items, "feed")
    day = dt.datetime.combine(index.on, dt.time(), validity.BERLIN)
    yield _gauge("busdb_published_timestamp_seconds", "The day for which files were published", day.timestamp())


def _gauge(name: str, text: str, values: Mapping[str, float] | float, label: str = "") -> GaugeMetricFamily:
    if isinstance(values, Mapping):
        gauge = GaugeMetricFamily(name, text, labels=[label])
        for word, value in sorted(values.items()):
            gauge.add_metric([word], value)
        return gauge
    return GaugeMetricFamily(name, text, value=values)
