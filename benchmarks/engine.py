"""How fast the engine moves nodes: `python -m benchmarks.engine --workload P --runs 100 --workers 2`.

Prints one JSON line. Engine, tables and workers are the product's; handlers return a small dict at once. Without
--database-url it starts a private MariaDB (every commit flushed to disk) and Redis, and ends them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import create_engine, func, select, text

from benchmarks.shapes import definition
from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import definitions, runs
from dashboard.engine.clock import now
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run
from dashboard.engine.transactions import writing
from dashboard.extensions import Base, db
from dashboard.models import Team, WorkerReport
from tests import schemas, services
from tests.crowd.processes import crowd, wait_until


def main() -> None:
    """Measure one workload."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workload", choices=["P", "C", "F"], default="P")
    parser.add_argument("--runs", type=int, help="100 for P, 1 for C and F")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database-url")
    parser.add_argument("--redis-url")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="papersnitch-bench-")))
        os.environ[services.FOLDER] = str(folder)
        stack.callback(services.stop_all, folder)
        environment = {
            "DATABASE_URL": asked.database_url or _private_database(),
            "REDIS_URL": asked.redis_url or services.shared("redis", services.real_redis).url,
            "PAPERSNITCH_HOME": str(folder / "home"),
            "SECRET_KEY": "only for a benchmark",
        }
        print(json.dumps(measure(environment, folder, asked.workload, asked.runs or 1, asked.workers)))


def measure(environment: dict[str, str], folder: Path, workload: str, count: int, workers: int) -> dict[str, object]:
    """Create the runs, start them once the workers wait, and time until the last has ended."""
    app = create_app(from_environment(environment))
    with app.app_context(), crowd(environment, folder) as people:
        Base.metadata.create_all(db.engine)
        made, team_id = definitions.save(f"workload {workload}", definition(workload)), _team()
        run_ids = [runs.create(made.id, None, team_id, {}, None) for _ in range(count)]
        for _ in range(workers):
            people.join()
        wait_until(lambda: _count(WorkerReport.name) >= workers, 60, people.words)
        for run_id in run_ids:
            runs.start(run_id, None)
        wait_until(lambda: _succeeded() == count, 600, people.words)
        seconds = _span()
    nodes = count * len(made.dag["nodes"])
    return {"peer": "ours", "workload": workload, "nodes": nodes, "seconds": round(seconds, 3),
            "nodes_per_s": round(nodes / seconds, 1), "per_hop_ms": round(1000 * seconds / nodes, 2)}  # fmt: skip


def _private_database() -> str:
    """A database on a private MariaDB that flushes every commit to disk, unlike the one of the tests."""
    url = schemas.fresh_database(services.shared("mariadb", services.mariadb).url, "bench")
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SET GLOBAL innodb_flush_log_at_trx_commit=1"))
    engine.dispose()
    return url


def _team() -> int:
    with writing() as session:
        team = Team(name="Benchmark", slug=f"benchmark-{time.time_ns()}", created_at=now())
        session.add(team)
    return team.id


def _span() -> float:
    """Seconds from the first start to the last end, by the database's clock."""
    with db.engine.connect() as connection:
        first, last = connection.execute(select(func.min(run.c.started_at), func.max(run.c.finished_at))).one()
    return float((last - first).total_seconds())


def _succeeded() -> int:
    with db.engine.connect() as connection:
        ended = select(func.count()).where(run.c.status == RunStatus.SUCCEEDED)
        return int(connection.execute(ended).scalar() or 0)


def _count(column: object) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(select(func.count(column))).scalar() or 0)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
