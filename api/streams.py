"""Long answers at a time: a reader who takes one slowly holds a thread, and some threads are kept for all others."""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Flask, Response

from api import errors
from api.sending import when_sent
from busdb.i18n import message

MOST = 8
"""Long answers that one process sends at a time; ``busdb serve`` gives it some threads more."""
LONG = 1 << 16
"""Bytes from which an answer is long, as buffers may not hold it; one that does not know its length counts as long."""
_free = BoundedSemaphore(MOST)


def install(app: Flask) -> None:
    """Let an application send only so many long answers at a time, and ask further readers to come back."""
    app.after_request(_admit)


def _admit(response: Response) -> Response:
    if not response.is_streamed or (response.content_length or LONG) < LONG:
        return response
    if _free.acquire(blocking=False):
        when_sent(response, _free.release)
        return response
    response.close()
    refused = errors.respond(503, "streams", message("http.busy"))
    refused.headers["Retry-After"] = "5"
    return refused
