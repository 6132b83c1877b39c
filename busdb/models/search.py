"""The search index of PostgreSQL, and the log of searches. On SQLite the tables of the index stay empty."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import BigInteger, Column, Date, Dialect, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.types import TypeDecorator

from busdb.models.base import metadata, text, whole

FIELDS = ("name", "synonyms", "teaser", "text")
LISTS = ("keys", "marks")


class OfPostgres(TypeDecorator[Any]):
    """A type that PostgreSQL alone has, text elsewhere: on SQLite no command waits for its module to be loaded."""

    impl = Text
    cache_ok = True

    def __init__(self, name: Literal["texts", "vector"]) -> None:
        super().__init__()
        self.name = name

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The type of the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR  # noqa: PLC0415  # see above

        return dialect.type_descriptor(ARRAY(Text) if self.name == "texts" else TSVECTOR())


search_document = Table(
    "search_document",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    *(Column(name, OfPostgres("texts"), nullable=False) for name in LISTS),
    text("shown", required=True),
    text("digest", required=True),
    *(Column(name, OfPostgres("vector"), nullable=False) for name in FIELDS),
)
"""A document of the index; a number is never used again, so that lists of numbers which a reader keeps stay true."""
for _name in (*LISTS, *FIELDS):
    Index(f"ix_search_document_{_name}", search_document.c[_name], postgresql_using="gin")

search_state = Table(
    "search_state",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    whole("revision", required=True),
    Column("cursor", BigInteger, nullable=False),
    text("form", required=True),
)
"""One row: the generation of the index, how often it was written since, the change that it has come to, its form."""

search_line = Table(
    "search_line",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("day", Date, primary_key=True, index=True),
    text("line"),
    whole("sightings", required=True),
    whole("without_hits", required=True),
    whole("clicks", required=True),
)
"""How often a line was searched on a day. ``digest`` is keyed; ``line`` is empty until it was seen three times."""

search_key = Table("search_key", metadata, Column("key", LargeBinary, primary_key=True))
"""One row: the key of the digests, made at random with the table."""
