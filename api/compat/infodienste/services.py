"""Services as the original shows them, plain or with everything that belongs to them at a place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from api.compat.infodienste import facts, texts
from api.compat.infodienste.answers import Numbers, known
from api.compat.infodienste.model import (
    ExternalLink,
    Form,
    FormLink,
    OnlineService,
    PublicServiceType,
    Reference,
    Type,
)
from api.compat.infodienste.types import RECEIVERS, type_
from api.compat.infodienste.unit_model import OrganisationalUnit, Person
from api.compat.infodienste.units import Units
from api.compat.infodienste.units import named as offices
from api.hub import Ask
from busdb import mapping, queries, records
from busdb.models.authorities import form
from busdb.offices import show_form
from busdb.publication import FormView, OnlineServiceView, Publication

KINDS = {"lo": "LO", "lov": "LOV", "lovd": "LOVZ"}


class ExtendedPublicServiceType(PublicServiceType, frozen=True, kw_only=True):
    """A service with everything that belongs to it at a place."""

    organisational_units: tuple[OrganisationalUnit, ...]
    persons: tuple[Person, ...]
    forms: tuple[Form, ...]
    online_services: tuple[OnlineService, ...]


class Services:
    """Shows publications; the numbers of what they name are read at once."""

    def __init__(self, ask: Ask, publications: Sequence[Publication]) -> None:
        self._ask = ask
        self.numbers = Numbers(ask)
        self.numbers.learn("service", (one.id for one in publications))
        self.numbers.areas({code for one in publications for code in one.service.areas})
        self.numbers.learn("form", (view.id for one in publications for view in one.forms))
        self.numbers.learn("online_service", (online.id for one in publications for online in one.online_services))

    def reference(self, one: Publication) -> Reference:
        """A service by number and name."""
        return Reference(id=self.numbers.of("service", one.id), name=one.name)

    def show(self, one: Publication) -> PublicServiceType:
        """A service."""
        return PublicServiceType(**self._values(one))

    def extended(self, publications: Sequence[Publication]) -> list[ExtendedPublicServiceType]:
        """Services with their units, persons, forms and online services."""
        units = Units(self._ask, offices(self._ask, (id_ for one in publications for id_ in competent(one))))
        return [self._extended(one, units) for one in publications]

    def _extended(self, one: Publication, units: Units) -> ExtendedPublicServiceType:
        found = [units.by_id[id_] for id_ in competent(one) if id_ in units.by_id]
        return ExtendedPublicServiceType(
            **self._values(one),
            organisational_units=tuple(units.show(stored) for stored in found),
            persons=tuple(person for stored in found for person in units.persons(stored)),
            forms=tuple(self.form(view, one) for view in one.forms),
            online_services=tuple(self.online_service(online) for online in one.online_services),
        )

    def _values(self, one: Publication) -> dict[str, Any]:
        record, language = one.service, one.language
        trust = next((online.assurance_level for online in one.online_services if online.assurance_level), None)
        return {
            "id": self.numbers.of("service", one.id),
            "external_id": one.id,
            "type": KINDS.get(record.kind or "") or _kind(record.leika_keys),
            "leika_keys": record.leika_keys,
            "name": one.name,
            "teaser": one.teaser or "",
            "text_blocks": texts.blocks(one),
            "periods": facts.periods(one, self._ask.on),
            "service_periods": facts.service_periods(one),
            "charges": facts.charges(one),
            "documents": facts.documents(one),
            "synonyms": one.synonyms,
            "last_updated": one.changed_at,
            "restricted_areas": self.numbers.areas(record.areas),
            "written_form_required": known(record.written_form),
            "trust_level": type_("TrustLevel", trust, language) if trust else UNSET,
            "sdg_information_areas": tuple(Type(id=code, name=code, key=code) for code in record.sdg_areas),
            "receivers": tuple(type_("Receiver", RECEIVERS[audience], language) for audience in record.audiences),
            "single_point_of_contact": bool(record.ea),
        }

    def form(self, view: FormView, one: Publication) -> Form:
        """A form of a service; it is local where a lower layer brings it."""
        shown = _form(self._ask, self.numbers, view, one.changed_at)
        local = any(view.id in addition.forms for addition in one.additions)
        return replace(shown, public_service_types=(self.reference(one),), local_form=local)

    def online_service(self, view: OnlineServiceView) -> OnlineService:
        """An online service."""
        return OnlineService(
            id=self.numbers.of("online_service", view.id),
            external_id=view.id,
            name=view.name,
            description=view.description or "",
            link=view.url or "",
            link_title=view.name,
            links=(ExternalLink(url=view.url, name=view.name),) if view.url else (),
            trust_level=view.assurance_level or "",
            supported_languages=(self._ask.language,),
        )


def every_form(ask: Ask) -> list[Form]:
    """All forms that are valid on the day, whatever services they belong to."""
    stored = mapping.read(ask.connection, "form", form.c.public_hash.is_not(None), queries.valid_on(form, ask.on))
    found = [(show_form(one.record, ask.language), one) for one in stored if isinstance(one.record, records.Form)]
    numbers = Numbers(ask)
    numbers.learn("form", [view.id for view, _ in found])
    return [_form(ask, numbers, view, one.changed_at) for view, one in found]


def _form(ask: Ask, numbers: Numbers, view: FormView, changed_at: dt.datetime) -> Form:
    kind = type_("FormLink", "DOWNLOAD", ask.language)
    return Form(
        id=numbers.of("form", view.id),
        external_id=view.id,
        name=view.name,
        description="",
        links=(FormLink(type=kind, url=view.url, name=view.number or view.name),) if view.url else (),
        last_updated=changed_at,
        public_service_types=(),
        local_form=False,
    )


def competent(one: Publication) -> Iterable[str]:
    """The ids of the authorities that are competent, or may be once a question is answered."""
    return [match.authority.id for match in one.responsibility.matches] if one.responsibility else []


def _kind(keys: Iterable[str]) -> str:
    """The kind that the first key tells: of an object, of an action, or of a detail of it."""
    for key in keys:
        return "LO" if key.endswith("000000") else "LOV" if key.endswith("000") else "LOVZ"
    return "LOV"
