"""The tables of editors by name. Headings and notes are in the catalogue (``column.``, ``note.``)."""

from __future__ import annotations

from collections.abc import Mapping

from busdb.sheets.additions import additions
from busdb.sheets.bodies import authorities, forms, online_services
from busdb.sheets.fees import fees
from busdb.sheets.rules import responsibilities, synonyms
from busdb.sheets.table import Table

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (authorities(), online_services(), forms(), responsibilities(), fees(), additions(), synonyms())
}
"""The tables by name; those whose records others refer to come first."""


KINDS = tuple(dict.fromkeys(table.kind for table in TABLES.values()))
"""The kinds of their records."""
