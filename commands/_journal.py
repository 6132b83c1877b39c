"""A line in the log for each command, where the settings ask for JSON: what it was, how long it took, how it ended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from busdb.errors import BusdbError

INTERRUPTED = 130


@contextmanager
def journal(name: str) -> Iterator[None]:
    """Tell of what is done in the block; what it raises goes on. An unexpected error is told with its traceback."""
    if os.environ.get("BUSDB_LOG") != "json":  # asked here, as wrong settings are told of, too
        yield
        return
    import logging

    from busdb import logs

    logs.write("json")
    logs.about.set({"command": name})
    began = time.monotonic()
    fields: dict[str, object] = {"status": 0}
    trace = False
    try:
        yield
    except click.exceptions.Exit as ended:
        fields["status"] = ended.exit_code
        raise
    except BusdbError as error:
        fields |= {"status": error.exit_status, "error": error.code}
        raise
    except click.ClickException as error:
        fields["status"] = error.exit_code
        raise
    except SystemExit as ended:
        fields["status"] = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        raise
    except KeyboardInterrupt:
        fields["status"] = INTERRUPTED
        raise
    except Exception:
        fields["status"], trace = 1, True
        raise
    finally:
        fields["seconds"] = round(time.monotonic() - began, 3)
        level = logging.ERROR if fields["status"] else logging.INFO
        logging.getLogger("busdb.command").log(level, "command", exc_info=trace, extra={"fields": fields})
