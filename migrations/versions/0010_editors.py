"""Who answers for a run, and which run it takes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("editor", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("of", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "of")
    op.drop_column("run", "editor")
