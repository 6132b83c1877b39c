"""Where a server listens: a port, or a socket of the system."""

from __future__ import annotations

import socket
from pathlib import Path

from busdb.errors import SetupError

Address = Path | tuple[str, int]


def shown(address: Address) -> str:
    """The address as people read it."""
    return f"unix:{address}" if isinstance(address, Path) else "http://{}:{}".format(*address)


def call(address: Address, patience: float) -> socket.socket:
    """A connection to an address. Raises ``OSError`` where nobody answers."""
    if not isinstance(address, Path):
        return socket.create_connection(address, patience)
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(patience)
    try:
        one.connect(str(address))
    except OSError:
        one.close()
        raise
    return one


def clear(address: Address) -> None:
    """Make sure that nobody listens at an address, and take away a socket that a killed server has left.

    Raises ``SetupError`` where somebody does: the system would let two servers share a port without a word.
    """
    try:
        call(address, 5).close()
    except OSError:
        if isinstance(address, Path) and address.is_socket():
            address.unlink()
        return
    raise SetupError("address_taken", address=shown(address))
