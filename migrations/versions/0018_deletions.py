"""Deletions are found in the change log by an index of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    gone = sa.text("public_op = 'delete'")
    op.create_index("ix_change_gone", "change", ["seq"], sqlite_where=gone, postgresql_where=gone)


def downgrade() -> None:
    op.drop_index("ix_change_gone", "change")
