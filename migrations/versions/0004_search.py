"""The search index of PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIELDS = ("name", "synonyms", "teaser", "text")
LISTS = ("keys", "marks")


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, ARRAY(sa.Text()).with_variant(sa.Text(), "sqlite"), nullable=False) for name in LISTS),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        *(sa.Column(name, TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False) for name in FIELDS),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_document")),
        sa.UniqueConstraint("id", name=op.f("uq_search_document_id")),
    )
    for name in (*LISTS, *FIELDS):
        op.create_index(f"ix_search_document_{name}", "search_document", [name], postgresql_using="gin")
    op.create_table(
        "search_state",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generation", name=op.f("pk_search_state")),
    )


def downgrade() -> None:
    op.drop_table("search_state")
    op.drop_table("search_document")
