"""Visits of pages, counted by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keys = ("page", "what", "value")
    op.create_table(
        "visit",
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in keys),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", *keys, name=op.f("pk_visit")),
    )


def downgrade() -> None:
    op.drop_table("visit")
