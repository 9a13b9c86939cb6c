"""A backup taken by the commands of docs/backup.md while workers run: restored elsewhere, every run finishes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import make_url

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine.states import RUN_FINISHED, NodeStatus, RunStatus
from dashboard.engine.tables import node, run
from dashboard.extensions import db
from tests import factories, schemas, services
from tests.backup.working import SLOW
from tests.crowd import invariants
from tests.crowd.processes import Crowd, crowd, wait_until
from tests.crowd.shapes import fifteen
from tests.documentation.blocks import ROOT, shell
from tests.documentation.reader import Reader

QUICK = {"LEASE_SECONDS": "2", "HEARTBEAT_SECONDS": "0.5", "SWEEP_SECONDS": "0.5", "SECRET_KEY": "only for tests"}
RUNS, WORKERS = 3, 2
EMBEDDED_BACKUP, EMBEDDED_RESTORE, BACKUP, _MYSQL, RESTORE = (one.text for one in shell(ROOT / "docs" / "backup.md"))

pytestmark = pytest.mark.timeout(120)


@dataclass(frozen=True)
class Site:
    """An installation: its settings, and a terminal in its checkout."""

    environment: dict[str, str]
    terminal: Reader

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        app = create_app(from_environment(self.environment))
        with app.app_context():
            yield app
            db.engine.dispose()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder to type in, with everything of this checkout but what an installation writes."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in ("var", ".git"):
            (folder / entry.name).symlink_to(entry)
    return folder


def site(checkout: Path, number: int, **settings: str) -> Site:
    """An installation with an empty Redis of its own."""
    url = f"{services.shared('redis', services.real_redis).url}?db={number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    environment = {"REDIS_URL": url, **QUICK, **settings}
    return Site(environment, Reader(checkout, {**os.environ, **environment}))


def typed(at: Site, text: str) -> str:
    done = at.terminal.type(text)
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def under_way(at: Site, folder: Path) -> Iterator[None]:
    """Runs in flight there: some nodes are done, some run, most wait."""
    folder.mkdir()
    with at.opened():
        workflow, paper = factories.definition(**fifteen("careful")), factories.paper()
        for _ in range(RUNS):
            factories.started_run(paper, workflow)
        with crowd(at.environment | {SLOW: "n6,n9"}, folder, "tests.backup.working") as people:
            join(people)
            slow = node.c.node_id.in_(["n6", "n9"]), node.c.status == NodeStatus.RUNNING
            wait_until(lambda: _count(*slow) == WORKERS, 60, people.words)
            yield
            assert _count(*slow) == WORKERS
            for member in list(people.members):
                people.kill(member)


def join(people: Crowd) -> None:
    for what in ("sweeper", *["default"] * WORKERS):
        people.join(what)


def all_finish(at: Site, folder: Path) -> None:
    """What was restored was in flight; with workers and a sweeper all of it finishes, and every file is whole."""
    folder.mkdir()
    with at.opened() as app:
        assert _count(run.c.status == RunStatus.RUNNING) == RUNS
        assert _count(node.c.status == NodeStatus.RUNNING) == WORKERS < _count(node.c.status == NodeStatus.SUCCEEDED)
        with crowd(at.environment, folder, "tests.backup.working") as people:
            join(people)
            wait_until(lambda: _count(run.c.status.not_in(sorted(RUN_FINISHED))) == 0, 60, people.words)
        assert _count(run.c.status == RunStatus.SUCCEEDED) == RUNS
        assert invariants.broken() == {}
        verified = app.test_cli_runner().invoke(args=["verify-artifacts"])
        assert (verified.exit_code, verified.output) == (0, f"{RUNS * 15 + 1} files, 0 missing or broken\n")


def test_runs_on_mariadb_go_on_after_a_restore(
    mariadb_server: str, worker_name: str, checkout: Path, tmp_path: Path
) -> None:
    url = schemas.fresh_database(mariadb_server, f"backup_{worker_name}")
    schema = schemas.Schema(url)
    server = make_url(url)
    (checkout / "backup.cnf").write_text(f"[client]\nhost={server.host}\nport={server.port}\nuser={server.username}\n")
    old = site(checkout, 14, DATABASE_URL=url, DATABASE=str(server.database), PAPERSNITCH_HOME=str(tmp_path / "old"))
    with old.opened():
        stamp()
    with under_way(old, tmp_path / "before"):
        typed(old, BACKUP)
    schema.close()
    empty = make_url(schemas.fresh_database(mariadb_server, f"restored_{worker_name}"))
    new = site(
        checkout, 15, DATABASE_URL=empty.render_as_string(hide_password=False), PAPERSNITCH_HOME=str(tmp_path / "new"),
        DATABASE=str(empty.database),
    )  # fmt: skip
    typed(new, f'mariadb --defaults-extra-file=backup.cnf --execute "DROP DATABASE {empty.database}"')
    assert "0 missing or broken" in typed(new, RESTORE)
    all_finish(new, tmp_path / "after")


def test_runs_on_the_embedded_database_go_on_after_a_restore(checkout: Path, tmp_path: Path) -> None:
    home = checkout / "var"
    home.mkdir()
    schemas.Schema(f"sqlite:///{home / 'papersnitch.db'}").close()
    old = site(checkout, 14, PAPERSNITCH_HOME=str(home))
    with old.opened():
        stamp()
    with under_way(old, tmp_path / "before"):
        typed(old, EMBEDDED_BACKUP)
    assert "0 missing or broken" in typed(old, EMBEDDED_RESTORE)
    all_finish(site(checkout, 15, PAPERSNITCH_HOME=str(home / "restored")), tmp_path / "after")


def _count(*conditions: ColumnElement[bool]) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(*conditions)).scalar_one())
