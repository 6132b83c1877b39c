"""Where a finding stands in a table, and what the columns of tables are called at a source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PLACES = ("sheet", "column", "heading", "value", "suggestion")


def upgrade() -> None:
    for name in PLACES:
        op.add_column("finding", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "heading",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.code"], name=op.f("fk_heading_source"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source", "heading", name=op.f("pk_heading")),
    )


def downgrade() -> None:
    op.drop_table("heading")
    for name in PLACES:
        op.drop_column("finding", name)
