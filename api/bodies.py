"""What requests bring along, taken in at once and of few requests at a time.

A server waits for headers for a while, but for a body as long as its sender likes; who sends none holds a thread. A
proxy that collects requests before it passes them on (nginx does) lets nobody do so.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import request
from werkzeug.exceptions import ServiceUnavailable

from busdb.i18n import message

MOST = 4
"""Bodies that one process waits for at a time; ``busdb serve`` gives it as many threads more."""
_free = BoundedSemaphore(MOST)


def take() -> None:
    """Take in the body of the present request. Raises ``HTTPException`` for one that is too large, or one too many."""
    if not (request.content_length or "Transfer-Encoding" in request.headers):
        return
    if not _free.acquire(blocking=False):
        raise ServiceUnavailable(message("http.busy_bodies"), retry_after=5)
    try:
        request.get_data()  # which remembers it
    finally:
        _free.release()
