"""Start-up against the bare imports that it cannot do without."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Row, best


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about start-up."""
    yield Row("busdb --help", lambda: (_run(database, "--help"), _bare("import click")), 1.4)
    bare = "import click, sqlalchemy.orm"
    yield Row("a command that reads the database", lambda: (_run(database, "runs", "list"), _bare(bare)), 1.3)


def _run(database: Path, *words: str) -> float:
    program = Path(sys.executable).with_name("busdb")
    environ = {**os.environ, "BUSDB_DATABASE_URL": f"sqlite:///{database}"}
    command = [str(program), *words]
    return best(lambda: subprocess.run(command, env=environ, capture_output=True, check=True), 10)


def _bare(code: str) -> float:
    return best(lambda: subprocess.run([sys.executable, "-c", code], check=True), 10)  # a fixed line
