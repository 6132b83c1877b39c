"""The application in a worker of ``busdb serve``, which ends with the process that made it, even if that is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

from api.wsgi import application

__all__ = ["application"]


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


_parent = multiprocessing.parent_process()
if _parent is not None:
    threading.Thread(target=_end_with, args=(_parent,), daemon=True).start()
