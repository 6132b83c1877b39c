"""The rounding of the value that a fee is a percentage of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fee") as table:
        table.add_column(sa.Column("base_step", sa.BigInteger()))
        table.add_column(sa.Column("base_rounding", sa.Text(), nullable=False, server_default="down"))
    with op.batch_alter_table("fee") as table:
        table.alter_column("base_rounding", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("fee") as table:
        table.drop_column("base_rounding")
        table.drop_column("base_step")
