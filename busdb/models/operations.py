"""Sources, import runs with their findings, the change log, what readers sum up from it, and API keys."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)

from busdb.models.base import day, flag, metadata, moment, number, text, whole, words

number.append_constraint(UniqueConstraint(number.c.kind, number.c.source, number.c.value))

source = Table(
    "source",
    metadata,
    Column("code", Text, primary_key=True),
    text("name", required=True),
    words("agencies"),
    text("licence"),
    text("attribution"),
    text("contact_email"),
    flag("redistribute", required=True),
    words("mandate_areas"),
    words("mandate_kinds"),
    words("mandate_modules"),
    Column("four_eyes", Boolean, nullable=False, server_default=false()),
)
"""Who delivers. Empty mandates are open. With ``four_eyes`` an import needs a second person."""

editor = Table(
    "editor",
    metadata,
    Column("name", Text, primary_key=True),
    text("role", required=True),
    words("sources"),
    moment("created_at", required=True),
)
"""People whom a channel names, with the sources in whose name they act."""

run = Table(
    "run",
    metadata,
    Column("run", Integer, primary_key=True),
    text("source", required=True),
    text("format", required=True),
    words("files"),
    text("area"),
    flag("complete", required=True),
    text("status", required=True),
    moment("started_at", required=True),
    moment("finished_at"),
    text("counts"),
    whole("findings_total"),
    text("error"),
    text("editor"),
    text("approved_by"),
    whole("of"),
    text("digest"),
    Column("position", BigInteger),
)
"""Whatever changed records: imports and undos. ``editor`` answers for it, as the channel says (NULL: before there were
editors); ``of`` is the run that it takes back, or the draft that it publishes. ``digest`` is by what its delivery is
known when it comes again (NULL: it is read anew), ``position`` where the change log stood when the run began."""

draft = Table(
    "draft",
    metadata,
    Column("run", ForeignKey(run.c.run, ondelete="CASCADE"), primary_key=True),
    text("wish", required=True),
)
"""A delivery that is kept until somebody publishes it; ``wish`` is how it is to be imported, as JSON."""

draft_file = Table(
    "draft_file",
    metadata,
    Column("run", ForeignKey(draft.c.run, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("name", required=True),
    Column("data", LargeBinary, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("run", ForeignKey(run.c.run, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text("code", required=True),
    text("file"),
    whole("line"),
    text("ref"),
    text("path"),
    text("values"),
    text("sheet"),
    text("column"),
    text("heading"),
    text("value"),
    text("suggestion"),
)

heading = Table(
    "heading",
    metadata,
    Column("source", ForeignKey(source.c.code, ondelete="CASCADE"), primary_key=True),
    Column("heading", Text, primary_key=True),
    text("column", required=True),
)
"""What the columns of tables are called at a source that calls them otherwise."""

change = Table(
    "change",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("run", ForeignKey(run.c.run), index=True),
    text("kind", required=True),
    Column("number", ForeignKey(number.c.number), nullable=False),
    text("op", required=True),
    text("public_op"),
    text("hash"),
    text("public_hash"),
    moment("changed_at", required=True),
    Column("record", LargeBinary),
)
"""The change log, in the order of commits. ``record`` is the canonical form of the record after the change;
``public_op`` is what public readers see of it (NULL: nothing)."""
Index("ix_change_number_seq", change.c.number, change.c.seq)
GONE = change.c.public_op == literal_column("'delete'")
"""The condition that a change took something from the public, in the words of its index."""
Index("ix_change_gone", change.c.seq, sqlite_where=GONE, postgresql_where=GONE)

tally = Table(
    "tally",
    metadata,
    Column("kind", Text, primary_key=True),
    whole("count", required=True),
    text("checksum", required=True),
)
"""Count and set checksum of the public records of a kind, kept up to date with each change."""

scope = Table(
    "scope",
    metadata,
    Column("code", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("public_seq", BigInteger, nullable=False),
    moment("changed_at", required=True),
)
"""The last change that concerns an area, so that a reader of this area needs one cheap read to see that it is up to
date. What concerns all areas stands under the country."""

api_key = Table(
    "api_key",
    metadata,
    Column("key", Integer, primary_key=True),
    text("name", required=True),
    Column("digest", Text, nullable=False, unique=True),
    words("scopes"),
    words("areas"),
    moment("created_at", required=True),
    day("expires_on"),
    moment("revoked_at"),
    day("used_on"),
)
"""``areas`` are those in which a key opens internal content (none: all); ``used_on`` is the last day of its use."""

subscription = Table(
    "subscription",
    metadata,
    Column("url", Text, primary_key=True),
    text("source", required=True),
    text("next_url", required=True),
    moment("followed_at", required=True),
)
"""What is followed of other installations, by the address of its first page, and where the next run goes on."""
