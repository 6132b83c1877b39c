"""What an agent of 115 says of a publication: the one sentence, and prose that does not say things twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from busdb import items
from busdb.items import Words
from busdb.publication import Publication
from busdb.records import Document


def line(publication: Publication, texts: Words) -> str:
    """The sentence to read aloud, in one line."""
    said = publication.teaser or texts.merged.get("05") or texts.merged.get("06") or publication.name
    return items.line(said)


def unsaid(
    prose: Mapping[str, str | None], publication: Publication, line: str, documents: Iterable[Document]
) -> dict[str, str | None]:
    """The fields of :data:`busdb.items.PROSE` without the lines that stand elsewhere in the answer, word for word.

    ``line`` is the sentence and ``documents`` those that the reader may see.
    """
    said: dict[str, list[str | None]] = {
        "summary": [line],
        "description": [line],
        "documents_text": [document.label for document in documents],
        "fees_text": [fee.text for fee in publication.fees],
        "deadlines_text": [deadline.text for deadline in publication.deadlines],
        "processing_time_text": [time.text for time in publication.processing_times],
        "procedure_text": [step.text for step in publication.steps],
        "remedy_text": [remedy.text for remedy in publication.remedies],
    }
    return {field: _without(text, said.get(field, [])) for field, text in prose.items()}


def _without(text: str | None, said: list[str | None]) -> str | None:
    heard = {_bare(one).casefold() for one in said if one} if text else set()
    if not text or not heard:
        return text
    longest, lines = max(map(len, heard)), text.split("\n")
    # Folding makes no text shorter: most of what is longer need not be folded
    left = [one for one in lines if len(bare := _bare(one)) > longest or bare.casefold() not in heard]
    return "\n".join(left) or None


def _bare(text: str) -> str:
    """A line without what is not heard: the dash of a list and the full stop."""
    return text.removeprefix("- ").strip().rstrip(".")
