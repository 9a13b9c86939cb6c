"""How fast the engine moves nodes: `python -m benchmarks.engine --workload P --runs 100 --workers 2`.

Prints one JSON line a workload. Engine, tables and workers are the product's; handlers return a small dict at once.
Without --database-url it starts a private MariaDB (every commit flushed to disk) and Redis, and ends them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import claiming, ours, servers
from benchmarks.shapes import RUNS
from benchmarks.stopwatch import measure
from benchmarks.working import HANDLER_MS


def main() -> None:
    """Measure the workloads asked for, a line each."""
    asked = _options()
    with servers.private() as private:
        settings = environment(
            asked.database_url or private.mariadb(), asked.redis_url or private.redis(), private.folder
        )
        settings[HANDLER_MS] = str(asked.handler_ms)
        if played := [workload for workload in asked.workload if workload != "S"]:
            with ours.contender(settings, asked.workers, private.folder) as contender:
                for workload in played:
                    print(json.dumps(measure(contender, workload, asked.runs)), flush=True)
        if "S" in asked.workload:
            print(json.dumps(claiming.measure(settings)))


def environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """PaperSnitch's settings for a benchmark."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PAPERSNITCH_HOME": str(folder / "home"),
        "SECRET_KEY": "only for a benchmark",
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workload", nargs="+", choices=[*RUNS, "S"], default=["P"])
    parser.add_argument("--runs", type=int, help=f"as a rule {RUNS}; those of P at once, the others one by one")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--handler-ms", type=float, default=0, help="how long each handler sleeps")
    parser.add_argument("--database-url", help="a database that exists, empty or not")
    parser.add_argument("--redis-url")
    return parser.parse_args()


if __name__ == "__main__":
    main()
