"""Rechecks of a world that changes: a real web server, a real git host, the default workflow, a counted model."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import func, select

from dashboard.cli import workflows
from dashboard.engine import claims, cohorts, definitions, rechecks, reuse, runs
from dashboard.engine.claims import Wish
from dashboard.extensions import db
from dashboard.models import ModelCall, RecheckChange, WorkflowNode, WorkflowRun
from jobs import bulk, registry, runner, stopping
from jobs.handlers import validate_links
from jobs.heartbeat import Heartbeat
from jobs.papers.alive import check_all
from tests import factories
from tests.agents.model_server import serving
from tests.agents.scripts import honest
from tests.papers.printing import both, lines, print_pdf
from tests.repositories.builder import GOOD, build
from tests.repositories.git_server import GitServer, serve

QUEUES = ("default", "net", "ai")
ASKED = {"ai_checks_pdf", "ai_checks_repo"}
WORDS = ("# Limitations", "It is slow. The data and the project's page are online.", "# Code", "We publish our code.")

pytestmark = [pytest.mark.timeout(240), pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)]


class Pages(BaseHTTPRequestHandler):
    """Answers each path with the status it has, 200 where it has none; a redirect leads to `/there`."""

    statuses: dict[str, int]

    def do_HEAD(self) -> None:
        status = self.statuses.get(self.path, 200)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/there")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class World:
    """A cohort of one paper, whose links and repository lie on servers of ours."""

    def __init__(self, heartbeat: Heartbeat, web: str, code: GitServer, paper: Path) -> None:
        self._heartbeat = heartbeat
        self.web, self.code = web, code
        made = factories.paper(content=paper.read_bytes())
        workflow = definitions.save("pdf_analysis", workflows.read(workflows.DEFAULT))
        given = {"repository": f"{code.url}/lab/tiny", "rubrics": "ml_code_completeness, neurips"}
        self.first = runs.create_and_start(workflow.id, made.id, made.team_id, given, None)
        self._finish()
        self.cohort_id = cohorts.create(made.team_id, "A venue", "", None)
        cohorts.add_papers(self.cohort_id, [made.id], None)

    def recheck(self) -> tuple[int, dict[str, str]]:
        """The run of a new round, and what it found changed: by kind, what it is now."""
        round_id = rechecks.begin(self.cohort_id, None)
        bulk.carry_on()
        self._finish()
        assert rechecks.compare_ended() == 1
        db.session.rollback()
        found = db.session.scalars(select(RecheckChange).filter_by(recheck_id=round_id)).all()
        newest = db.session.scalar(select(func.max(WorkflowRun.id)))
        return newest or 0, {one.kind: f"{one.subject}: {one.became}" for one in found}

    def _finish(self) -> None:
        while taken := [one for queue in QUEUES if (one := claims.claim_next(Wish(queue, "tester", 60)))]:
            for claim in taken:
                assert runner.run(claim, self._heartbeat, None).landed


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A web server that the link check may ask, though it is not public."""
    monkeypatch.setattr(Pages, "statuses", {}, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    ours = frozenset({f"127.0.0.1:{server.server_port}"})
    monkeypatch.setattr(validate_links, "check_all", partial(check_all, allow_private=ours))
    monkeypatch.setattr(validate_links, "has_network", lambda: True)
    monkeypatch.setenv("PAPERSNITCH_CHECK_LINKS", "1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def world(in_app: Flask, web: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    address = f"http://127.0.0.1:{web.server_port}"

    def linked(canvas: Canvas) -> None:
        canvas.linkURL(f"{address}/data", (60, 740, 200, 760))
        canvas.linkURL(f"{address}/project", (210, 740, 300, 760))

    registry.load_all()
    build(tmp_path / "served" / "lab" / "tiny.git", GOOD)
    paper = print_pdf(tmp_path / "paper.pdf", both(lines(WORDS), linked))
    with serve(tmp_path / "served") as code, serving(honest) as model, Heartbeat(in_app) as heartbeat:
        monkeypatch.setenv("REPOSITORY_PRIVATE_HOSTS", code.url)
        monkeypatch.setenv("PAPERSNITCH_MODEL", "openai:scripted")
        monkeypatch.setenv("PAPERSNITCH_MODEL_URL", model.url)
        yield World(heartbeat, address, code, paper)
    stopping._state.is_asked = False


def calls_of(run_id: int) -> dict[str, int]:
    """How often each node of the run asked the model."""
    asked = select(WorkflowNode.node_id, func.count()).join(ModelCall, ModelCall.node_id == WorkflowNode.id)
    db.session.rollback()
    return {
        row[0]: row[1]
        for row in db.session.execute(asked.where(WorkflowNode.run_id == run_id).group_by(WorkflowNode.node_id))
    }


def reused(run_id: int) -> set[str]:
    rows = reuse.origins(run_id)
    db.session.rollback()
    return set(db.session.scalars(select(WorkflowNode.node_id).where(WorkflowNode.id.in_(rows))))


def test_what_changes_is_found_and_what_does_not_is_not_paid_again(world: World) -> None:
    assert calls_of(world.first).keys() == ASKED
    second, found = world.recheck()
    assert found == {} and calls_of(second) == {} and reused(second) >= ASKED

    Pages.statuses |= {"/data": 404, "/project": 301}
    third, found = world.recheck()
    assert found == {
        "link_died": f"{world.web}/data: there is no such page",
        "link_moved": f"{world.web}/project: {world.web}/there",
    }
    assert calls_of(third) == {} and reused(third) >= ASKED

    repository = world.code.root / "lab" / "tiny.git"
    (repository / "index").unlink()
    commit = build(repository, {"README.md": "# Tiny\n\nNothing is left.\n"})
    Pages.statuses.clear()
    fourth, found = world.recheck()
    assert found["new_commits"] == f"{world.code.url}/lab/tiny: commit {commit[:10]}"
    assert found["link_back"] == f"{world.web}/data: it answered"
    assert {"criterion", "score"} <= found.keys()
    assert calls_of(fourth).keys() == {"ai_checks_repo"} and "ai_checks_pdf" in reused(fourth)

    shutil.rmtree(repository)
    _fifth, found = world.recheck()
    assert "There is no public repository" in found["repository_gone"]
