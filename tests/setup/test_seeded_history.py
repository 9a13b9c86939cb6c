"""A seeded history is one the engine could have written, and as large as was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks import seed_history
from benchmarks.seeding import people, story
from benchmarks.seeding.loading import Loader, LoadError, text
from benchmarks.seeding.story import Size
from dashboard import create_app
from dashboard.config import from_environment
from dashboard.extensions import db
from dashboard.models import NodeLog, Paper, WorkflowNode, WorkflowRun
from tests import schemas
from tests.crowd import invariants

SIZE = Size(runs=60, logs=3_000, longest_log=700)


@pytest.fixture(scope="module")
def seeded(mariadb_server: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a small history."""
    url, home = schemas.fresh_database(mariadb_server, f"history_{worker_name}"), tmp_path_factory.mktemp("history")
    seed_history.seed(url, home, SIZE, teams=2)
    return {"DATABASE_URL": url, "PAPERSNITCH_HOME": str(home), "SECRET_KEY": "only for tests"}


def test_it_breaks_no_invariant_of_the_engine(seeded: dict[str, str]) -> None:
    with create_app(from_environment(seeded)).app_context():
        assert invariants.broken() == {}
        db.engine.dispose()


def test_it_is_as_large_as_was_asked_for(seeded: dict[str, str]) -> None:
    with create_app(from_environment(seeded)).app_context():
        counted = [
            db.session.scalar(select(func.count()).select_from(of)) for of in (WorkflowRun, WorkflowNode, NodeLog)
        ]
        statuses = set(db.session.scalars(select(WorkflowRun.status)))
        db.session.remove()
        db.engine.dispose()
    assert counted == [60, 660, 3_000]
    assert {"SUCCEEDED", "FAILED", "CREATED", "PAUSED", "RUNNING"} <= statuses


def test_one_log_is_the_longest(seeded: dict[str, str]) -> None:
    lines = (
        select(func.max(NodeLog.line))
        .join(WorkflowNode, WorkflowNode.id == NodeLog.node_id)
        .join(WorkflowRun, WorkflowRun.id == WorkflowNode.run_id)
        .join(Paper, Paper.id == WorkflowRun.paper_id)
        .where(Paper.title == story.LONG_LOG_TITLE, WorkflowNode.node_id == story.LONG_LOG_NODE)
    )
    with create_app(from_environment(seeded)).app_context():
        assert db.session.scalar(lines) == 700
        db.session.remove()
        db.engine.dispose()


def test_it_goes_into_an_empty_database_only(seeded: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="has teams already"):
        seed_history.seed(seeded["DATABASE_URL"], tmp_path, SIZE, teams=2)


def test_a_row_that_the_server_drops_is_told(seeded: dict[str, str]) -> None:
    known_already = "1\tTwice\ttwice\t2026-01-01\n"
    with pytest.raises(LoadError, match="team took 0 of 1 rows"), Loader(seeded["DATABASE_URL"]) as loader:
        loader.load("team", ("id", "name", "slug", "created_at"), [known_already])


def test_its_people_can_sign_in(seeded: dict[str, str]) -> None:
    app = create_app(from_environment(seeded))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    browser: FlaskClient = app.test_client()
    browser.post("/login", data={"email": people.email(1), "password": people.PASSWORD})
    page = browser.get("/runs")
    with app.app_context():
        db.engine.dispose()
    assert page.status_code == 200
    assert "pdf_analysis" in page.text


def test_a_line_ends_where_the_row_does() -> None:
    assert text("a\tb\nc\\d") == r"a\tb\nc\\d"
    assert (text(None), text(True), text({"a": "\n"})) == (r"\N", "1", '{"a": "\\\\n"}')
