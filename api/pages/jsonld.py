"""What search engines and assistants read in a page: schema.org in JSON-LD.

Only properties within their domains (tests/data/schemaorg.json holds those used here): a service has no language.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from markupsafe import Markup

from api.pages.links import Links
from busdb import hours
from busdb.publication import AuthorityView, FeeView, Publication

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_AUDIENCES = {"citizen": "citizens", "business": "businesses", "administration": "administration"}


def script(data: dict[str, Any]) -> Markup:
    """The data for a script element, where nothing in it can end the element."""
    text = msgspec.json.encode({"@context": "https://schema.org", **_filled(data)}).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # JSON without the sign that opens tags


def service(publication: Publication, base_url: str, address: str, day: dt.date) -> dict[str, Any]:
    """A service at a place: who acts, through which channels, and what it costs."""
    answer = publication.responsibility
    offices = [office(match.authority, base_url, day) for match in answer.matches] if answer else []
    online = [one.url for one in publication.online_services if one.url and one.status == "active"]
    area = publication.area
    return {
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "name": publication.name,
        "alternateName": publication.official_name,
        "description": publication.teaser,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "LeiKa", "value": key} for key in publication.service.leika_keys
        ],
        "audience": [{"@type": "Audience", "audienceType": _AUDIENCES[one]} for one in publication.service.audiences],
        "areaServed": {"@type": "AdministrativeArea", "name": area.name, "identifier": area.ars} if area else None,
        "serviceOperator": offices,
        "availableChannel": [
            *(_channel("serviceLocation", {"@id": one["@id"]}) for one in offices if "address" in one),
            *(_channel("serviceUrl", url) for url in online),
        ],
        "offers": [offer for fee in publication.fees if (offer := _offer(fee))],
    }


def office(authority: AuthorityView, base_url: str, day: dt.date) -> dict[str, Any]:
    """An office: where it is, when it is open, and how to reach it."""
    phone = next((one.value for one in authority.contacts if one.channel == "phone"), None)
    email = next((one.value for one in authority.contacts if one.channel == "email"), None)
    place = next((one for one in authority.addresses if one.type == "visit"), None)
    street = " ".join(part for part in (place.street, place.house_number) if part) if place else ""
    return _filled(
        {
            "@type": "GovernmentOffice",
            "@id": base_url + Links().authority(authority.id),
            "name": authority.name,
            "telephone": phone,
            "email": email,
            "address": place
            and {
                "@type": "PostalAddress",
                "streetAddress": street,
                "postalCode": place.postal_code,
                "addressLocality": place.city,
                "addressCountry": "DE",
            },
            "geo": place
            and place.lat is not None
            and {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon},
            "openingHoursSpecification": [
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": f"https://schema.org/{_DAYS[one.day.weekday()]}",
                    "opens": f"{begin:%H:%M}",
                    "closes": f"{end:%H:%M}" if end.date() == begin.date() else "23:59",
                }
                for one in hours.week(authority, day) or ()
                for begin, end in one.spans
            ],
            "specialOpeningHoursSpecification": [
                {
                    "@type": "OpeningHoursSpecification",
                    "validFrom": one.first_day.isoformat(),
                    "validThrough": one.last_day.isoformat(),
                    "opens": "00:00",
                    "closes": "00:00",
                }
                for one in authority.exceptions
                if one.type == "visit" and one.osm is None and one.last_day >= day
            ],
        }
    )


def _channel(how: str, value: object) -> dict[str, Any]:
    return {"@type": "ServiceChannel", how: value}


def _offer(fee: FeeView) -> dict[str, Any] | None:
    """A fee whose amount is known, or lies between two."""
    if fee.kind == "free":
        prices: dict[str, Decimal | None] = {"price": Decimal(0)}
    elif fee.kind in {"fixed", "range", "from", "up_to"}:
        prices = {"price": fee.amount, "minPrice": fee.amount_min, "maxPrice": fee.amount_max}
    else:
        return None
    said = {name: str(value) for name, value in prices.items() if value is not None}
    specification = {"@type": "PriceSpecification", "priceCurrency": fee.currency, **said}
    return _filled({"@type": "Offer", "name": fee.label, "priceSpecification": specification}) if said else None


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", [], False)}
