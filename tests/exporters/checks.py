"""What every file of a feed must pass: its JSON Schema, its XSD, its own count and checksum."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from busdb import shapes
from busdb.formats import exporter

FEEDS = ("115", "ea", "municipal")


@cache
def json_validator(name: str) -> Draft202012Validator:
    """The validator of a committed JSON Schema."""
    schema = msgspec.json.decode((shapes.DIRECTORY / f"{name}.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@cache
def xml_schema(name: str) -> etree.XMLSchema:
    """The validator of a committed XSD."""
    return etree.XMLSchema(etree.parse(shapes.DIRECTORY / f"{name}.xsd"))


def written(name: str, items: Any, head: Any, form: Any) -> bytes:
    """A whole feed."""
    return b"".join(exporter(name).write(items, head, form))


def check_json(name: str, data: bytes) -> dict[str, Any]:
    """The feed decoded, after its schema, hashes, count and checksum were found right."""
    document: dict[str, Any] = msgspec.json.decode(data)
    errors = [f"{error.json_path}: {error.message}" for error in json_validator(name).iter_errors(document)]
    assert not errors, errors[:5]
    lines = [line.rstrip(b",") for line in data.split(b"\n")[1:-2]]
    hashes = []
    for line in lines:
        bare = line if name == "json" else b"{" + line.split(b",", 1)[1]
        hashes.append(hashlib.sha256(bare).hexdigest())
    if name != "json":
        assert [item["hash"] for item in document["items"]] == hashes
    assert document["count"] == len(lines) == len(document["items"])
    assert document["checksum"] == f"{sum(int(one, 16) for one in hashes) % 2**256:064x}"
    return document


def check_xml(name: str, data: bytes) -> etree._Element:
    """The feed parsed, after its XSD was found right."""
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    root = etree.fromstring(data)
    schema = xml_schema(name)
    assert schema.validate(root), list(schema.error_log)[:5]
    return root
