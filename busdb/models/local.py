"""What lower layers say about a service: additions, offers, notices."""

from __future__ import annotations

from sqlalchemy import Column, Text

from busdb.models import content
from busdb.models.base import child, day, parts, reference, root, text
from busdb.records import Extension

local_addition = root(
    "local_addition",
    reference("service", "service", required=True),
    Column("area", Text, nullable=False, index=True),
    text("mode", required=True),
    day("valid_from"),
    day("valid_to"),
    day("changed_on"),
    parts("extensions", Extension),
)
local_addition_texts = content.texts(local_addition)
local_addition_documents = content.documents(local_addition)
local_addition_deadlines = content.deadlines(local_addition)
local_addition_processing_times = content.processing_times(local_addition)
local_addition_forms = child(local_addition, "forms", reference("target", "form", required=True))
local_addition_online_services = child(
    local_addition, "online_services", reference("target", "online_service", required=True)
)

offer = root(
    "offer",
    reference("service", "service", required=True),
    Column("area", Text, nullable=False, index=True),
    text("status", required=True),
    text("reason"),
    reference("covered_by", "service"),
    day("valid_from"),
    day("valid_to"),
)
offer_names = child(offer, "names", text("language", required=True), text("text", required=True))

notice = root(
    "notice",
    text("text", required=True),
    reference("authority", "authority"),
    reference("service", "service"),
    Column("area", Text, index=True),
    text("audience", required=True),
    text("severity", required=True),
    day("valid_from"),
    day("valid_to"),
)
notice_names = child(notice, "names", text("language", required=True), text("text", required=True))
