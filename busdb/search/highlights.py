"""Where a hit meets the words of a line: fragments of its texts with the words to be marked."""

from __future__ import annotations

from collections.abc import Container
from itertools import chain, takewhile

from busdb.publication import Highlight, Span
from busdb.search.analysis import positions, split, stem

WIDTH = 160
"""How many characters of a longer text are shown."""


def highlight(field: str, text: str, met: Container[str]) -> Highlight | None:
    """The fragment of a text that holds the first words that were met; ``None`` where it holds none."""
    spans = (
        Span(start=start, end=end)
        for start, end, word in positions(text)
        if stem(word) in met or any(stem(part) in met for part in split(word))
    )
    earliest = next(spans, None)
    if earliest is None:
        return None
    first, last = _window(text, earliest)
    fragment = ("… " if first else "") + text[first:last] + (" …" if last < len(text) else "")
    shift = (2 if first else 0) - first
    shown = takewhile(lambda span: span.end <= last, chain([earliest], spans))
    kept = tuple(Span(start=span.start + shift, end=span.end + shift) for span in shown)
    return Highlight(field=field, text=fragment, spans=kept)  # type: ignore[arg-type]  # one of the fields


def _window(text: str, span: Span) -> tuple[int, int]:
    """Beginning and end, between words, of what is shown around a span."""
    if len(text) <= WIDTH:
        return 0, len(text)
    start = max(0, min(span.start - WIDTH // 3, len(text) - WIDTH))
    if start:
        start = min(text.find(" ", start) + 1 or start, span.start)
    end = min(start + WIDTH, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), span.end)
    return start, end
