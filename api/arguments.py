"""The parameters of requests; what does not fit is refused with the parameter's name."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from busdb.records import KINDS

LIMIT, MOST = 50, 200
_SHORT = validate.Length(min=1, max=300)


class Common(Schema):
    """What every endpoint takes."""

    lang = fields.String(validate=validate.Length(min=2, max=10), metadata={"description": "Language of the content"})
    format = fields.String(metadata={"description": "json or xml; beats Accept"})


class Where(Common):
    """A place and a day."""

    ars = fields.String(validate=_SHORT, metadata={"description": "ARS in any legal length, or AGS"})
    place = fields.String(validate=_SHORT, metadata={"description": "Name, postal code, or both"})
    on = fields.Date(metadata={"description": "Day of the answer, today without it"})


class Case(Where):
    """A place, a day, and what is known of the caller's case."""

    surname = fields.String(validate=_SHORT)
    street = fields.String(validate=_SHORT)


class Paged(Where):
    """A page of a list."""

    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class ServiceList(Paged):
    """Which services are listed."""

    leika = fields.String(validate=validate.Regexp(r"^\d{14}$"))
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
    kind = fields.String(validate=_SHORT)


class ResponsibilityList(Case):
    """Whose responsibility is asked."""

    service = fields.String(validate=_SHORT)
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class FeeList(Where):
    """Whose fees are asked."""

    service = fields.String(required=True, validate=_SHORT)


class Search(Paged):
    """A search."""

    q = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    limit = fields.Integer(load_default=10, validate=validate.Range(1, MOST))


class Suggest(Common):
    """A beginning."""

    q = fields.String(required=True, validate=_SHORT)
    ars = fields.String(validate=_SHORT)
    limit = fields.Integer(load_default=10, validate=validate.Range(1, 50))


class Changes(Common):
    """A page of changes."""

    after = fields.String(load_default="0", validate=validate.Regexp(r"^\d{1,18}$"))
    kind = fields.String(validate=validate.OneOf(sorted(KINDS)))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))
