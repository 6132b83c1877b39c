"""Telling systemd that the server answers (``Type=notify``); elsewhere nothing."""

from __future__ import annotations

import os
import socket
import threading
import time

from commands._address import Address, call

PATIENCE = 90
"""Seconds after which systemd has given up by itself."""


def tell_when_answering(address: Address) -> None:
    """Send READY=1 to the socket that systemd names as soon as somebody answers at an address; returns at once."""
    told = os.environ.get("NOTIFY_SOCKET")  # said by systemd to this process, no setting
    if told:
        threading.Thread(target=_watch, args=(told, address), daemon=True).start()


def _watch(told: str, address: Address) -> None:
    for _ in range(PATIENCE * 10):
        try:
            _ask(address)
        except OSError:
            time.sleep(0.1)
            continue
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.connect(told.replace("@", "\0", 1) if told.startswith("@") else told)
            one.send(b"READY=1")
        return


def _ask(address: Address) -> None:
    """Ask for a sign of life. Raises ``OSError`` while there is none."""
    with call(address, PATIENCE) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        if not one.recv(64).startswith(b"HTTP/1.1 200"):
            raise ConnectionError
