"""What every peer program does around its own part: read the options, measure, print a line for each workload."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.shapes import RUNS
from benchmarks.stopwatch import Contender, Stalled, measure

Enter = Callable[[str, int, Path], AbstractContextManager[Contender]]


def main(enter: Enter) -> None:
    """Measure the contender that `enter(url of its server, number of workers, folder)` brings up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--workload", nargs="+", choices=list(RUNS), default=list(RUNS))
    parser.add_argument("--runs", type=int, help=f"how many runs; as a rule {RUNS}")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="papersnitch-peer-") as folder,
        enter(asked.url, asked.workers, Path(folder)) as contender,
    ):
        for workload in asked.workload:
            try:
                print(json.dumps(measure(contender, workload, asked.runs)), flush=True)
            except Stalled as stalled:
                sys.exit(str(stalled))
