"""What is wrong with a parameter: the messages of marshmallow as sentences of the catalogue."""

from __future__ import annotations

import re

from busdb.i18n import message

_SENTENCES = {
    "parameter.missing": re.compile(r"Missing data for required field\."),
    "parameter.unknown": re.compile(r"Unknown field\."),
    "parameter.integer": re.compile(r"Not a valid integer\."),
    "parameter.boolean": re.compile(r"Not a valid boolean\."),
    "parameter.date": re.compile(r"Not a valid date\."),
    "parameter.moment": re.compile(r"Not a valid (?:aware )?datetime\."),
    "parameter.range": re.compile(
        r"Must be greater than or equal to (?P<min>\d+) and less than or equal to (?P<max>\d+)\."
    ),
    "parameter.length": re.compile(r"Length must be between (?P<min>\d+) and (?P<max>\d+)\."),
    "parameter.choice": re.compile(r"Must be one of: (?P<choices>.*)\."),
    "parameter.pattern": re.compile(r"String does not match expected pattern\."),
}


def sentence(text: str) -> str:
    """The sentence of the catalogue for a message of marshmallow; another text as it is."""
    for code, pattern in _SENTENCES.items():
        if found := pattern.fullmatch(text):
            return message(code, found.groupdict())
    return text
