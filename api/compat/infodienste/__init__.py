"""The REST interface of the original, version 4, so that its clients work here (docs/formats/compat.md)."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from api.compat.infodienste import areas, categories, common, competences, offers, ou, pst, types
from api.compat.infodienste.request import NAME, blueprint

__all__ = ["NAME", "areas", "blueprint", "categories", "common", "competences", "offers", "ou", "pst", "types"]


@blueprint.get("/<everything:rest>")
@blueprint.doc(summary="Nothing else is there")
def unknown(rest: str) -> None:  # noqa: ARG001  # the address names it
    """Answer what is not there in the shape of this interface. Raises ``NotFound``."""
    raise NotFound
