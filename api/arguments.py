"""The parameters of requests; what does not fit is refused with the parameter's name."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from busdb.records import KINDS, AreaKind, Audience
from busdb.responsibility import ROLES

LIMIT, MOST = 50, 200
_SHORT = validate.Length(min=1, max=300)


class Common(Schema):
    """What every endpoint takes."""

    lang = fields.String(
        validate=validate.Length(min=2, max=10),
        metadata={"description": "Language of the content", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z]+)?$"},
    )
    format = fields.String(metadata={"description": "json or xml; beats Accept", "enum": ["json", "xml"]})


class Where(Common):
    """A place and a day."""

    ars = fields.String(validate=_SHORT, metadata={"description": "ARS in any legal length, or AGS"})
    place = fields.String(validate=_SHORT, metadata={"description": "Name, postal code, or both"})
    on = fields.Date(metadata={"description": "Day of the answer, today without it"})


class Case(Where):
    """A place, a day, and what is known of the caller's case."""

    surname = fields.String(validate=_SHORT, metadata={"description": "Surname, where a split by letters decides"})
    street = fields.String(validate=_SHORT, metadata={"description": "Street, with a house number where that decides"})
    branch = fields.String(validate=_SHORT, metadata={"description": "Branch of the business"})
    case = fields.String(validate=_SHORT, metadata={"description": "One of the cases that a question names"})
    role = fields.String(validate=validate.OneOf(ROLES), load_default="competent")


class Detail(Case):
    """How much of a service is shown."""

    parts = fields.Boolean(
        load_default=False, metadata={"description": "With the parts of each text: layer, source, date, language"}
    )
    q = fields.String(
        validate=validate.Length(max=2000),
        metadata={"description": "The search that led here, to be counted"},
    )


class Responsible(Case):
    """Who is responsible for one service."""

    unique = fields.Boolean(load_default=False, metadata={"description": "Exactly one authority, or a problem"})
    at = fields.AwareDateTime(
        metadata={"description": "Of several offices those first that are open then: 2026-11-24T10:00:00+01:00"}
    )


class Paged(Where):
    """A page of a list."""

    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class ServiceList(Paged):
    """Which services are listed."""

    leika = fields.String(validate=validate.Regexp(r"^[0-9]{14}$"))
    life_event = fields.String(validate=_SHORT)
    ea = fields.Boolean()
    d115 = fields.Boolean()


class AuthorityList(Paged):
    """Which authorities are listed."""

    category = fields.String(validate=_SHORT)
    parent = fields.String(validate=_SHORT)


class AreaList(Paged):
    """Which areas are listed."""

    q = fields.String(validate=_SHORT)
    kind = fields.String(validate=validate.OneOf(get_args(AreaKind)))


class Moment(Common):
    """A moment."""

    at = fields.AwareDateTime(
        metadata={"description": "With its offset, like 2026-11-24T10:00:00+01:00; now without it"}
    )


class ResponsibilityList(Case):
    """Whose responsibility is asked."""

    service = fields.String(validate=_SHORT)
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class FeeList(Where):
    """Whose fees are asked."""

    service = fields.String(required=True, validate=_SHORT)


class BundleOf(Where):
    """Which services are put together."""

    service = fields.List(fields.String(validate=_SHORT), required=True, validate=validate.Length(1, 25))


class Feed(Where):
    """Which part of a feed is wanted."""

    after = fields.String(
        validate=validate.Length(min=1, max=120),
        metadata={"description": "Cursor of what the reader holds: only what has changed since is sent"},
    )
    limit = fields.Integer(
        validate=validate.Range(1, 1000), metadata={"description": "Most changes of a page; all without it"}
    )

    scope = fields.String(
        load_default="area",
        validate=validate.OneOf(["area", "own"]),
        metadata={"description": "All that applies in the area, or only what its own body executes"},
    )


class Quote(Where):
    """The case of which the costs are asked."""

    age = fields.Integer(validate=validate.Range(0, 150))
    online = fields.Boolean(metadata={"description": "Applied for online, or else on site"})
    urgent = fields.Boolean()
    abroad = fields.Boolean()
    count = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    value = fields.String(validate=_SHORT, metadata={"description": "Euros that percentages are of"})


class Coverage(Where):
    """Which part of the coverage is shown, and how."""

    service = fields.String(validate=_SHORT)
    format = fields.String(validate=validate.OneOf(["html", "csv", "json"]))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


class Search(Paged):
    """A search."""

    q = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    limit = fields.Integer(load_default=10, validate=validate.Range(1, MOST))
    life_event = fields.String(validate=_SHORT, metadata={"description": "Only services of this life event"})
    audience = fields.String(validate=validate.OneOf(get_args(Audience)))
    online = fields.Boolean(load_default=False, metadata={"description": "Only what can be done online"})
    facets = fields.Boolean(load_default=False, metadata={"description": "With counts by life event and audience"})


class Suggest(Where):
    """A beginning."""

    q = fields.String(required=True, validate=_SHORT)
    limit = fields.Integer(load_default=10, validate=validate.Range(1, 50))


class News(Where):
    """How much news of which place; its form is that of its address."""

    class Meta:
        """What the address says already is no parameter."""

        exclude = ("format",)

    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))


class Changes(Common):
    """A page of changes."""

    after = fields.String(load_default="0", validate=validate.Regexp(r"^[0-9]{1,18}(-[0-9a-f]{10})?$"))
    kind = fields.String(validate=validate.OneOf(sorted(KINDS)))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))
