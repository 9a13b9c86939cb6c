"""What the database alone can do: durable one-row commits a second, as if a node cost exactly one.

`python -m benchmarks.floor` writes with two plain connections, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from benchmarks import servers
from benchmarks.stopwatch import record

SECONDS = 3.0
TABLE = "benchmark_floor"


def main() -> None:
    """Measure, on a private MariaDB or the one handed in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database-url")
    asked = parser.parse_args()
    with servers.private() as ours:
        print(json.dumps(measure(asked.database_url or ours.mariadb(), asked.workers)))


def measure(url: str, workers: int = 2) -> dict[str, Any]:
    """One-row commits of that many processes at once."""
    with servers.connect(url) as connection:
        cursor = connection.cursor()
        cursor.execute(f"CREATE TABLE {TABLE} (id BIGINT PRIMARY KEY AUTO_INCREMENT, writer INT) ENGINE=InnoDB")
        try:
            with ProcessPoolExecutor(workers) as pool:
                commits = sum(pool.map(_commit_for_a_while, [url] * workers, range(workers)))
        finally:
            cursor.execute(f"DROP TABLE {TABLE}")
    return record("floor", "P", commits, SECONDS)


def _commit_for_a_while(url: str, writer: int) -> int:
    with servers.connect(url) as connection:
        cursor, count, over = connection.cursor(), 0, time.monotonic() + SECONDS
        while time.monotonic() < over:
            cursor.execute(f"INSERT INTO {TABLE} (writer) VALUES (%s)", (writer,))
            count += 1
    return count


if __name__ == "__main__":
    main()
