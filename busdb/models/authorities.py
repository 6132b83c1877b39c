"""Authorities as a tree, with addresses, contacts, persons, hours; online services and forms."""

from __future__ import annotations

from sqlalchemy import Column, Text

from busdb.models.base import child, day, flag, parts, real, reference, root, text, whole, words
from busdb.records import Extension, Link

authority = root(
    "authority",
    text("name", required=True),
    text("short_name"),
    text("description"),
    reference("parent", "authority"),
    flag("site", required=True),
    Column("area", Text, index=True),
    words("payment_methods"),
    flag("appointment"),
    text("appointment_url"),
    whole("position"),
    day("valid_from"),
    day("valid_to"),
    day("changed_on"),
    parts("extensions", Extension),
)
authority_names = child(authority, "names", text("language", required=True), text("text", required=True))
authority_categories = child(authority, "categories", Column("value", Text, nullable=False, index=True))
authority_addresses = child(
    authority,
    "addresses",
    text("type", required=True),
    text("street"),
    text("house_number"),
    text("addition"),
    text("room"),
    text("po_box"),
    text("postal_code"),
    text("city"),
    text("locality"),
    real("lat"),
    real("lon"),
    text("wheelchair"),
    flag("elevator"),
    text("accessibility"),
    text("transit"),
    text("parking"),
)
authority_contacts = child(
    authority,
    "contacts",
    text("channel", required=True),
    text("value", required=True),
    text("label"),
    text("limits"),
    text("visibility", required=True),
)
authority_persons = child(
    authority,
    "persons",
    text("name", required=True),
    text("role"),
    text("room"),
    text("phone"),
    text("email"),
    flag("published", required=True),
)
authority_hours = child(
    authority, "hours", text("type", required=True), text("osm"), text("text"), day("valid_from"), day("valid_to")
)
authority_exceptions = child(
    authority, "exceptions", day("first_day"), day("last_day"), text("type", required=True), text("osm"), text("text")
)
authority_internal115 = child(
    authority,
    "internal115",
    text("second_level_phone"),
    text("back_office_email"),
    text("forward_rule"),
    text("note"),
    day("note_valid_to"),
)

online_service = root(
    "online_service",
    text("name", required=True),
    text("description"),
    parts("links", Link),
    text("assurance_level"),
    words("account"),
    words("identification"),
    text("signature"),
    words("payment_methods"),
    flag("fully_online"),
    flag("cross_border"),
    words("languages"),
    text("status", required=True),
    day("checked_on"),
    day("valid_from"),
    day("valid_to"),
    parts("extensions", Extension),
)
online_service_names = child(online_service, "names", text("language", required=True), text("text", required=True))

form = root(
    "form",
    text("name", required=True),
    text("description"),
    parts("links", Link),
    text("number"),
    flag("accessible"),
    day("valid_from"),
    day("valid_to"),
    parts("extensions", Extension),
)
form_names = child(form, "names", text("language", required=True), text("text", required=True))
