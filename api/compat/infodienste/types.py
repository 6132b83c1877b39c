"""The code lists of the original's interface, and the endpoints that list them.

Names are in the catalogue under ``infodienste.``; where clients go by them, the German ones are those of the original.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from api.compat.infodienste.answers import many, paged
from api.compat.infodienste.model import Type
from api.compat.infodienste.request import Listing, asked, blueprint
from api.openapi import answers
from busdb import i18n
from busdb.errors import NotFoundError

TEXTS = {
    "24": "24",
    "05": "05",
    "06": "06",
    "08": "08",
    "09": "09",
    "95": "12",
    "11": "11",
    "14": "14",
    "97": "13",
    "98": "10",
    "07": "07",
    "25": "25",
    "16": "16",
    "18": "18",
    "15": "15",
    "23": "23",
    "22": "22",
}
"""The text modules that are shown, in their order, and the number in the federal catalogue that is the key of each."""
COMMUNICATIONS = {"phone": "TELEFON", "mobile": "MOBIL", "fax": "FAX", "email": "EMAIL", "web": "WWW"}
SYSTEMS = {"de_mail": "DEMAIL", "bebpo": "BEBPO", "egvp": "EGVP"}
ADDRESSES = {"visit": "BESUCHERADRESSE", "post": "POSTADRESSE", "delivery": "LIEFERADRESSE"}
PAYMENTS = {
    "cash": "BAR",
    "girocard": "GIROCARD",
    "credit_card": "KREDITKARTE",
    "invoice": "RECHNUNG",
    "transfer": "UEBERWEISUNG",
    "online": "ONLINE",
}
RECEIVERS = {"citizen": "001", "business": "002", "administration": "003"}
TRUST = ("00", "10", "15", "20", "30", "40")

LISTS: dict[str, tuple[str, ...]] = {
    "TextBlock": tuple(TEXTS.values()),
    "Communication": tuple(COMMUNICATIONS.values()),
    "CommunicationSystem": tuple(SYSTEMS.values()),
    "Address": tuple(ADDRESSES.values()),
    "PaymentMethod": tuple(PAYMENTS.values()),
    "Receiver": tuple(RECEIVERS.values()),
    "TrustLevel": TRUST,
    "FormLink": ("DOWNLOAD",),
    "ParkingLot": ("ALLGEMEIN",),
    "PublicTransportationLine": (),
}
"""The keys of each list."""


def type_(list_: str, key: str, language: str) -> Type:
    """A value of a list in the language of the answer."""
    return Type(id=key, name=i18n.message(f"infodienste.{list_}.{key}", language=language), key=key)


@blueprint.get("/types/<name>")
@blueprint.arguments(Listing, location="query")
@answers("", "The values of a code list")
def values(arguments: dict[str, Any], name: str) -> Response:
    """List the values of a code list: TextBlock, Communication, Address ..."""
    with asked(arguments) as ask:
        if name not in LISTS:
            raise NotFoundError("list_unknown", name=name, known=", ".join(LISTS))
        return many(ask, "type", lambda: paged(LISTS[name], arguments, lambda key: type_(name, key, ask.language)))
