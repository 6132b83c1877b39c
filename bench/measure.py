"""How rows are measured: the best of some runs, each in a state that the row prepares; memory in a fresh process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table: what is measured, how, and the ratio aimed at (megabytes for memory), if one is."""

    name: str
    measure: Callable[[], tuple[float, float]]
    target: float | None
    unit: str = "s"


def best(work: Callable[[], object], runs: int = 3, prepare: Callable[[], object] | None = None) -> float:
    """The shortest of some runs, in seconds; ``prepare`` is not timed."""
    times = []
    for _ in range(runs):
        if prepare:
            prepare()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def peak_above_imports(code: str, work: str) -> float:
    """The peak memory of a fresh process that runs ``work``, above what it needs for ``code`` (its imports), in MB."""
    peak = "int(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    measure = f"{code}\nbefore = {peak}\n{work}\nprint(({peak} - before) / 1024)"
    done = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True)  # our own code
    return float(done.stdout.splitlines()[-1])
