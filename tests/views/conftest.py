"""People at the browser, and one run in each interesting state. State is built by the engine's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard import passwords
from dashboard.engine import artifacts, claims, outcomes, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.clock import now
from dashboard.engine.outcomes import Failure, KeptArtifact, LogLine
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, NodeArtifact, Team, User, WorkflowNode, WorkflowRun
from tests import factories

PASSWORD = "correct horse battery"
PASSWORD_HASH = passwords.hash_of(PASSWORD)
WISH = Wish("default", "worker-1", 60.0)
FILES = {
    "report.html": ("text/html", b"<h1>Report</h1><script>alert(1)</script>"),
    "report.md": ("text/markdown", b"# Report\n\n<script>alert(1)</script> [x](javascript:alert(1)) **72**"),
    "report.json": ("application/json", b'{"score": 72, "rubrics": [{"name": "ml_code"}]}'),
    "row.csv": ("text/csv", b"paper,score\nVessels,72\n"),
    "log.txt": ("text/plain", b"one\ntwo <b>\n"),
    "lines.json": ("application/json", b'{"pages": [{"number": 1, "width": 60, "height": 80, "lines": []}]}'),
    "dot.png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "model.bin": ("application/octet-stream", b"\0\1"),
    "paper.pdf": ("application/pdf", (Path(__file__).resolve().parents[2] / "samples" / "good.pdf").read_bytes()),
}


@dataclass(frozen=True)
class Lab:
    """A team with one person in each role, a paper, and ids to ask for."""

    team_id: int
    paper_id: int
    definition_id: int
    workflow: str
    emails: dict[str, str]


SignIn = Callable[[str], FlaskClient]


class Browser(FlaskClient):
    """A client that reads every answer to its end, as a browser does, so that no file stays open."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **options})


@pytest.fixture
def lab(app: Flask) -> Lab:
    with app.app_context():
        return make_lab()


def make_lab() -> Lab:
    team = factories.team()
    emails = {
        role: factories.user(team, role, password_hash=PASSWORD_HASH, is_operator=role == "admin").email
        for role in ("viewer", "member", "admin")
    }
    workflow = factories.definition()
    return Lab(team.id, factories.paper(team).id, workflow.id, workflow.name, emails)


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """`sign_in(email)` is a browser in which that person is signed in."""
    app.test_client_class = Browser

    def enter(email: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/login", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    return enter


@pytest.fixture
def member(sign_in: SignIn, lab: Lab) -> FlaskClient:
    return sign_in(lab.emails["member"])


@pytest.fixture
def viewer(sign_in: SignIn, lab: Lab) -> FlaskClient:
    return sign_in(lab.emails["viewer"])


@pytest.fixture
def operator(sign_in: SignIn, lab: Lab) -> FlaskClient:
    return sign_in(lab.emails["admin"])


@pytest.fixture
def stranger(app: Flask, sign_in: SignIn) -> FlaskClient:
    """A member of another team, with a paper of their own."""
    with app.app_context():
        email = make_lab().emails["member"]
    return sign_in(email)


@pytest.fixture
def running(app: Flask, lab: Lab) -> int:
    """A run whose first node is ready."""
    with app.app_context():
        return start(lab)


@pytest.fixture
def failed(app: Flask, lab: Lab) -> int:
    """A run whose first node failed for good after logging two lines; the second node is blocked."""
    with app.app_context():
        run_id = start(lab)
        fail(claim(), "the host said <no> 42 times")
        return run_id


@pytest.fixture
def finished(app: Flask, lab: Lab) -> int:
    """A run that succeeded; its second node left a file of each kind."""
    with app.app_context():
        run_id = start(lab)
        outcomes.succeed(claim(), {"pages": 12, "note": "<i>"})
        kept = [keep(name, media_type, content) for name, (media_type, content) in FILES.items()]
        outcomes.succeed(claim(), {"score": 72.5}, kept)
        return run_id


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ten-second turn of a run's version does not fall into the test."""
    monkeypatch.setattr("dashboard.views.live.time.time", lambda: 1_000_000.0)


def start(lab: Lab) -> int:
    return runs.create_and_start(lab.definition_id, lab.paper_id, lab.team_id, {}, None)


def claim() -> Claim:
    taken = claims.claim_next(WISH)
    assert taken is not None
    return taken


def fail(taken: Claim, message: str) -> None:
    """Fail for good, as a handler would: with a frame, a traceback and a log."""
    with db.engine.connect() as connection:
        at = connection.execute(select(now())).scalar_one()
    lines = [LogLine(1, "info", "asking", at), LogLine(2, "error", f"\x1b[31m{message}\x1b[0m", at)]
    why = Failure(
        "HostError", message, "jobs/handlers/first.py:7 in first", f"Traceback ...\nHostError: {message}", True
    )
    assert outcomes.fail(taken, why, lines).landed


def keep(name: str, media_type: str, content: bytes) -> KeptArtifact:
    stored = artifacts.store(content)
    return KeptArtifact(name, media_type, stored.sha256, stored.bytes)


def artifact_ids(app: Flask, run_id: int) -> dict[str, int]:
    """The run's artifacts by name."""
    with app.app_context():
        rows = db.session.execute(select(NodeArtifact.name, NodeArtifact.id).where(NodeArtifact.run_id == run_id))
        return {row.name: row.id for row in rows}


def statuses(app: Flask, run_id: int) -> tuple[str, dict[str, str]]:
    """The run's state and its nodes'."""
    with app.app_context():
        run_status = db.session.scalar(select(WorkflowRun.status).where(WorkflowRun.id == run_id))
        nodes = db.session.execute(
            select(WorkflowNode.node_id, WorkflowNode.status).where(WorkflowNode.run_id == run_id)
        )
        return str(run_status), {node.node_id: node.status for node in nodes}


def add_to_new_team(app: Flask, email: str) -> tuple[int, int]:
    """Put that person in a second team; its id, and the id of a run in it."""
    with app.app_context():
        second = make_lab()
        user = db.session.scalar(select(User).where(User.email == email))
        team = db.session.get(Team, second.team_id)
        assert user is not None and team is not None
        with writing() as session:
            session.add(Membership(team_id=team.id, user_id=user.id, role="member", created_at=now()))
        return second.team_id, start(second)
