"""The schema history, for Alembic."""
