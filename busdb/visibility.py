"""What a record shows to whom: the public, 115 agents, or the editors."""

from __future__ import annotations

from typing import Any, Literal

from msgspec.structs import replace

from busdb.records import AnyRecord, Authority, LocalAddition, Notice, Service

Audience = Literal["public", "115"]
_HIDDEN: dict[str, frozenset[str]] = {"public": frozenset({"115", "internal"}), "115": frozenset({"internal"})}
_PARTLY = frozenset({Service, LocalAddition, Authority, Notice})
"""Kinds with more than their extensions to be hidden."""


def view(record: AnyRecord, audience: Audience) -> AnyRecord | None:
    """The record as ``audience`` may see it; ``None`` where it may not see it at all.

    A service shows only in the state ``published``; contact persons show by their flag only.
    """
    hidden = _HIDDEN[audience]
    extensions = getattr(record, "extensions", ())
    if extensions and any(one.visibility in hidden for one in extensions):
        record = replace(record, extensions=_shown(extensions, hidden))
    return _partly(record, audience) if type(record) in _PARTLY else record  # most are rules and fees


def _partly(record: AnyRecord, audience: Audience) -> AnyRecord | None:
    """A record of ``_PARTLY`` as ``audience`` may see it."""
    hidden = _HIDDEN[audience]
    if isinstance(record, Service):
        if record.publication_state != "published":
            return None
        questions = record.call_questions if audience == "115" else ()
        return replace(
            record,
            texts=_texts(record.texts, hidden),
            documents=_shown(record.documents, hidden),
            call_questions=questions,
            unverified=record.unverified if audience == "115" else (),
        )
    if isinstance(record, LocalAddition):
        return replace(record, texts=_texts(record.texts, hidden), documents=_shown(record.documents, hidden))
    if isinstance(record, Authority):
        return replace(
            record,
            contacts=_shown(record.contacts, hidden),
            persons=tuple(person for person in record.persons if person.published),
            internal115=record.internal115 if audience == "115" else (),
        )
    if isinstance(record, Notice) and record.audience in hidden:
        return None
    return record


def _shown(items: tuple[Any, ...], hidden: frozenset[str]) -> tuple[Any, ...]:
    return tuple([item for item in items if item.visibility not in hidden])


def _texts(texts: tuple[Any, ...], hidden: frozenset[str]) -> tuple[Any, ...]:
    return tuple(
        [replace(text, links=_shown(text.links, hidden)) if text.links else text for text in _shown(texts, hidden)]
    )
