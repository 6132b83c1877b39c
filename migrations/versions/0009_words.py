"""The words of editors and of people: synonyms, and the log of searches."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "wording",
        sa.Column("object", number, autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_hash", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("everyday", sa.Text(), nullable=False),
        sa.Column("service", number, nullable=True),
        sa.Column("leika_key", sa.Text(), nullable=True),
        sa.Column("official", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["object"], ["number.number"], name=op.f("fk_wording_object")),
        sa.ForeignKeyConstraint(["service"], ["number.number"], name=op.f("fk_wording_service")),
        sa.PrimaryKeyConstraint("object", name=op.f("pk_wording")),
    )
    op.create_index(op.f("ix_wording_service"), "wording", ["service"])
    op.create_table(
        "search_line",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.Column("without_hits", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "day", name=op.f("pk_search_line")),
    )
    op.create_index(op.f("ix_search_line_day"), "search_line", ["day"])
    key = op.create_table(
        "search_key",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_key")),
    )
    op.bulk_insert(key, [{"key": secrets.token_bytes(32)}])


def downgrade() -> None:
    op.drop_table("search_key")
    op.drop_table("search_line")
    op.drop_index(op.f("ix_wording_service"), table_name="wording")
    op.drop_table("wording")
