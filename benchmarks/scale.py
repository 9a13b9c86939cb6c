"""`make bench-scale`: nodes a second with 1, 2, 4 and 8 workers whose handlers sleep for 20 ms.

Prints a table and a last line of JSON. `of linear` compares with so many times one worker; `of ideal` with workers that
do nothing but sleep.
"""

from __future__ import annotations

import argparse
import json
import os

from benchmarks import ours, servers
from benchmarks.engine import environment
from benchmarks.stopwatch import measure
from benchmarks.working import HANDLER_MS

WORKERS = (1, 2, 4, 8)


def main() -> None:
    """Measure each number of workers on an empty database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    parser.add_argument("--handler-ms", type=float, default=20.0)
    parser.add_argument("--runs", type=int, default=80)
    asked = parser.parse_args()
    rates: dict[int, float] = {}
    with servers.private() as private:
        for workers in asked.workers:
            settings = environment(private.mariadb(), private.redis(), private.folder)
            settings[HANDLER_MS] = str(asked.handler_ms)
            with ours.contender(settings, workers, private.folder) as contender:
                rates[workers] = measure(contender, "P", asked.runs)["nodes_per_s"]
    print(f"{os.cpu_count()} cores, handlers of {asked.handler_ms:g} ms, {asked.runs} runs of P")
    print("\n".join(report(rates, asked.handler_ms)))
    print(json.dumps({str(workers): rate for workers, rate in rates.items()}))


def report(rates: dict[int, float], handler_ms: float) -> list[str]:
    """A line for each number of workers."""
    least = min(rates)
    return ["workers  nodes/s  of linear  of ideal"] + [
        f"{workers:7}  {rate:7.1f}  {rate / (rates[least] * workers / least):9.2f}"
        f"  {rate * handler_ms / 1000 / workers:8.2f}"
        for workers, rate in rates.items()
    ]


if __name__ == "__main__":
    main()
