"""Fill an empty MariaDB with years of history: `python -m benchmarks.seed_history --database-url mysql+pymysql://...`.

As a rule 100,000 runs of eleven nodes with 10,000,000 log lines over 20 teams, one log of 200,000 lines among them;
`--runs 100 --teams 1 --logs 10000` for a small one. The last line on stdout is JSON: rows of each table and rows/s.
The files of artifacts go to the store under --home; those of papers are in no store.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select

from benchmarks.engine import environment
from benchmarks.seeding import judged, people
from benchmarks.seeding.loading import Loader, LoadError
from benchmarks.seeding.past import TABLES, Keys, Past
from benchmarks.seeding.story import Size, Story
from dashboard import create_app
from dashboard.config import from_environment
from dashboard.extensions import Base, db
from dashboard.models import Team

TELL_EVERY = 10_000


def main() -> int:
    """Seed the database asked for; 1 with a sentence when it cannot be done."""
    asked = _options()
    try:
        size = Size(asked.runs, asked.logs, min(asked.longest_log, asked.logs))
        print(json.dumps(seed(asked.database_url, asked.home, size, asked.teams, asked.seed)))
    except LoadError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def seed(database_url: str, home: Path, size: Size, teams: int, chance: int = 1) -> dict[str, Any]:
    """Make the tables and fill them; how many rows each has, the seconds it took, rows a second."""
    began = time.monotonic()
    settings = {**environment(database_url, "redis://unused", home), "PAPERSNITCH_HOME": str(home)}
    app = create_app(from_environment(settings))
    with app.app_context():
        upgrade()
        if db.session.scalar(select(Team.id).limit(1)) is not None:
            raise LoadError("This database has teams already; history goes into an empty one.")
        _fill(database_url, size, teams, random.Random(chance))
        rows = {name: _count(name) for name in TABLES}
        _analyse()
        db.session.remove()
        db.engine.dispose()
    seconds = time.monotonic() - began
    return {"rows": rows, "seconds": round(seconds, 1), "rows_per_s": round(sum(rows.values()) / seconds)}


def _fill(database_url: str, size: Size, teams: int, chance: random.Random) -> None:
    labs, workflows = people.labs(teams), people.workflow_versions()
    keys = Keys({name: _first_free(name) for name in TABLES if "id" in Base.metadata.tables[name].c})
    story = Story(size, labs, workflows, judged.judgements(chance), keys, chance)
    db.session.rollback()
    with Loader(database_url) as loader:
        for runs in story.tell_all(Past(loader, keys, chance)):
            if runs % TELL_EVERY == 0:
                print(f"{runs:,} runs, {loader.rows:,} rows handed over", file=sys.stderr, flush=True)


def _first_free(table: str) -> int:
    return int(db.session.scalar(select(func.max(Base.metadata.tables[table].c.id))) or 0) + 1


def _count(table: str) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0)


def _analyse() -> None:
    """The optimizer's statistics, as a server that has been up for a while has them."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"ANALYZE TABLE {', '.join(TABLES)}").all()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True, help="an empty database; `local_infile` must be on")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "papersnitch-history",
                        help="PAPERSNITCH_HOME of whoever serves it")  # fmt: skip
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--teams", type=int, default=20)
    parser.add_argument("--logs", type=int, default=10_000_000, help="log lines in all")
    parser.add_argument("--longest-log", type=int, default=200_000, help="how many of them are in one log")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
