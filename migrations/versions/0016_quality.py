"""Findings over time, and what links lead to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    keys = [
        sa.Column(name, id_text if name == "id" else sa.Text(), nullable=False)
        for name in ("source", "code", "kind", "id", "path")
    ]
    op.create_table(
        "quality_finding",
        *keys,
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(*(key.name for key in keys), name=op.f("pk_quality_finding")),
    )
    op.create_table(
        "quality_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "code", name=op.f("pk_quality_count")),
    )
    op.create_table(
        "link",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link")),
    )


def downgrade() -> None:
    for table in ("link", "quality_count", "quality_finding"):
        op.drop_table(table)
