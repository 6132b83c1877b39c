"""The HTTP interface: resources under /api/v1, other systems' under /api/compat, a page that says what runs here."""

from __future__ import annotations

from flask import Flask

from api import (
    areas,
    authorities,
    changes,
    checks,
    compat,
    deadlines,
    errors,
    feedback,
    feeds,
    headers,
    health,
    journal,
    life_events,
    limits,
    measures,
    meta,
    news,
    pages,
    polls,
    proxies,
    published,
    quality,
    responsibilities,
    search,
    services,
    streams,
)
from api.hub import Hub
from api.openapi import PREFIX, make_api
from busdb.formats import exporter, names
from busdb.settings import Settings

TAKEN = 64_000
"""Bytes that a request may bring along: a report, or the parameters of a token."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application for an installation; without settings, for that of the environment."""
    settings = settings or Settings.from_env()
    for name in names("exporters"):
        exporter(name)  # formats are loaded before threads may meet in loading them
    app = Flask(__name__)
    app.extensions["busdb"] = Hub(settings)
    app.config["MAX_CONTENT_LENGTH"] = TAKEN
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    deadlines.install(app, settings)  # first, so that nothing is done without one
    measures.install(app)  # then, so that what the checks refuse is counted, too
    journal.install(app, settings)
    api = make_api(app)
    for module in (services, authorities, areas, responsibilities, life_events, search, feeds, changes, news, feedback):
        api.register_blueprint(module.blueprint, url_prefix=PREFIX)
    compat.install(app, api)
    pages.install(app)
    app.register_blueprint(meta.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(quality.blueprint)
    app.register_blueprint(published.blueprint)
    app.register_blueprint(feedback.pages)
    errors.install(app)
    headers.install(app, settings)
    streams.install(app)
    checks.install(app, settings)
    limits.install(app, limits.Limits(settings))  # after the checks, which know the language of a refusal
    polls.install(app)
    proxies.install(app, settings)
    return app
