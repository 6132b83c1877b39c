"""The areas of API keys, and the day of their last use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("areas", sa.Text(), nullable=True))
    op.add_column("api_key", sa.Column("used_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_key", "used_on")
    op.drop_column("api_key", "areas")
