"""What is counted of requests, for Prometheus: by the template of their address, never by what stands in it.

Several processes add up in the folder that ``PROMETHEUS_MULTIPROC_DIR`` names; ``busdb serve`` makes one for its own.
"""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from api.sending import when_sent

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's
REGISTRY = CollectorRegistry()
"""What this process counts."""
ELSEWHERE = "none"
"""The route of addresses that lead nowhere."""
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_requests = Counter("busdb_requests", "Answers by route and status", ["route", "status"], registry=REGISTRY)
_seconds = Histogram(
    "busdb_request_seconds", "Time until an answer was sent", ["route"], buckets=_BUCKETS, registry=REGISTRY
)
_searches = Counter("busdb_searches", "Searches by whether they found a service", ["hits"], registry=REGISTRY)
_known: dict[tuple[str, int], Counter] = {}
_timed: dict[str, Histogram] = {}


def install(app: Flask) -> None:
    """Count every request of an application, from before its first check until its last byte."""
    app.before_request(_begin)
    app.after_request(_answered)


def searched(hits: int) -> None:
    """Count a search that found so many services."""
    _searches.labels("yes" if hits else "no").inc()


def _begin() -> None:
    g.began = time.perf_counter()


def _answered(response: Response) -> Response:
    began: float = g.began
    route = request.url_rule.rule if request.url_rule else ELSEWHERE
    status = response.status_code
    when_sent(response, lambda: _count(route, status, time.perf_counter() - began))
    return response


def _count(route: str, status: int, seconds: float) -> None:
    # The library looks labels up under a lock; these are few and asked for by every request
    counter = _known.get((route, status)) or _known.setdefault((route, status), _requests.labels(route, str(status)))
    counter.inc()
    timer = _timed.get(route) or _timed.setdefault(route, _seconds.labels(route))
    timer.observe(seconds)
