"""The committed schemas are what the generator gives, and the documentation covers exactly their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from checks import FEEDS, written
from examples import feed_head, some
from msgspec import Struct, inspect
from support import ROOT

from busdb import records, shapes
from busdb.xmlio import singular

DOCUMENT = (ROOT / "docs" / "formats" / "feeds.md").read_text(encoding="utf-8")
SHARED = ("busdb.items", "busdb.publication")
REFERENCE = re.compile(r"`([A-Z][A-Za-z]+)\.([a-z_0-9]+)`")


def test_the_committed_schemas_are_what_the_generator_gives() -> None:
    assert {path.name: path.read_bytes() for path in shapes.DIRECTORY.glob("*.*")} == dict(shapes.files())


def test_two_structures_of_one_name_are_refused() -> None:
    one, other = msgspec.defstruct("Same", ["a"]), msgspec.defstruct("Same", ["b"])
    with pytest.raises(ValueError, match="Same"):
        shapes.structs([one, other])


def kernel(type_: inspect.Type) -> tuple[inspect.Type, str]:
    """A type without ``None`` and lists, and the sign of a list."""
    if isinstance(type_, inspect.UnionType):
        return kernel(next(one for one in type_.types if not isinstance(one, inspect.NoneType)))
    if isinstance(type_, inspect.Metadata):
        return kernel(type_.type)
    if isinstance(type_, inspect.VarTupleType):
        return kernel(type_.item_type)[0], "[]"
    return type_, ""


def paths(cls: type[Struct], prefix: str = "") -> Iterator[str]:
    """The fields of a feed's own structures; those that feeds share are described once."""
    for field in inspect.type_info(cls).fields:  # type: ignore[attr-defined]
        found, many = kernel(field.type)
        path = f"{prefix}{field.encode_name}{many}"
        own = isinstance(found, inspect.StructType) and found.cls.__module__ not in SHARED
        inherits = own and found.cls.__mro__[1].__module__ == "busdb.items"  # type: ignore[attr-defined]
        if not own or inherits:
            yield path
        if own:
            below = paths(found.cls, f"{path}.")  # type: ignore[attr-defined]
            parent = found.cls.__mro__[1] if inherits else None  # type: ignore[attr-defined]
            known = set(parent.__struct_fields__) if parent else set()
            yield from (one for one in below if one[len(path) + 1 :].split(".")[0].rstrip("[]") not in known)


def parts() -> Iterator[str]:
    """The shared structures: by field where they are made for the feeds, else by name."""
    for struct in shapes.structs([feed.item for name, feed in shapes.feeds().items() if name in FEEDS]):
        if struct.cls.__module__ not in SHARED:
            continue
        if struct.cls.__module__ == "busdb.items" and not issubclass(struct.cls, records.Item):
            parent = struct.cls.__mro__[1]
            known = set(parent.__struct_fields__) if parent.__module__ == "busdb.items" else set()
            yield from (f"{struct.cls.__name__}.{f.name}" for f in struct.fields if f.name not in known)
        else:
            yield struct.cls.__name__


def test_the_recipe_for_the_checksum_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = written("115", some(), feed_head("115"), "json")
    (tmp_path / "115.json").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    recipe = DOCUMENT.split("```python\n")[1].split("```")[0]
    exec(compile(recipe, "recipe", "exec"), {})
    document = msgspec.json.decode(data)
    assert capsys.readouterr().out.split() == [str(document["count"]), document["checksum"]]


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the document."""
    section = DOCUMENT.split(f"\n### {heading}\n")[1].split("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    assert rows
    return rows


@pytest.mark.parametrize("name", FEEDS)
def test_the_document_has_each_field_of_a_feed_and_no_other(name: str) -> None:
    documented = [row[0].strip("`") for row in table(f"`{name}`")]
    assert documented == list(paths(shapes.feeds()[name].item))


def test_the_document_has_each_shared_part_and_no_other() -> None:
    assert [row[0].strip("`") for row in table("Parts")] == list(parts())


@pytest.mark.parametrize("heading", [*(f"`{name}`" for name in FEEDS), "Parts"])
def test_each_field_comes_from_a_column_or_a_computation(heading: str) -> None:
    for field, origin, _ in table(heading):
        references = REFERENCE.findall(origin)
        assert references or origin.startswith("computed:"), field
        for kind, attribute in references:
            assert attribute in getattr(records, kind).__struct_fields__, (field, kind, attribute)


@pytest.mark.parametrize("name", [*FEEDS, "json"])
def test_every_list_has_children_of_another_name(name: str) -> None:
    for struct in shapes.structs([shapes.Envelope, shapes.feeds()[name].item]):
        for field in struct.fields:
            found: Any = kernel(field.type)[1]
            if found:
                assert singular(field.encode_name) not in {field.encode_name, "item" if field.name != "items" else ""}
