"""``make bench``: each row times busdb and a bare limit side by side in the same run and prints their ratio.

Usage: ``python -m bench [--scale 1.0] [--only WORD]``. Nothing is asserted.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench import deltas, exports, faces, finder, http, imports, large_state, quality, search, start, tables, xzufi
from bench.measure import Row

FOLDER = Path("var/bench")


def main() -> None:
    """Make the large state, measure, print the table."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the state, 1.0 is a whole state")
    parser.add_argument("--only", default="", help="only rows whose name contains this word")
    options = parser.parse_args()
    state = FOLDER / f"state-{options.scale}.jsonl"
    if not state.exists():
        count = large_state.write(state, options.scale)
        print(f"made {state}: {count} records, {state.stat().st_size / 1e6:.0f} MB")
    print(f"{'what':44} {'busdb':>12} {'bare limit':>12} {'ratio':>7} {'target':>7}")
    database = FOLDER / f"state-{options.scale}.sqlite3"
    if options.only:
        imports.ensure(state, database)
    for module in (imports, tables, exports, deltas, xzufi, finder, quality, http, search, faces, start):
        for row in module.rows(state, database):
            if options.only in row.name:
                _print(row)


def _print(row: Row) -> None:
    ours, bare = row.measure()
    ratio = ours / bare if bare else float("nan")
    target = "–" if row.target is None else f"{row.target:.1f}x" if row.unit != "MB" else f"{row.target:.0f}"
    shown = f"{ratio:6.2f}x" if row.unit != "MB" else "      –"
    print(f"{row.name:44} {ours:9.3f} {row.unit:>2} {bare:9.3f} {row.unit:>2} {shown} {target:>7}", flush=True)


if __name__ == "__main__":
    main()
