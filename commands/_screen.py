"""What a terminal is told: texts of strangers must not steer it (its title, its clipboard, what it types by itself)."""

from __future__ import annotations

import io
import re
import sys

_STEERING = r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
_OUTPUT = re.compile(rf"\x1b(?!\[[\d;]*m)|{_STEERING}")
"""What steers, save our own colours."""
_ERRORS = re.compile(rf"\x1b(?!\[\??[\d;]*[A-Za-z])|{_STEERING}")
"""The same, save also what moves a progress bar."""


class Screen(io.TextIOWrapper):
    """Writes to a terminal; what steers it becomes a sign that shows that something stood there."""

    def __init__(self, stream: io.TextIOWrapper, unwanted: re.Pattern[str]) -> None:
        super().__init__(stream.buffer, stream.encoding, "replace", line_buffering=True)
        self._unwanted = unwanted

    def write(self, text: str) -> int:
        """Write a text without what steers."""
        super().write(self._unwanted.sub("\ufffd", text))
        return len(text)


def guard() -> None:
    """Let output and errors of this process go to terminals guarded; what programs read stays as it is."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.isatty():
        sys.stdout = Screen(sys.stdout, _OUTPUT)
    if isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr.isatty():
        sys.stderr = Screen(sys.stderr, _ERRORS)
