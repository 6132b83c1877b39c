"""What a rule is, and the one list of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from busdb.checks.known import Known
from busdb.issues import Severity
from busdb.records import AnyRecord, Record


class Hit(NamedTuple):
    """What a rule found: the field (``None``: the record as a whole) and what fills the gaps of its sentence.

    A value that begins with ``@`` names another sentence. Rules over the whole state name the ``record``, and the
    ``owner``: the source that has to mend it, where that is not the record's own.
    """

    path: str | None = None
    values: Mapping[str, str] = {}
    record: AnyRecord | None = None
    owner: str | None = None


class Rule(NamedTuple):
    """A rule: how bad its findings are, the records that it looks at (none: the whole state), and itself."""

    severity: Severity
    kinds: tuple[type[Record], ...]
    find: Callable[..., Iterator[Hit]]


RULES: dict[str, Rule] = {}
"""All rules by code."""
Found = TypeVar("Found", bound=Callable[..., Iterator[Hit]])


def rule(code: str, severity: Severity, *kinds: type[Record]) -> Callable[[Found], Found]:
    """Enter a rule: ``(record, known)`` over records of kinds, or ``(known)`` over the whole state."""

    def register(find: Found) -> Found:
        RULES[code] = Rule(severity, kinds, find)
        return find

    return register


def on_record(code: str, record: AnyRecord, known: Known) -> Iterator[Hit]:
    """What a rule finds on a record."""
    for hit in RULES[code].find(record, known):
        yield hit._replace(record=record)


def on_state(code: str, known: Known) -> Iterator[Hit]:
    """What a rule finds in the whole state."""
    yield from RULES[code].find(known)


def has(record: Any, field: str, *modules: str) -> bool:
    """Whether a service says something: in a field of its own, or in one of some text modules."""
    return bool(getattr(record, field, None)) or any(text.module in modules for text in record.texts)
