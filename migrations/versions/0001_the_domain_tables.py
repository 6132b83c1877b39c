"""The domain tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_table(
        "number",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number")),
        sa.UniqueConstraint("kind", "source", "value", name=op.f("uq_number_kind_source_value")),
    )
    op.create_table(
        "run",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("findings_total", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_run")),
    )
    op.create_table(
        "scope",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("public_seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_scope")),
    )
    op.create_table(
        "source",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agencies", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("redistribute", sa.Boolean(), nullable=False),
        sa.Column("mandate_areas", sa.Text(), nullable=True),
        sa.Column("mandate_kinds", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_source")),
    )
    op.create_table(
        "tally",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_tally")),
    )
    op.create_table(
        "area",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ars", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("successor", sa.Text(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_area_object")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_area")),
    )
    op.create_table(
        "authority",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("parent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("site", sa.Boolean(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("payment_methods", sa.Text(), nullable=True),
        sa.Column("appointment", sa.Boolean(), nullable=True),
        sa.Column("appointment_url", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_authority_object")),
        sa.ForeignKeyConstraint(["parent"], ["number.number"], name=op.f("fk_authority_parent")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_authority")),
    )
    op.create_index(op.f("ix_authority_area"), "authority", ["area"], unique=False)
    op.create_index(op.f("ix_authority_parent"), "authority", ["parent"], unique=False)
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("public_op", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["number.number"], name=op.f("fk_change_number")),
        sa.ForeignKeyConstraint(["run"], ["run.run"], name=op.f("fk_change_run")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index("ix_change_number_seq", "change", ["number", "seq"], unique=False)
    op.create_index(op.f("ix_change_run"), "change", ["run"], unique=False)
    op.create_table(
        "fee",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("amount_min", sa.BigInteger(), nullable=True),
        sa.Column("amount_max", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.Text(), nullable=True),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("exemption", sa.Text(), nullable=True),
        sa.Column("surcharge", sa.Boolean(), nullable=False),
        sa.Column("prepayment", sa.Boolean(), nullable=True),
        sa.Column("payment_methods", sa.Text(), nullable=True),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("legal_basis_url", sa.Text(), nullable=True),
        sa.Column("tariff_number", sa.Text(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("parsed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_fee_object")),
        sa.ForeignKeyConstraint(["service"], ["number.number"], name=op.f("fk_fee_service")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_fee")),
    )
    op.create_index(op.f("ix_fee_area"), "fee", ["area"], unique=False)
    op.create_index(op.f("ix_fee_service"), "fee", ["service"], unique=False)
    op.create_table(
        "finding",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("values", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["run.run"], name=op.f("fk_finding_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "position", name=op.f("pk_finding")),
    )
    op.create_table(
        "form",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("links", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("accessible", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_form_object")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_form")),
    )
    op.create_table(
        "life_event",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("parent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_life_event_object")),
        sa.ForeignKeyConstraint(["parent"], ["number.number"], name=op.f("fk_life_event_parent")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_life_event")),
    )
    op.create_index(op.f("ix_life_event_parent"), "life_event", ["parent"], unique=False)
    op.create_table(
        "local_addition",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_local_addition_object")),
        sa.ForeignKeyConstraint(["service"], ["number.number"], name=op.f("fk_local_addition_service")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_local_addition")),
    )
    op.create_index(op.f("ix_local_addition_area"), "local_addition", ["area"], unique=False)
    op.create_index(op.f("ix_local_addition_service"), "local_addition", ["service"], unique=False)
    op.create_table(
        "notice",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authority", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["authority"], ["number.number"], name=op.f("fk_notice_authority")),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_notice_object")),
        sa.ForeignKeyConstraint(["service"], ["number.number"], name=op.f("fk_notice_service")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_area"), "notice", ["area"], unique=False)
    op.create_index(op.f("ix_notice_authority"), "notice", ["authority"], unique=False)
    op.create_index(op.f("ix_notice_service"), "notice", ["service"], unique=False)
    op.create_table(
        "offer",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("covered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["covered_by"], ["number.number"], name=op.f("fk_offer_covered_by")),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_offer_object")),
        sa.ForeignKeyConstraint(["service"], ["number.number"], name=op.f("fk_offer_service")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_area"), "offer", ["area"], unique=False)
    op.create_index(op.f("ix_offer_covered_by"), "offer", ["covered_by"], unique=False)
    op.create_index(op.f("ix_offer_service"), "offer", ["service"], unique=False)
    op.create_table(
        "online_service",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("links", sa.Text(), nullable=True),
        sa.Column("assurance_level", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("identification", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("payment_methods", sa.Text(), nullable=True),
        sa.Column("fully_online", sa.Boolean(), nullable=True),
        sa.Column("cross_border", sa.Boolean(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_online_service_object")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_online_service")),
    )
    op.create_table(
        "responsibility",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authority", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("online_service", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("form", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("executor", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["number.number"], name=op.f("fk_responsibility_authority")),
        sa.ForeignKeyConstraint(["form"], ["number.number"], name=op.f("fk_responsibility_form")),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_responsibility_object")),
        sa.ForeignKeyConstraint(["online_service"], ["number.number"], name=op.f("fk_responsibility_online_service")),
        sa.ForeignKeyConstraint(["service"], ["number.number"], name=op.f("fk_responsibility_service")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_responsibility")),
    )
    op.create_index(op.f("ix_responsibility_authority"), "responsibility", ["authority"], unique=False)
    op.create_index(op.f("ix_responsibility_everywhere"), "responsibility", ["everywhere"], unique=False)
    op.create_index(op.f("ix_responsibility_form"), "responsibility", ["form"], unique=False)
    op.create_index(op.f("ix_responsibility_online_service"), "responsibility", ["online_service"], unique=False)
    op.create_index(op.f("ix_responsibility_service"), "responsibility", ["service"], unique=False)
    op.create_table(
        "service",
        sa.Column("object", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("federal_types", sa.Text(), nullable=True),
        sa.Column("derived_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reference_place", sa.Text(), nullable=True),
        sa.Column("audiences", sa.Text(), nullable=True),
        sa.Column("ea", sa.Boolean(), nullable=True),
        sa.Column("ea_basis", sa.Text(), nullable=True),
        sa.Column("qualification", sa.Boolean(), nullable=True),
        sa.Column("d115", sa.Boolean(), nullable=True),
        sa.Column("d115_rank", sa.Integer(), nullable=True),
        sa.Column("sdg_areas", sa.Text(), nullable=True),
        sa.Column("sdg_annex2", sa.Boolean(), nullable=True),
        sa.Column("nace", sa.Text(), nullable=True),
        sa.Column("legal_forms", sa.Text(), nullable=True),
        sa.Column("nationalities", sa.Text(), nullable=True),
        sa.Column("written_form", sa.Boolean(), nullable=True),
        sa.Column("in_person", sa.Boolean(), nullable=True),
        sa.Column("power_of_attorney", sa.Boolean(), nullable=True),
        sa.Column("appointment", sa.Boolean(), nullable=True),
        sa.Column("tacit_approval", sa.Boolean(), nullable=True),
        sa.Column("tacit_period", sa.Text(), nullable=True),
        sa.Column("tacit_start", sa.Text(), nullable=True),
        sa.Column("tacit_legal_basis", sa.Text(), nullable=True),
        sa.Column("identification", sa.Text(), nullable=True),
        sa.Column("publication_state", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("unverified", sa.Text(), nullable=True),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["derived_from"], ["number.number"], name=op.f("fk_service_derived_from")),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_service_object")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_service")),
    )
    op.create_index(op.f("ix_service_derived_from"), "service", ["derived_from"], unique=False)
    op.create_index(op.f("ix_service_everywhere"), "service", ["everywhere"], unique=False)
    op.create_table(
        "area_aliases",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["area.object"], name=op.f("fk_area_aliases_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_area_aliases")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "area_members",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("first", sa.Text(), nullable=True),
        sa.Column("last", sa.Text(), nullable=True),
        sa.Column("parity", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["area.object"], name=op.f("fk_area_members_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_area_members")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "area_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["area.object"], name=op.f("fk_area_names_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_area_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "area_postal_codes",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["area.object"], name=op.f("fk_area_postal_codes_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_area_postal_codes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_area_postal_codes_value"), "area_postal_codes", ["value"], unique=False)
    op.create_table(
        "authority_addresses",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("house_number", sa.Text(), nullable=True),
        sa.Column("addition", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("po_box", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("locality", sa.Text(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("wheelchair", sa.Text(), nullable=True),
        sa.Column("elevator", sa.Boolean(), nullable=True),
        sa.Column("accessibility", sa.Text(), nullable=True),
        sa.Column("transit", sa.Text(), nullable=True),
        sa.Column("parking", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_addresses_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_addresses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authority_categories",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_categories_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_categories")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_authority_categories_value"), "authority_categories", ["value"], unique=False)
    op.create_table(
        "authority_contacts",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("limits", sa.Text(), nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_contacts_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_contacts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authority_exceptions",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("osm", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_exceptions_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_exceptions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authority_hours",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("osm", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_hours_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_hours")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authority_internal115",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("second_level_phone", sa.Text(), nullable=True),
        sa.Column("back_office_email", sa.Text(), nullable=True),
        sa.Column("forward_rule", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("note_valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_internal115_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_internal115")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authority_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_names_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "authority_persons",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["authority.object"], name=op.f("fk_authority_persons_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_authority_persons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fee_translations",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("exemption", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["fee.object"], name=op.f("fk_fee_translations_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_fee_translations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "form_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["form.object"], name=op.f("fk_form_names_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_form_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "life_event_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["life_event.object"], name=op.f("fk_life_event_names_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_life_event_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "life_event_synonyms",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["life_event.object"], name=op.f("fk_life_event_synonyms_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_life_event_synonyms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "local_addition_deadlines",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("duration", sa.Text(), nullable=True),
        sa.Column("duration_max", sa.Text(), nullable=True),
        sa.Column("date_from", sa.Text(), nullable=True),
        sa.Column("date_to", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["local_addition.object"], name=op.f("fk_local_addition_deadlines_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_local_addition_deadlines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "local_addition_documents",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("formats", sa.Text(), nullable=True),
        sa.Column("translation", sa.Text(), nullable=True),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("form", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["form"], ["number.number"], name=op.f("fk_local_addition_documents_form")),
        sa.ForeignKeyConstraint(
            ["owner"], ["local_addition.object"], name=op.f("fk_local_addition_documents_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_local_addition_documents")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_local_addition_documents_form"), "local_addition_documents", ["form"], unique=False)
    op.create_table(
        "local_addition_forms",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["local_addition.object"], name=op.f("fk_local_addition_forms_owner"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target"], ["number.number"], name=op.f("fk_local_addition_forms_target")),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_local_addition_forms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_local_addition_forms_target"), "local_addition_forms", ["target"], unique=False)
    op.create_table(
        "local_addition_online_services",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["local_addition.object"],
            name=op.f("fk_local_addition_online_services_owner"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["target"], ["number.number"], name=op.f("fk_local_addition_online_services_target")),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_local_addition_online_services")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_local_addition_online_services_target"), "local_addition_online_services", ["target"], unique=False
    )
    op.create_table(
        "local_addition_processing_times",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minimum", sa.Text(), nullable=True),
        sa.Column("maximum", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("starts_with", sa.Text(), nullable=True),
        sa.Column("extendable", sa.Text(), nullable=True),
        sa.Column("average", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["local_addition.object"],
            name=op.f("fk_local_addition_processing_times_owner"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_local_addition_processing_times")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "local_addition_texts",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("replaceable", sa.Boolean(), nullable=False),
        sa.Column("machine_translated", sa.Boolean(), nullable=False),
        sa.Column("links", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["local_addition.object"], name=op.f("fk_local_addition_texts_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_local_addition_texts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["notice.object"], name=op.f("fk_notice_names_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_notice_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offer_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["offer.object"], name=op.f("fk_offer_names_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_offer_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "online_service_names",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["online_service.object"], name=op.f("fk_online_service_names_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_online_service_names")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "responsibility_areas",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["responsibility.object"], name=op.f("fk_responsibility_areas_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_responsibility_areas")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_responsibility_areas_value"), "responsibility_areas", ["value"], unique=False)
    op.create_table(
        "responsibility_criteria",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=True),
        sa.Column("last", sa.Text(), nullable=True),
        sa.Column("parity", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["responsibility.object"], name=op.f("fk_responsibility_criteria_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_responsibility_criteria")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "responsibility_excluded_areas",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["responsibility.object"],
            name=op.f("fk_responsibility_excluded_areas_owner"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_responsibility_excluded_areas")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_responsibility_excluded_areas_value"), "responsibility_excluded_areas", ["value"], unique=False
    )
    op.create_table(
        "service_areas",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["service.object"], name=op.f("fk_service_areas_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_areas")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_service_areas_value"), "service_areas", ["value"], unique=False)
    op.create_table(
        "service_call_questions",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_call_questions_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_call_questions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_channels",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_channels_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_channels")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_deadlines",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("duration", sa.Text(), nullable=True),
        sa.Column("duration_max", sa.Text(), nullable=True),
        sa.Column("date_from", sa.Text(), nullable=True),
        sa.Column("date_to", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_deadlines_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_deadlines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_documents",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("formats", sa.Text(), nullable=True),
        sa.Column("translation", sa.Text(), nullable=True),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("form", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["form"], ["number.number"], name=op.f("fk_service_documents_form")),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_documents_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_documents")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_service_documents_form"), "service_documents", ["form"], unique=False)
    op.create_table(
        "service_legal_bases",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_legal_bases_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_legal_bases")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_leika_keys",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_leika_keys_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_leika_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_service_leika_keys_value"), "service_leika_keys", ["value"], unique=False)
    op.create_table(
        "service_life_events",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_life_events_owner"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target"], ["number.number"], name=op.f("fk_service_life_events_target")),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_life_events")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_service_life_events_target"), "service_life_events", ["target"], unique=False)
    op.create_table(
        "service_processing_times",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minimum", sa.Text(), nullable=True),
        sa.Column("maximum", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("starts_with", sa.Text(), nullable=True),
        sa.Column("extendable", sa.Text(), nullable=True),
        sa.Column("average", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_processing_times_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_processing_times")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_registers",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_registers_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_registers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_remedies",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_remedies_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_remedies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_requirements",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("applies_to", sa.Text(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_requirements_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_requirements")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_steps",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("legal_effect", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["service.object"], name=op.f("fk_service_steps_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_steps")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_support_bodies",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_support_bodies_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_support_bodies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_synonyms",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["service.object"], name=op.f("fk_service_synonyms_owner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_synonyms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_texts",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("replaceable", sa.Boolean(), nullable=False),
        sa.Column("machine_translated", sa.Boolean(), nullable=False),
        sa.Column("links", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["service.object"], name=op.f("fk_service_texts_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "position", name=op.f("pk_service_texts")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("service_texts")
    op.drop_table("service_synonyms")
    op.drop_table("service_support_bodies")
    op.drop_table("service_steps")
    op.drop_table("service_requirements")
    op.drop_table("service_remedies")
    op.drop_table("service_registers")
    op.drop_table("service_processing_times")
    op.drop_index(op.f("ix_service_life_events_target"), table_name="service_life_events")
    op.drop_table("service_life_events")
    op.drop_index(op.f("ix_service_leika_keys_value"), table_name="service_leika_keys")
    op.drop_table("service_leika_keys")
    op.drop_table("service_legal_bases")
    op.drop_index(op.f("ix_service_documents_form"), table_name="service_documents")
    op.drop_table("service_documents")
    op.drop_table("service_deadlines")
    op.drop_table("service_channels")
    op.drop_table("service_call_questions")
    op.drop_index(op.f("ix_service_areas_value"), table_name="service_areas")
    op.drop_table("service_areas")
    op.drop_index(op.f("ix_responsibility_excluded_areas_value"), table_name="responsibility_excluded_areas")
    op.drop_table("responsibility_excluded_areas")
    op.drop_table("responsibility_criteria")
    op.drop_index(op.f("ix_responsibility_areas_value"), table_name="responsibility_areas")
    op.drop_table("responsibility_areas")
    op.drop_table("online_service_names")
    op.drop_table("offer_names")
    op.drop_table("notice_names")
    op.drop_table("local_addition_texts")
    op.drop_table("local_addition_processing_times")
    op.drop_index(op.f("ix_local_addition_online_services_target"), table_name="local_addition_online_services")
    op.drop_table("local_addition_online_services")
    op.drop_index(op.f("ix_local_addition_forms_target"), table_name="local_addition_forms")
    op.drop_table("local_addition_forms")
    op.drop_index(op.f("ix_local_addition_documents_form"), table_name="local_addition_documents")
    op.drop_table("local_addition_documents")
    op.drop_table("local_addition_deadlines")
    op.drop_table("life_event_synonyms")
    op.drop_table("life_event_names")
    op.drop_table("form_names")
    op.drop_table("fee_translations")
    op.drop_table("authority_persons")
    op.drop_table("authority_names")
    op.drop_table("authority_internal115")
    op.drop_table("authority_hours")
    op.drop_table("authority_exceptions")
    op.drop_table("authority_contacts")
    op.drop_index(op.f("ix_authority_categories_value"), table_name="authority_categories")
    op.drop_table("authority_categories")
    op.drop_table("authority_addresses")
    op.drop_index(op.f("ix_area_postal_codes_value"), table_name="area_postal_codes")
    op.drop_table("area_postal_codes")
    op.drop_table("area_names")
    op.drop_table("area_members")
    op.drop_table("area_aliases")
    op.drop_index(op.f("ix_service_everywhere"), table_name="service")
    op.drop_index(op.f("ix_service_derived_from"), table_name="service")
    op.drop_table("service")
    op.drop_index(op.f("ix_responsibility_service"), table_name="responsibility")
    op.drop_index(op.f("ix_responsibility_online_service"), table_name="responsibility")
    op.drop_index(op.f("ix_responsibility_form"), table_name="responsibility")
    op.drop_index(op.f("ix_responsibility_everywhere"), table_name="responsibility")
    op.drop_index(op.f("ix_responsibility_authority"), table_name="responsibility")
    op.drop_table("responsibility")
    op.drop_table("online_service")
    op.drop_index(op.f("ix_offer_service"), table_name="offer")
    op.drop_index(op.f("ix_offer_covered_by"), table_name="offer")
    op.drop_index(op.f("ix_offer_area"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_notice_service"), table_name="notice")
    op.drop_index(op.f("ix_notice_authority"), table_name="notice")
    op.drop_index(op.f("ix_notice_area"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_local_addition_service"), table_name="local_addition")
    op.drop_index(op.f("ix_local_addition_area"), table_name="local_addition")
    op.drop_table("local_addition")
    op.drop_index(op.f("ix_life_event_parent"), table_name="life_event")
    op.drop_table("life_event")
    op.drop_table("form")
    op.drop_table("finding")
    op.drop_index(op.f("ix_fee_service"), table_name="fee")
    op.drop_index(op.f("ix_fee_area"), table_name="fee")
    op.drop_table("fee")
    op.drop_index(op.f("ix_change_run"), table_name="change")
    op.drop_index("ix_change_number_seq", table_name="change")
    op.drop_table("change")
    op.drop_index(op.f("ix_authority_parent"), table_name="authority")
    op.drop_index(op.f("ix_authority_area"), table_name="authority")
    op.drop_table("authority")
    op.drop_table("area")
    op.drop_table("tally")
    op.drop_table("source")
    op.drop_table("scope")
    op.drop_table("run")
    op.drop_table("number")
    op.drop_table("api_key")
