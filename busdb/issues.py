"""Findings as values: what is wrong with a piece of data, where, and how bad it is.

The codes are stable and English; their sentences are in the message catalogue (``busdb.i18n``), one for each code.
The severities are the two words of the federal quality check of service descriptions: ``muss`` rejects the record,
``soll`` is reported.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["muss", "soll"]

CODES: dict[str, Severity] = {
    "area_owned": "muss",
    "area_parent_unknown": "soll",
    "area_unknown": "soll",
    "cell_formula": "muss",
    "cell_invalid": "muss",
    "cell_repaired": "soll",
    "cells_merged": "soll",
    "column_double": "soll",
    "column_unknown": "soll",
    "control_characters": "soll",
    "duplicate_id": "muss",
    "fee_shape": "muss",
    "foreign_source": "muss",
    "hours_unreadable": "soll",
    "html_cleaned": "soll",
    "key_missing": "soll",
    "leika_invalid": "soll",
    "lint_area": "soll",
    "lint_charset": "muss",
    "lint_code": "soll",
    "lint_empty": "muss",
    "lint_file_double": "soll",
    "lint_file_missing": "muss",
    "lint_file_unlisted": "soll",
    "lint_html": "muss",
    "lint_id_double": "muss",
    "lint_id_incomplete": "muss",
    "lint_index_empty": "muss",
    "lint_language": "muss",
    "lint_reference": "muss",
    "lint_schema": "muss",
    "lint_unreadable": "muss",
    "lint_version": "muss",
    "mandate": "muss",
    "mandate_kind": "muss",
    "mandate_module": "muss",
    "mandate_parent": "muss",
    "name_missing": "muss",
    "no_text": "soll",
    "not_json": "muss",
    "own_parent": "muss",
    "phone_unreadable": "soll",
    "record_shape": "muss",
    "reference_missing": "soll",
    "responsibility_target": "muss",
    "rows_hidden": "soll",
    "rows_skipped": "soll",
    "sheet_hidden": "soll",
    "sheet_unknown": "soll",
    "url_invalid": "soll",
    "validity_reversed": "muss",
    "value_cut": "soll",
    "wording_target": "muss",
    "xzufi_agency": "soll",
    "xzufi_cost": "soll",
    "xzufi_foreign": "soll",
    "xzufi_incomplete": "muss",
    "xzufi_schema": "soll",
    "xzufi_unchecked": "soll",
    "xzufi_unknown": "soll",
}


class Issue(Struct, frozen=True, kw_only=True):
    """One finding.

    ``line`` counts from 1 (the record's number in formats without lines); ``ref`` is the id of the record; ``path``
    names the field as in JSON (``$.fees[0].amount``). ``values`` fill the gaps of the sentence of ``code``; one that
    begins with ``@`` names another sentence. In tables, ``sheet`` is the name of the sheet, ``column`` the letters and
    ``heading`` the words above the cell, ``value`` what stands in it; ``suggestion`` names the sentence of what could
    be meant or done.
    """

    code: str
    file: str | None = None
    line: int | None = None
    ref: str | None = None
    path: str | None = None
    values: dict[str, str] = {}
    sheet: str | None = None
    column: str | None = None
    heading: str | None = None
    value: str | None = None
    suggestion: str | None = None

    @property
    def severity(self) -> Severity:
        """``muss`` or ``soll``, as the code says."""
        return CODES[self.code]
