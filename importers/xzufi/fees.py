"""Costs, read into fees. They have no id in XZuFi: it is made of their owner, their sort and their words."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from busdb.records import Fee, FeeText, FeeType
from busdb.xzufi.names import FEE_WORDS, OWN
from importers.xzufi.modules import Modules
from importers.xzufi.reading import LONGEST, URL, Element, Reading, Validity, boolean, child, children, content, value

_AMOUNT = re.compile(r"-?\d{1,11}(\.\d{1,9})?")
_TYPES: Final[dict[str, FeeType]] = {word: type_ for type_, word in FEE_WORDS.items()}  # type: ignore[misc]  # its keys are
_CENT = Decimal("0.01")


def fee_id(owner: str, type_: str, label: str | None, number: int) -> str:
    """The id of the ``number``-th fee of an owner with these words: the amount may change, the fee stays the same."""
    key = sha256(f"{type_}|{label or ''}".encode()).hexdigest()[:10]
    return f"{owner}{OWN}k{key}" + (f"-{number}" if number else "")


class Costs:
    """The fees of one service or specialisation."""

    def __init__(self, reading: Reading, modules: Modules, service: str, area: str | None) -> None:
        self.reading = reading
        self.modules = modules
        self.service = service
        self.area = area
        self.found: list[Fee] = []
        self._same: dict[tuple[str, str | None], int] = defaultdict(int)

    def module(self, path: str, element: Element, owner: str) -> None:
        """``modulKosten``; a cost that is no fee in euros is kept as it came."""
        inside = f"{path}/modulKosten"

        def cost(_: str, found: Element) -> bool:
            return self._cost(found, owner)

        handlers = {"kosten": cost, "zugangskanal": self.modules.channel, **self.modules.about(inside, "98")}
        self.reading.take(inside, element, handlers)

    def _cost(self, element: Element, owner: str) -> bool:
        chosen = child(element, "kostenauswahl")
        amounts = self._amounts(element if chosen is None else chosen)
        if amounts is None:
            self.reading.issue("xzufi_cost", text=content(element) or (value(element, "beschreibung") or "")[:100])
            return False
        inside = Reading(self.reading.context, element)
        validity, labels = self._parts(inside, element)
        free = amounts.pop("reason", None)
        label = labels.pop("de", None) or (free if not labels else None)
        type_ = self._type(inside, child(element, "typ"))
        number = self._same[type_, label]
        self._same[type_, label] += 1
        law = child(element, "linkKostenbildung")
        url, title = self._law(law)
        self._rest(inside, chosen, amounts)
        prepaid = child(element, "vorkasse")
        self.found.append(
            Fee(
                id=fee_id(owner, type_, label, number),
                service=self.service,
                area=self.area,
                type=type_,
                label=label,
                translations=tuple(FeeText(language=one, label=text) for one, text in labels.items()),
                prepayment=boolean(prepaid) if prepaid is not None else None,
                legal_basis=title,
                legal_basis_url=url,
                position=len(self.found),
                valid_from=validity.first,
                valid_to=validity.end,
                extensions=tuple(inside.kept),
                **amounts,
            )
        )
        self.reading.issues += inside.issues
        return True

    def _parts(self, inside: Reading, element: Element) -> tuple[Validity, dict[Any, str]]:
        """The validity and the words by language; what has no field is kept with the fee."""
        validity: Validity | None = None
        labels: dict[Any, str] = {}
        law = False
        for name, one in children(element):
            if name == "gueltigkeit" and validity is None and len(one):
                validity = inside.validity("kosten", one)
            elif name == "beschreibung":
                words = inside.words("kosten", one)
                if words is None or words[0] in labels:
                    inside.keep("kosten", one)
                else:
                    labels[words[0]] = words[1]
            elif name == "linkKostenbildung" and not law and self._law(one)[0]:
                law = True
                inside.rest("kosten/linkKostenbildung", one, frozenset({"uri", "titel"}))
            elif name == "vorkasse" and boolean(one) is not None:
                continue
            elif name not in {"typ", "kostenauswahl"}:
                inside.keep("kosten", one)
        return validity or Validity(), labels

    def _law(self, element: Element | None) -> tuple[str | None, str | None]:
        """The address of the law, and its title, in the form of either version."""
        if element is None:
            return None, None
        url = value(element, "uri") or content(element)
        if not URL.fullmatch(url) or len(url) > LONGEST:
            return None, None
        return url, self.reading.line_of(value(element, "titel"))

    def _type(self, inside: Reading, element: Element | None) -> FeeType:
        if element is None:
            return "fee"
        word = value(element, "nichtGelisteterWert") or ""
        if word in _TYPES and len(element) == 1:
            return _TYPES[word]
        if value(element, "code") == "001" and not word:
            inside.code("kosten/typ", element, "Gebühr")
        else:
            inside.keep("kosten", element)
        return "fee"

    def _amounts(self, element: Element) -> dict[str, Any] | None:
        """Kind and amounts, decided by what is there, whatever wraps it; ``None`` for what is no amount in euros."""
        parts = {str(one.tag).rpartition("}")[2]: one for one in element.iter()}
        given: dict[str, Decimal] = {}
        for name in ("betrag", "betragUntergrenze", "betragObergrenze"):
            if name in parts:
                amount = self._amount(parts[name])
                if amount is None:
                    return None
                given[name] = amount
        type_ = (element.get("{http://www.w3.org/2001/XMLSchema-instance}type") or "").lower()
        if "betrag" in given:
            return {"kind": "fixed", "amount": given["betrag"]}
        said = parts.get("beschreibungVariabilitaet")
        if given or said is not None or type_.endswith("variabel"):
            return self._range(given, self.reading.line_of(said.text) if said is not None else None)
        if type_.endswith("frei") or any("frei" in name.lower() for name in parts):
            reason = parts.get("beschreibungKostenfreiheit")
            return {"kind": "free", "reason": self.reading.line_of(reason.text) if reason is not None else None}
        return None

    @staticmethod
    def _range(given: dict[str, Decimal], base: str | None) -> dict[str, Any]:
        lower, upper = given.get("betragUntergrenze"), given.get("betragObergrenze")
        if lower is not None and upper is not None:
            return {"kind": "range", "amount_min": lower, "amount_max": upper, "base": base}
        if lower is not None:
            return {"kind": "from", "amount_min": lower, "base": base}
        if upper is not None:
            return {"kind": "up_to", "amount_max": upper, "base": base}
        return {"kind": "range", "open": True, "base": base}

    @staticmethod
    def _amount(element: Element) -> Decimal | None:
        text = content(element)
        currency = element.get("currencyCode") or element.get("currencyID") or "EUR"
        if currency != "EUR" or not _AMOUNT.fullmatch(text):
            return None
        return Decimal(text).quantize(_CENT)

    def _rest(self, inside: Reading, chosen: Element | None, amounts: dict[str, Any]) -> None:
        """What the choice says beyond its amounts."""
        if chosen is None:
            return
        base = amounts.get("base")
        for one in chosen.iter():
            name = str(one.tag).rpartition("}")[2]
            if name == "beschreibungKostenfreiheit" or (
                name == "beschreibungVariabilitaet"
                and not (base and self.reading.line_of(one.text) == base and one.get("languageCode", "de") == "de")
            ):
                inside.keep("kosten/kostenauswahl", one)
