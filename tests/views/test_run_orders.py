"""The list of runs by score and by time: turned by links of its head, paged on in the same order."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from dashboard.engine import outcomes, retrying
from dashboard.engine.tables import run
from dashboard.engine.transactions import transaction
from dashboard.reads import run_filter, runs
from dashboard.reads.errors import Broken
from dashboard.reads.run_filter import Filter, Order
from tests.engine import steps
from tests.views.conftest import Lab, claim, start
from tests.views.test_saved_views import listed

SCORES = (72.0, None, 90.0, 72.0, 10.0)
SECONDS = (5.0, 50.0, None, 0.5, 5.0)


@pytest.fixture
def scored(app: Flask, lab: Lab) -> list[int]:
    """Runs of those scores and times, the oldest first."""
    with app.app_context():
        made = [start(lab) for _ in SCORES]
        with transaction() as connection:
            for run_id, score, seconds in zip(made, SCORES, SECONDS, strict=True):
                connection.execute(update(run).where(run.c.id == run_id).values(score=score, seconds=seconds))
    return made


@pytest.mark.parametrize(
    ("order", "places"),
    [("best", [2, 3, 0, 4]), ("worst", [4, 0, 3, 2]), ("longest", [1, 4, 0, 3]), ("shortest", [3, 0, 4, 1])],
)
def test_it_orders_and_pages_on_in_that_order(
    app: Flask, member: FlaskClient, lab: Lab, scored: list[int], order: str, places: list[int]
) -> None:
    expected = [scored[place] for place in places]
    assert listed(member, f"/runs?order={order}") == expected
    paged: list[int] = []
    with app.app_context():
        for before in (None, *expected):
            page = runs.page(lab.team_id, Filter(order=Order(order), before=before), limit=1)
            paged += [row.id for row in page.rows]
    assert paged == expected


def test_the_head_of_the_table_turns_the_order(member: FlaskClient, scored: list[int]) -> None:
    assert 'href="/runs?status=RUNNING&amp;order=best"' in member.get("/runs?status=RUNNING").text
    assert 'href="/runs?order=worst"' in member.get("/runs?order=best").text
    assert "Runs without a score are not in this order." in member.get("/runs?order=best").text


def test_every_order_has_words() -> None:
    assert set(run_filter.WORDS) == set(Order)


def test_a_run_keeps_how_long_it_took_until_it_is_retried(app: Flask, lab: Lab) -> None:
    with app.app_context():
        run_id = start(lab)
        outcomes.fail(claim(), steps.FOR_GOOD)
        ended = steps.run_of(run_id)
        assert ended.finished_at is not None and ended.started_at is not None and ended.seconds is not None
        assert abs(ended.seconds - (ended.finished_at - ended.started_at).total_seconds()) < 0.01
        retrying.retry(run_id, None, False, None, None)
        assert steps.run_of(run_id).seconds is None


@pytest.mark.parametrize(
    ("status", "failures", "said"),
    [
        ("FAILED", 1, "attempt 3, failed at once: will not be tried again"),
        ("FAILED", 3, "attempt 3, 3 of 3 failures"),
        ("POISONED", 0, "attempt 3, its worker died 3 times"),
    ],
)
def test_a_failure_says_why_it_is_not_tried_again(status: str, failures: int, said: str) -> None:
    assert Broken(1, 1, "a", status, 3, 3, failures, 3, "ValueError", "no", "").tries == said
