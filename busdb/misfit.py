"""Why a line is no record: the messages of msgspec as sentences of the catalogue, in the reader's language."""

from __future__ import annotations

import re

from busdb.i18n import message

_SENTENCES = {
    "reason.shape_unknown_field": re.compile(r"Object contains unknown field `(?P<field>[^`]*)`"),
    "reason.shape_missing_field": re.compile(r"Object missing required field `(?P<field>[^`]*)`"),
    "reason.shape_type": re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<found>[^`]*)`"),
    "reason.shape_pattern": re.compile(r"Expected `\w+` matching regex (?P<wanted>.*)"),
    "reason.shape_value": re.compile(r"Invalid (?:enum )?value (?P<found>.*)"),
    "reason.shape_date": re.compile(r"Invalid (?:RFC3339|ISO8601) encoded (?:date|datetime)"),
    "reason.shape_truncated": re.compile("Input data was truncated"),
    "reason.shape_malformed": re.compile(r"JSON is malformed: .*\(byte (?P<byte>\d+)\)"),
}


def path(error: Exception) -> str | None:
    """The path of the field that a ``msgspec.ValidationError`` speaks of, as in JSON (``$.fees[0].amount``)."""
    return str(error).partition(" - at `")[2].rstrip("`") or None


def values(error: Exception) -> dict[str, str]:
    """The reason as values of a finding; ``reason`` names a sentence, the others fill its gaps."""
    if isinstance(error, UnicodeDecodeError):
        return {"reason": "@reason.shape_encoding"}
    if isinstance(error, RecursionError):
        return {"reason": "@reason.shape_depth"}
    text = str(error).partition(" - at `")[0]
    for sentence, pattern in _SENTENCES.items():
        if found := pattern.fullmatch(text):
            return {"reason": f"@{sentence}", **found.groupdict()}
    return {"reason": text}


def text(error: Exception) -> str:
    """The reason as a sentence."""
    found = values(error)
    reason = found["reason"]
    return message(reason[1:], found) if reason.startswith("@") else reason
