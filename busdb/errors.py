"""Expected errors: each says what is wrong and what to do. ``cli`` and ``api`` show them as they are."""

from __future__ import annotations

from typing import ClassVar

from busdb import i18n


class BusdbError(Exception):
    """Base of all expected errors.

    ``code`` names a sentence of the catalogue, ``values`` fill its gaps. ``exit_status`` is what the command line
    ends with; docs/operations.md lists them.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}

    def __str__(self) -> str:
        return i18n.message(self.code, self.values)


class InputError(BusdbError):
    """A file, option or parameter cannot be used."""

    exit_status = 3


class NotFoundError(BusdbError):
    """What was asked for does not exist."""

    exit_status = 4


class GoneError(NotFoundError):
    """What was asked for is no longer kept."""


class RefusedError(BusdbError):
    """The input is readable but must not be applied: too many deletions or rejections."""

    exit_status = 5


class BusyError(BusdbError):
    """Another process holds the lock."""

    exit_status = 6


class OverdueError(BusyError):
    """The work was not done by its deadline (``busdb.deadline``)."""


class SetupError(BusdbError):
    """The installation is not ready: no database, old migrations, bad settings."""

    exit_status = 7
