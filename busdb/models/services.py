"""Services and their parts; life events; the words of people."""

from __future__ import annotations

from sqlalchemy import Boolean, Column

from busdb.models import content
from busdb.models.base import child, codes, computed, day, flag, parts, reference, root, text, whole, words
from busdb.records import Extension

service = root(
    "service",
    text("kind"),
    text("layer", required=True),
    words("federal_types"),
    reference("derived_from", "service"),
    text("reference_place"),
    words("audiences"),
    flag("ea"),
    words("ea_basis"),
    flag("qualification"),
    flag("d115"),
    whole("d115_rank"),
    words("sdg_areas"),
    flag("sdg_annex2"),
    words("nace"),
    words("legal_forms"),
    words("nationalities"),
    flag("written_form"),
    flag("in_person"),
    flag("power_of_attorney"),
    flag("appointment"),
    flag("tacit_approval"),
    text("tacit_period"),
    text("tacit_start"),
    text("tacit_legal_basis"),
    words("identification"),
    text("publication_state", required=True),
    day("valid_from"),
    day("valid_to"),
    day("changed_on"),
    day("reviewed_on"),
    day("review_due"),
    words("unverified"),
    computed(Column("everywhere", Boolean, nullable=False, index=True), lambda record: not record.areas),
    parts("extensions", Extension),
)
service_leika_keys = codes(service, "leika_keys")
service_areas = codes(service, "areas")
service_life_events = child(service, "life_events", reference("target", "life_event", required=True))
service_texts = content.texts(service)
service_synonyms = child(service, "synonyms", text("term", required=True), text("language", required=True))
service_steps = child(
    service, "steps", text("text", required=True), text("language", required=True), text("legal_effect")
)
service_channels = child(
    service, "channels", text("kind", required=True), text("text"), text("language", required=True)
)
service_requirements = child(
    service,
    "requirements",
    text("text", required=True),
    words("applies_to"),
    text("legal_basis"),
    text("language", required=True),
)
service_documents = content.documents(service)
service_deadlines = content.deadlines(service)
service_processing_times = content.processing_times(service)
service_legal_bases = child(service, "legal_bases", text("citation", required=True), text("url"))
service_remedies = child(
    service,
    "remedies",
    text("kind", required=True),
    text("text"),
    text("deadline"),
    text("authority"),
    text("legal_basis"),
    text("language", required=True),
)
service_registers = child(
    service, "registers", text("name", required=True), text("url"), text("access"), text("language", required=True)
)
service_support_bodies = child(
    service,
    "support_bodies",
    text("name", required=True),
    text("kind", required=True),
    text("url"),
    text("phone"),
    text("email"),
)
service_call_questions = child(service, "call_questions", text("text", required=True), text("language", required=True))

life_event = root(
    "life_event",
    text("name", required=True),
    text("description"),
    reference("parent", "life_event"),
    text("audience", required=True),
    text("code"),
    whole("position", required=True),
)
life_event_names = child(life_event, "names", text("language", required=True), text("text", required=True))
life_event_synonyms = child(life_event, "synonyms", text("term", required=True), text("language", required=True))

wording = root(
    "wording",
    text("everyday", required=True),
    reference("service", "service"),
    text("leika_key"),
    text("official"),
    text("language", required=True),
)
