"""By what a delivery is known when it comes again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("digest", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("position", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "position")
    op.drop_column("run", "digest")
