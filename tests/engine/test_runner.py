"""The runner: whatever a handler does becomes an outcome, and a handler that must stop is stopped."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import artifacts, asking, claims, crashes, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import PermanentError
from dashboard.engine.outcomes import Landing
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, NodeLog, Paper
from jobs import registry, runner, stopping
from jobs.context import NodeContext
from jobs.heartbeat import Heartbeat
from tests import factories
from tests.engine import steps

Handle = Callable[[NodeContext], Any]


@pytest.fixture
def heartbeat(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heartbeat]:
    """A beating heart in a process that listens for its stops, as a work-horse does."""
    quick = replace(in_app.extensions["settings"], heartbeat_seconds=0.2, max_output_bytes=1000)
    monkeypatch.setitem(in_app.extensions, "settings", quick)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, stopping.SIGNAL)}
    stopping.listen()
    with Heartbeat(in_app) as beating:
        yield beating
    for number, action in before.items():
        signal.signal(number, action)
    stopping._state.is_asked = False


def let(handle: Handle, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch, **columns: Any) -> tuple[Claim, Landing]:
    """Run a node whose handler is that function."""
    monkeypatch.setitem(registry._handlers, "tested", registry.Handler("tested", "1", handle))
    claim = factories.claimed_node(nodes=[{"id": "tested", "max_attempts": 3, **columns}])
    return claim, runner.run(claim, heartbeat, None)


def attempt_of(claim: Claim) -> NodeAttempt:
    [attempt] = steps.attempts_of(claim.id)
    return attempt


def test_a_handler_that_asks_waits_and_then_has_its_answer(
    heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        context.log("before asking")
        return {"said": context.ask("use", "May we?", ["yes", "no"])}

    claim, landing = let(handle, heartbeat, monkeypatch)
    assert (landing.landed, attempt_of(claim).outcome) == (True, "asked")
    asking.answer(claim.run_id, "tested", "use", "yes", None)
    again = claims.claim_next(Wish("default", "tester", 60))
    assert again is not None
    assert runner.run(again, heartbeat, None).run_status == "SUCCEEDED"
    assert [one.output for one in steps.attempts_of(claim.id)] == [None, {"said": "yes"}]
    assert "Waiting for a person: May we?" in db.session.scalars(select(NodeLog.message)).all()


def sleep(_context: NodeContext) -> Mapping[str, Any]:
    for _ in range(1000):
        time.sleep(0.01)
    return {}


def test_what_a_handler_returns_logs_and_keeps_is_committed(
    heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        context.log("reading")
        context.progress(3, 7)
        context.json_artifact("pages.json", ["Größe"])
        return {"pages": 7, "title": context.paper.filename, "attempt": context.node.attempt}

    claim, landing = let(handle, heartbeat, monkeypatch)
    assert (landing.landed, landing.run_status) == (True, "SUCCEEDED")
    output = attempt_of(claim).output
    assert output is not None
    assert (output["pages"], output["attempt"]) == (7, 1)
    assert [line.message for line in db.session.scalars(select(NodeLog))] == ["reading"]
    kept = db.session.scalars(select(NodeArtifact)).one()
    assert artifacts.path_of(kept.sha256).read_text() == '["Größe"]'


def test_a_handler_sees_the_outputs_of_every_ancestor(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def handle(context: NodeContext) -> Mapping[str, Any]:
        seen.update(context.upstream_outputs)
        return {}

    monkeypatch.setitem(registry._handlers, "c", registry.Handler("c", "1", handle))
    steps.begin("a-b b-c x")
    for name in "abx":
        steps.pass_node(name, by=name)
    assert runner.run(steps.claim("c"), heartbeat, None).landed
    assert seen == {"a": {"by": "a"}, "b": {"by": "b"}}


def test_a_handler_that_leaves_the_process_has_failed(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, landing = let(lambda _context: sys.exit(3), heartbeat, monkeypatch)
    assert landing.landed
    assert (attempt_of(claim).outcome, attempt_of(claim).error_type) == ("failed", "SystemExit")


def test_a_paper_called_by_its_file_gets_the_title_that_was_read_in_it(
    heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = iter(["On Snow", "Another Name"])

    def handle(context: NodeContext) -> Mapping[str, Any]:
        context.entitle(next(titles))
        context.entitle(next(titles))
        return {}

    let(handle, heartbeat, monkeypatch)
    db.session.rollback()
    assert db.session.scalars(select(Paper.title)).one() == "On Snow"


def test_an_exception_is_tried_again(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        context.artifact("half.txt", "never seen")
        raise ConnectionError("the server hung up \ud83d\0")

    claim, landing = let(handle, heartbeat, monkeypatch)
    attempt = attempt_of(claim)
    assert landing.landed
    assert (attempt.outcome, attempt.error_type) == ("failed", "ConnectionError")
    assert attempt.error_message == "the server hung up ?\ufffd"
    assert (attempt.error_frame or "").startswith("tests/engine/test_runner.py:")
    assert factories.node_of(claim.run_id, "tested").status == "READY"
    assert db.session.scalars(select(NodeArtifact)).all() == []


def test_a_permanent_error_is_not_tried_again(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(_context: NodeContext) -> Mapping[str, Any]:
        raise PermanentError("The PDF is encrypted.")

    claim, _landing = let(handle, heartbeat, monkeypatch)
    assert steps.statuses(claim.run_id) == {"tested": "FAILED"}
    assert attempt_of(claim).error_message == "The PDF is encrypted."


def test_a_handler_nobody_has_fails_and_is_named(heartbeat: Heartbeat) -> None:
    claim = factories.claimed_node(nodes=[{"id": "only", "handler": "os.system"}])
    runner.run(claim, heartbeat, None)
    assert steps.statuses(claim.run_id) == {"only": "FAILED"}
    assert "'os.system'" in (attempt_of(claim).error_message or "")


@pytest.mark.parametrize(
    ("output", "complaint"),
    [({"at": object()}, "not JSON"), ({"score": float("nan")}, "not JSON"), ({"loud": "x" * 2000}, "more than 1,000"),
     ({"wide": "📚" * 300}, "more than 1,000"), (None, "an object"), ([1, 2], "an object"), ("text", "an object"),
     ({"big": {1, 2}}, "not JSON")],
)  # fmt: skip
def test_an_output_that_cannot_be_kept_fails_the_node_in_words(
    output: Any, complaint: str, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, landing = let(lambda _context: output, heartbeat, monkeypatch)
    assert landing.landed
    assert steps.statuses(claim.run_id) == {"tested": "FAILED"}
    assert complaint in (attempt_of(claim).error_message or "")


@pytest.mark.parametrize(
    ("told", "kept"),
    [("Größe 📚", "Größe 📚"), ("a\0b", "a\ufffdb"), ("half \ud83d", "half ?"), ("C:\\u0000", "C:\\u0000")],
)
def test_any_text_of_an_output_can_be_kept(
    told: str, kept: str, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, _landing = let(lambda _context: {"text": told}, heartbeat, monkeypatch)
    assert attempt_of(claim).output == {"text": kept}


@pytest.mark.parametrize("name", ["", "../escape", "nul\0", "half \ud83d", "n" * 201])
def test_an_artifact_name_that_cannot_be_kept_fails_the_node_in_words(
    name: str, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        context.artifact(name, b"content")
        return {}

    claim, _landing = let(handle, heartbeat, monkeypatch)
    assert steps.statuses(claim.run_id) == {"tested": "FAILED"}
    assert "cannot be called" in (attempt_of(claim).error_message or "")


def test_a_handler_past_its_deadline_is_stopped(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    claim, landing = let(sleep, heartbeat, monkeypatch, timeout_seconds=1)
    assert time.monotonic() - begun < 5
    assert landing.landed
    assert attempt_of(claim).error_type == "DeadlineExceeded"
    assert factories.node_of(claim.run_id, "tested").status == "READY"


def test_a_handler_that_catches_every_exception_is_stopped_all_the_same(
    heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        try:
            return sleep(context)
        except Exception:
            return {}

    claim, _landing = let(handle, heartbeat, monkeypatch, timeout_seconds=1)
    assert attempt_of(claim).error_type == "DeadlineExceeded"


def test_a_cancelled_run_stops_its_handler(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        runs.cancel(context.node.run_id, None)
        return sleep(context)

    claim, landing = let(handle, heartbeat, monkeypatch)
    assert landing.run_status == "CANCELLED"
    assert attempt_of(claim).outcome == "cancelled"
    assert steps.statuses(claim.run_id) == {"tested": "CANCELLED"}


def test_a_handler_whose_claim_was_lost_is_stopped_and_leaves_nothing(
    heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        claims.renew(claim, -1)
        crashes.reap(3)
        assert claims.claim_next(Wish("default", "other", 60)) is not None
        return sleep(context)

    monkeypatch.setitem(registry._handlers, "tested", registry.Handler("tested", "1", handle))
    claim = factories.claimed_node(nodes=[{"id": "tested"}])
    assert not runner.run(claim, heartbeat, None).landed
    assert attempt_of(claim).outcome == "crashed"
    assert factories.node_of(claim.run_id, "tested").claimed_by == "other"


def test_a_worker_told_to_end_gives_its_node_back(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        signal.raise_signal(signal.SIGTERM)
        return sleep(context)

    claim, landing = let(handle, heartbeat, monkeypatch)
    row = factories.node_of(claim.run_id, "tested")
    assert (landing.landed, landing.ready) == (True, ("default",))
    assert (row.status, row.failures, row.crashes) == ("READY", 0, 0)
    assert attempt_of(claim).outcome == "given_back"


def test_a_long_handler_keeps_its_claim(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(context: NodeContext) -> Mapping[str, Any]:
        before = factories.node_of(context.node.run_id, "tested").claim_expires_at
        time.sleep(1.2)
        after = factories.node_of(context.node.run_id, "tested").claim_expires_at
        return {"is_renewed": before is not None and after is not None and after > before}

    claim, _landing = let(handle, heartbeat, monkeypatch)
    assert attempt_of(claim).error_message is None
    assert attempt_of(claim).output == {"is_renewed": True}


def test_log_and_progress_show_while_the_handler_runs(heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def handle(context: NodeContext) -> Mapping[str, Any]:
        context.log("half way")
        context.progress(1, 2)
        time.sleep(1.2)
        row = factories.node_of(context.node.run_id, "tested")
        seen.extend([row.progress_done, row.progress_total])
        seen.extend(db.session.scalars(select(NodeLog.message)))
        db.session.rollback()
        return {}

    let(handle, heartbeat, monkeypatch)
    assert seen == [1, 2, "half way"]
