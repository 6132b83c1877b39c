"""The log: lines for people, or JSON for machines, on standard error.

What is done at the moment (a request, a command) is named by ``about`` and stands in each line that is written
meanwhile. What readers type is never written.
"""

from __future__ import annotations

import datetime as dt
import logging
import logging.config
from contextvars import ContextVar
from typing import Any

FORMS = frozenset({"json", "text"})
about: ContextVar[dict[str, object] | None] = ContextVar("about", default=None)
"""What is done at the moment, as fields of each line."""


class Line(logging.Formatter):
    """One object of JSON a line: ``time`` (UTC), ``level``, ``logger``, ``message``, what it is about, the ``fields``
    that come with it, and the ``traceback`` of an error.
    """

    def format(self, record: logging.LogRecord) -> str:
        import msgspec  # noqa: PLC0415  # not for commands that write no log

        time = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **(about.get() or {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


class Words(logging.Formatter):
    """A line to read, with the id of the request at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name that the library calls
        request = (about.get() or {}).get("request")
        return super().formatMessage(record) + (f" [{request}]" if request else "")


class Advice(logging.Filter):
    """Keeps the server's advice on our choice of threads out, which no operator can follow."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Python threads" not in record.getMessage()


def config(form: str) -> dict[str, Any]:
    """The log of a process in a form of ``FORMS``, as ``logging.config`` takes it; also for the server's own lines."""
    formatter = {"()": "busdb.logs.Line" if form == "json" else "busdb.logs.Words"}
    handler = {
        "class": "logging.StreamHandler",
        "formatter": "form",
        "filters": ["advice"],
        "stream": "ext://sys.stderr",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"advice": {"()": "busdb.logs.Advice"}},
        "formatters": {"form": formatter},
        "handlers": {"stderr": handler},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {"busdb": {"level": "INFO"}, "_granian": {"level": "INFO"}},
    }


def write(form: str) -> None:
    """Let this process write its log in a form."""
    logging.config.dictConfig(config(form))
