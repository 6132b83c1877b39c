"""What a check of an installation comes to."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Status = Literal["ok", "warn", "bad"]


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: how it is, in a sentence, and the command that mends it."""

    name: str
    status: Status
    message: str
    mend: str | None = None


def ok(name: str, message: str) -> Check:
    """Nothing is to be done."""
    return Check(name=name, status="ok", message=message)


def warn(name: str, message: str, mend: str) -> Check:
    """It works, and somebody should look at it."""
    return Check(name=name, status="warn", message=message, mend=mend)


def bad(name: str, message: str, mend: str) -> Check:
    """Something does not work, or soon will not."""
    return Check(name=name, status="bad", message=message, mend=mend)
