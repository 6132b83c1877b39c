"""The text blocks of a service: its modules, and in words what it has as data only.

Clients of the original show text blocks and nothing else, so that fees, deadlines, documents, times and steps which no
text module tells stand there in words, too. The text of a block holds those of all layers at the place.
"""

from __future__ import annotations

from api.compat import words
from api.compat.infodienste.model import ExternalLink, Specialisation, TextBlock
from api.compat.infodienste.types import TEXTS, type_
from busdb.publication import Part, Publication


def blocks(publication: Publication) -> tuple[TextBlock, ...]:
    """The text blocks of a publication, those without content left out."""
    parts: dict[str, list[Part]] = {}
    for part in publication.parts:
        parts.setdefault(part.module, []).append(part)
    made = (_block(module, publication, parts.get(module, [])) for module in TEXTS)
    return tuple(block for block in made if block.text or block.external_links)


def _block(module: str, publication: Publication, parts: list[Part]) -> TextBlock:
    links = [link for part in parts for link in _links(part)]
    if module == "07":
        links += [
            ExternalLink(url=basis.url, name=basis.citation) for basis in publication.service.legal_bases if basis.url
        ]
    return TextBlock(
        type=type_("TextBlock", TEXTS[module], publication.language),
        text=words.text(module, publication),
        external_links=tuple({link.url: link for link in links}.values()),
        specialisations=tuple(
            Specialisation(restricted_area=part.area.name, text=part.html, external_links=tuple(_links(part)))
            for part in parts
            if part.area
        ),
    )


def _links(part: Part) -> list[ExternalLink]:
    return [ExternalLink(url=link.url, name=link.title or link.url) for link in part.links]
