"""The operator's page: what it shows of workers, queues and claims, and what an operator may do about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from dashboard.engine import draining, outcomes, reports, sweepers
from dashboard.engine.clock import later
from dashboard.engine.tables import node
from dashboard.engine.transactions import transaction
from dashboard.models import WorkerReport
from dashboard.reads import ops
from tests import factories
from tests.views.conftest import Lab, claim, start, statuses

WORKER = "worker-1"  # as the tests' claims name it


@pytest.fixture
def reported(app: Flask) -> Callable[[float], None]:
    """`reported(seconds)`: the tests' worker was last seen so long ago."""

    def report(seconds_ago: float) -> None:
        with app.app_context():
            reports.report(WORKER, ["default", "net"], 7)
            with transaction() as connection:
                connection.execute(update(WorkerReport).values(seen_at=later(-seconds_ago)))

    return report


@pytest.fixture
def held(app: Flask, running: int) -> int:
    """The row of a node in the worker's hands."""
    with app.app_context():
        return claim().id


def test_it_shows_what_each_worker_has(
    operator: FlaskClient, reported: Callable[[float], None], running: int, held: int
) -> None:
    reported(1)
    row = row_of(operator.get("/ops").text, f"worker-{WORKER}")
    assert "alive" in row
    assert f"/runs/{running}/nodes/first" in row


def test_a_node_of_another_team_is_named_but_no_link(
    app: Flask, operator: FlaskClient, reported: Callable[[float], None]
) -> None:
    reported(1)
    with app.app_context():
        run_id = factories.started_run()
        claim()
    row = row_of(operator.get("/ops").text, f"worker-{WORKER}")
    assert f"run {run_id}" in row
    assert "/nodes/" not in row


def test_it_drains_and_undoes_it(app: Flask, operator: FlaskClient, reported: Callable[[float], None]) -> None:
    reported(1)
    assert operator.post("/ops/drain", data={"worker": WORKER}).status_code == 303
    page = operator.get("/ops").text
    assert "drained" in row_of(page, f"worker-{WORKER}")
    assert "takes no more" in page
    operator.post("/ops/undrain", data={"worker": WORKER})
    assert "alive" in row_of(operator.get("/ops").text, f"worker-{WORKER}")
    with app.app_context():
        assert not draining.is_asked_of(WORKER)


@pytest.mark.usefixtures("held")
def test_a_worker_that_still_has_a_node_is_draining(operator: FlaskClient, reported: Callable[[float], None]) -> None:
    reported(1)
    operator.post("/ops/drain", data={"worker": WORKER})
    assert "draining" in row_of(operator.get("/ops").text, f"worker-{WORKER}")


def test_a_second_drain_is_refused_in_words(operator: FlaskClient, reported: Callable[[float], None]) -> None:
    reported(1)
    operator.post("/ops/drain", data={"worker": WORKER})
    again = operator.post("/ops/drain", data={"worker": WORKER})
    assert (again.status_code, "asked to drain already" in again.text) == (409, True)


def test_a_silent_worker_s_node_is_taken_back_after_a_question(
    app: Flask, operator: FlaskClient, reported: Callable[[float], None], running: int, held: int
) -> None:
    reported(300)
    page = operator.get("/ops").text
    assert "silent" in row_of(page, f"worker-{WORKER}")
    assert f"/ops/release?node={held}" in row_of(page, f"held-{held}")
    asked = operator.get(f"/ops/release?node={held}")
    assert "Take it back" in asked.text
    assert statuses(app, running)[1]["first"] == "RUNNING"
    fields = dict(re.findall(r'name="(node|attempt)" value="(\d+)"', asked.text))
    assert operator.post("/ops/release", data=fields).status_code == 303
    assert statuses(app, running)[1]["first"] == "READY"


def test_a_live_worker_s_node_is_not_offered_and_not_taken(
    app: Flask, operator: FlaskClient, reported: Callable[[float], None], running: int, held: int
) -> None:
    reported(1)
    assert f"/ops/release?node={held}" not in operator.get("/ops").text
    answer = operator.post("/ops/release", data={"node": held, "attempt": 1})
    assert (answer.status_code, "it is alive" in answer.text) == (409, True)
    assert statuses(app, running)[1]["first"] == "RUNNING"


def test_a_question_about_a_node_that_nobody_has_any_more_is_answered_so(operator: FlaskClient, running: int) -> None:
    answer = operator.get("/ops/release?node=1")
    assert (answer.status_code, "No worker holds that node any more" in answer.text) == (409, True)


def test_who_runs_no_site_may_do_none_of_it(member: FlaskClient, reported: Callable[[float], None], held: int) -> None:
    reported(300)
    answers = [
        member.post("/ops/drain", data={"worker": WORKER}),
        member.post("/ops/undrain", data={"worker": WORKER}),
        member.get(f"/ops/release?node={held}"),
        member.post("/ops/release", data={"node": held, "attempt": 1}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_queues_tell_how_many_wait_and_since_when(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    with app.app_context():
        for _ in range(3):
            start(lab)
        claim()
        with transaction() as connection:
            connection.execute(update(node).where(node.c.status == "READY").values(available_at=later(-60)))
        [queue] = ops.page([]).queues
    assert (queue.name, queue.ready, queue.running) == ("default", 2, 1)
    assert queue.oldest_due is not None
    assert (datetime.now(UTC) - queue.oldest_due).total_seconds() > 59
    assert f'<time datetime="{queue.oldest_due.isoformat(timespec="milliseconds")}"' in operator.get("/ops").text


def test_a_long_queue_is_counted_so_far_only(app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops, "COUNTED", 2)
    with app.app_context():
        for _ in range(5):
            start(lab)
        [queue] = ops.page([]).queues
    assert (queue.ready, queue.has_more) == (3, True)


def test_the_latency_is_from_due_to_claimed_of_claims_that_have_ended(app: Flask, lab: Lab) -> None:
    with app.app_context():
        assert ops.page([]).latency is None
        for seconds in (1, 2, 9):
            start(lab)
            taken = claim()
            with transaction() as connection:
                waited = node.c.id == taken.id
                connection.execute(update(node).where(waited).values(claimed_at=later(0), available_at=later(-seconds)))
            outcomes.fail(taken, outcomes.Failure("No", "no", is_permanent=True))
        found = ops.page([]).latency
    assert found is not None
    assert (found.number, round(found.median), round(found.slow, 1)) == (3, 2, 8.3)


def test_a_node_that_waits_for_another_try_tells_nothing_of_its_last_wait(app: Flask, lab: Lab) -> None:
    """Seen to fail without the condition on `available_at`: the wait was below nothing."""
    with app.app_context():
        start(lab)
        outcomes.fail(claim(), outcomes.Failure("Busy", "busy"))
        assert ops.page([]).latency is None


def test_it_says_whether_a_sweeper_lives(app: Flask, operator: FlaskClient) -> None:
    assert "flask sweeper" in operator.get("/ops").text
    with app.app_context():
        sweepers.report("here:7")
    page = operator.get("/ops").text
    assert "here:7" in page and "flask sweeper" not in page


def test_the_page_is_204_until_something_changes(operator: FlaskClient, reported: Callable[[float], None]) -> None:
    reported(1)
    poll = re.search(r'hx-get="(/ops/live[^"]*)"', operator.get("/ops").text)[1]  # type: ignore[index]
    assert operator.get(poll).status_code == 204
    reported(100)
    assert "silent" in operator.get(poll).text


def row_of(page: str, row_id: str) -> str:
    """The table row of that id."""
    return page.split(f'id="{row_id}"')[1].split("</tr>")[0]
