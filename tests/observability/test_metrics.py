"""/metrics: who may read it, and that each figure is what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, update

from dashboard.engine import outcomes, reports, sweepers, tallies
from dashboard.engine.clock import later
from dashboard.engine.tables import attempt, node
from dashboard.engine.transactions import transaction
from dashboard.models import ModelCall
from tests import factories
from tests.views.conftest import Lab, claim, start

TOKEN = "a-token-of-many-letters"
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]
on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "METRICS_TOKEN": TOKEN}


@pytest.fixture
def marked(at_head: Callable[[str], None], in_app: Flask) -> None:
    """Tables of this version: of others nothing is read."""


def ask(client: FlaskClient, token: str = TOKEN) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.text


def figures(client: FlaskClient) -> Figures:
    """Every sample by name and labels."""
    told = text_string_to_metric_families(ask(client))
    return {(one.name, frozenset(one.labels.items())): one.value for family in told for one in family.samples}


def of(found: Mapping[object, float], name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


@on_sqlite
def test_it_is_open_to_whoever_has_the_token(client: FlaskClient) -> None:
    assert "papersnitch_well" in ask(client)


@on_sqlite
@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer ", f"Token {TOKEN}"])
def test_it_is_closed_to_a_wrong_token(client: FlaskClient, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 401
    assert "papersnitch_" not in answer.text


@on_sqlite
def test_it_is_open_to_operators_and_to_nobody_else(
    client: FlaskClient, operator: FlaskClient, member: FlaskClient
) -> None:
    assert operator.get("/metrics").status_code == 200
    assert member.get("/metrics").status_code == 403
    assert client.get("/metrics").status_code == 302


@on_sqlite
def test_no_token_opens_it_where_none_is_set(app: Flask, client: FlaskClient) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, watching=replace(settings.watching, metrics_token=None))
    for token in ("", "None", TOKEN):
        assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_it_counts_what_waits_and_what_runs_by_queue(marked: None, app: Flask, client: FlaskClient, lab: Lab) -> None:
    for _ in range(3):
        start(lab)
    claim()
    with transaction() as connection:
        connection.execute(update(node).where(node.c.status == "READY").values(available_at=later(-100)))
    reports.report("w1", ["default", "net"], 1)
    reports.report("w2", ["default"], 2)
    sweepers.report("s1")
    found = figures(client)
    assert of(found, "papersnitch_ready_nodes", queue="default") == 2
    assert of(found, "papersnitch_ready_nodes", queue="net") == 0, "a queue that stands empty says so"
    assert of(found, "papersnitch_running_nodes", queue="default") == 1
    assert 100 <= (of(found, "papersnitch_oldest_ready_seconds", queue="default") or 0) < 200
    assert of(found, "papersnitch_workers_alive", queue="default") == 2
    assert of(found, "papersnitch_workers_alive", queue="net") == 1
    assert of(found, "papersnitch_sweepers_alive") == 1
    assert of(found, "papersnitch_expired_claims") == 0
    assert of(found, "papersnitch_runs", status="RUNNING") == 3
    assert of(found, "papersnitch_runs", status="FAILED") == 0


@on_sqlite
def test_it_counts_claims_whose_lease_ran_out(marked: None, client: FlaskClient) -> None:
    factories.expired_node()
    assert of(figures(client), "papersnitch_expired_claims") == 1


def test_it_tells_how_attempts_ended_and_how_long_they_took(marked: None, client: FlaskClient, lab: Lab) -> None:
    tallies.count_all()  # counting begins
    for seconds, waited in ((2, 0.2), (20, 3)):
        start(lab)
        taken = claim()
        with transaction() as connection:
            begun, due = later(-60 - seconds), later(-60 - seconds - waited)
            connection.execute(update(node).where(node.c.id == taken.id).values(claimed_at=begun, available_at=due))
        assert outcomes.fail(taken, outcomes.Failure("No", "no", is_permanent=True)).landed
    with transaction() as connection:
        connection.execute(update(attempt).values(finished_at=later(-60)))
    assert tallies.count_all() == 2
    found = figures(client)
    assert of(found, "papersnitch_node_attempts_total", handler="first", outcome="failed") == 2
    assert of(found, "papersnitch_node_seconds_count", handler="first") == 2
    assert of(found, "papersnitch_node_seconds_sum", handler="first") == pytest.approx(22, abs=1)
    bounds = {"1.0": 0, "5.0": 1, "15.0": 1, "60.0": 2, "+Inf": 2}
    assert {le: of(found, "papersnitch_node_seconds_bucket", handler="first", le=le) for le in bounds} == bounds
    assert of(found, "papersnitch_claim_latency_seconds_bucket", le="0.5") == 1
    assert of(found, "papersnitch_claim_latency_seconds_count") == 2


@on_sqlite
def test_totals_stay_when_old_rows_go(marked: None, client: FlaskClient, lab: Lab) -> None:
    tallies.count_all()
    start(lab)
    outcomes.fail(claim(), outcomes.Failure("No", "no", is_permanent=True))
    with transaction() as connection:
        connection.execute(update(attempt).values(finished_at=later(-60)))
    tallies.count_all()
    with transaction() as connection:
        connection.execute(delete(attempt))
    assert tallies.count_all() == 0
    assert of(figures(client), "papersnitch_node_attempts_total", handler="first", outcome="failed") == 1


@on_sqlite
def test_history_from_before_the_first_look_is_no_burst(in_app: Flask) -> None:
    factories.failed_node()
    with transaction() as connection:
        connection.execute(update(attempt).values(finished_at=later(-60)))
    assert (tallies.count_all(), tallies.count_all()) == (0, 0)


@on_sqlite
def test_a_fresh_row_waits_for_slower_transactions(in_app: Flask) -> None:
    """Also those behind it, so that none is passed over."""
    tallies.count_all()
    first, second = factories.failed_node(), factories.failed_node()
    with transaction() as connection:
        connection.execute(update(attempt).where(attempt.c.node_id == second.id).values(finished_at=later(-60)))
    assert tallies.count_all() == 0
    with transaction() as connection:
        connection.execute(update(attempt).where(attempt.c.node_id == first.id).values(finished_at=later(-60)))
    assert tallies.count_all() == 2


@on_sqlite
def test_two_sweepers_count_a_row_once(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tallies.count_all()
    factories.failed_node()
    with transaction() as connection:
        connection.execute(update(attempt).values(finished_at=later(-60)))
    add = tallies.ATTEMPTS.add
    others: list[int] = []

    def while_another_counts(counts: tallies.Counts, row: object) -> None:
        if not others:
            others.append(0)
            others[0] = tallies.count(tallies.ATTEMPTS)
        add(counts, row)  # type: ignore[arg-type]

    mine = tallies.Counting(tallies.ATTEMPTS.name, attempt, tallies.ATTEMPTS.rows, while_another_counts)
    assert (tallies.count(mine), others) == (0, [1])
    assert tallies.read("attempts")["ended"] == {"first": {"failed": 1}}


@on_sqlite
def test_it_adds_up_what_models_cost(marked: None, client: FlaskClient, lab: Lab) -> None:
    tallies.count_all()
    run_id = start(lab)
    row = factories.node_of(run_id)
    made = {"team_id": lab.team_id, "run_id": run_id, "node_id": row.id, "purpose": "p", "model": "m", "seconds": 1.0}
    calls = [
        {"call": "a", "tokens_in": 100, "tokens_out": 10, "cost": 0.5, "is_settled": True, "at": later(-60)},
        {"call": "b", "tokens_in": 50, "tokens_out": 5, "cost": None, "is_settled": True, "at": later(-60)},
        {"call": "c", "tokens_in": 9, "tokens_out": 9, "cost": 9, "is_settled": False, "at": later(-60)},
    ]
    with transaction() as connection:
        for call in calls:
            connection.execute(ModelCall.__table__.insert().values(**made, **call, is_measured=True))  # type: ignore[attr-defined]
    assert tallies.count_all() == 2, "the third is under way"
    found = figures(client)
    assert of(found, "papersnitch_model_calls_total", model="m") == 2
    assert of(found, "papersnitch_model_tokens_in_total", model="m") == 150
    assert of(found, "papersnitch_model_tokens_out_total", model="m") == 15
    assert of(found, "papersnitch_model_cost_total", model="m") == 0.5


@on_sqlite
def test_it_counts_requests_refusals_and_uploads(client: FlaskClient, member: FlaskClient) -> None:
    before = figures(client)
    client.post("/login", data={"email": "nobody@example.org", "password": "x"})
    client.get("/no/such/place/a")
    client.get("/no/such/place/b")
    member.post("/papers", data={"more": "x" * 1000})
    after = figures(client)

    def grown(name: str, **labels: str) -> float:
        return (of(after, name, **labels) or 0) - (of(before, name, **labels) or 0)

    assert grown("papersnitch_http_requests_total", endpoint="sign_in.login", method="POST", status="401") == 1
    assert grown("papersnitch_http_requests_total", endpoint="none", method="GET", status="302") + grown(
        "papersnitch_http_requests_total", endpoint="none", method="GET", status="404") == 2  # fmt: skip
    assert grown("papersnitch_http_request_seconds_count", endpoint="sign_in.login") == 1
    assert grown("papersnitch_sign_in_refusals_total", step="password") == 1
    assert grown("papersnitch_upload_bytes_total") >= 1000


@on_sqlite
def test_without_its_tables_it_still_says_that_it_is_unwell(client: FlaskClient) -> None:
    found = figures(client)
    assert (of(found, "papersnitch_well", part="database"), of(found, "papersnitch_well", part="tables")) == (1, 0)
    assert not any(name == "papersnitch_runs" for name, _ in found)
