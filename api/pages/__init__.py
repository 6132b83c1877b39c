"""Pages for people: the finder, legal pages, what search engines read, and errors as pages. See docs/pages.md."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

from api import errors
from api.hub import hub
from api.pages import console, discovery, embed, finder, legal, look, shell, visits, widget, wizard
from api.pages.links import Links
from busdb import i18n
from busdb.i18n import message

blueprint = Blueprint("look", __name__)
OTHERS = ("/api/", "/published/", "/xzufi/", "/static/", "/theme/")
"""Where errors stay data, also for browsers."""


def install(app: Flask) -> None:
    """Let the application have the pages, and answer people's errors with one."""
    look.install(app)
    app.register_blueprint(finder.blueprint)
    app.register_blueprint(legal.blueprint)
    app.register_blueprint(discovery.blueprint)
    app.register_blueprint(embed.blueprint)
    app.register_blueprint(widget.blueprint)
    app.register_blueprint(wizard.blueprint)
    app.register_blueprint(console.blueprint)
    app.register_blueprint(blueprint)
    visits.install(app)
    errors.PAGES.append(_problem)


@blueprint.get("/theme/<path:name>")
def theme(name: str) -> Response:
    """A file of the operator's look. Raises ``NotFound`` where there is none."""
    folder = hub().settings.theme
    if not folder:
        raise NotFound
    return send_from_directory(Path(folder).resolve(), name, max_age=3600)


def _problem(problem: errors.Problem) -> Response | None:
    """An error as a page with a way out, for a reader who prefers pages."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
    if best != "text/html" or request.path.startswith(OTHERS):
        return None
    code = f"page.problem_{problem.status}"
    head = shell.Head(title=message(code) if i18n.known(code) else problem.title)
    response = shell.render("problem.html", head, Links(lang=request.args.get("lang")), problem=problem)
    response.status_code = problem.status
    return response
