"""Imprint, data protection and the declaration of accessibility, in the operator's words."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api.hub import hub
from api.pages.links import LEGAL
from api.pages.shell import Head, links_for, render
from busdb import i18n, legal
from busdb.i18n import message

blueprint = Blueprint("legal", __name__)


def _show(name: str) -> Response:
    head = Head(title=message(f"legal.{name}"), canonical={})
    found = legal.legal(hub().settings, name, i18n.current())
    return render("legal.html", head, links_for(None, request.args.get("lang")), page=found, name=name)


for _name, _path in LEGAL.items():
    blueprint.add_url_rule(f"/{_path}", _name, _show, defaults={"name": _name})
