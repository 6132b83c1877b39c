"""The parts of a description that a service and a local addition share."""

from __future__ import annotations

from sqlalchemy import Table

from busdb.models.base import child, flag, parts, reference, text, words
from busdb.records import Link


def texts(parent: Table) -> Table:
    """Text modules by language, layer and visibility."""
    return child(
        parent,
        "texts",
        text("module", required=True),
        text("html", required=True),
        text("language", required=True),
        text("layer"),
        text("visibility", required=True),
        flag("replaceable", required=True),
        flag("machine_translated", required=True),
        parts("links", Link),
    )


def documents(parent: Table) -> Table:
    """Required and issued documents."""
    return child(
        parent,
        "documents",
        text("label", required=True),
        text("description"),
        flag("required", required=True),
        text("condition"),
        text("direction", required=True),
        words("formats"),
        text("translation"),
        flag("certified", required=True),
        reference("form", "form"),
        text("url"),
        text("language", required=True),
        text("visibility", required=True),
    )


def deadlines(parent: Table) -> Table:
    """Periods and dates that applicants keep."""
    return child(
        parent,
        "deadlines",
        text("label", required=True),
        text("text"),
        text("duration"),
        text("duration_max"),
        text("date_from"),
        text("date_to"),
        text("type", required=True),
        text("language", required=True),
    )


def processing_times(parent: Table) -> Table:
    """How long the authority takes."""
    return child(
        parent,
        "processing_times",
        text("minimum"),
        text("maximum"),
        text("text"),
        text("starts_with"),
        text("extendable"),
        flag("average", required=True),
        text("language", required=True),
    )
