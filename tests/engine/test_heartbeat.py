"""The heartbeat: keeps a claim, sees soon when it is lost or cancelled, and is held up by nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from dashboard.engine import claims, crashes, runs
from dashboard.engine.claims import Claim
from dashboard.engine.glance import glance
from dashboard.extensions import db
from jobs import stopping
from jobs.heartbeat import Heartbeat
from jobs.logbook import Logbook
from jobs.slate import Held, Reason, slate
from tests import factories

on_mariadb = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


@pytest.fixture
def heartbeat_seconds() -> float:
    """Between two renewals."""
    return 0.5


@pytest.fixture
def heartbeat(in_app: Flask, heartbeat_seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heartbeat]:
    quick = replace(in_app.extensions["settings"], heartbeat_seconds=heartbeat_seconds, cancel_grace_seconds=0.7)
    monkeypatch.setitem(in_app.extensions, "settings", quick)
    monkeypatch.setattr(stopping, "stop", lambda: None)  # the slate tells what would be stopped, and this is no horse
    with Heartbeat(in_app) as beating:
        yield beating


def watched(heartbeat: Heartbeat, **columns: object) -> Claim:
    claim = factories.claimed_node(nodes=[{"id": "first", **columns}])
    heartbeat.watch(claim, Logbook(claim))
    return claim


def held() -> Held:
    found = slate.read()
    assert found is not None
    return found


def lease_of(claim: Claim) -> datetime:
    until = factories.node_of(claim.run_id).claim_expires_at
    assert until is not None
    return until


def soon(fact: Callable[[], bool], seconds: float = 4.0) -> bool:
    give_up = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def locked(query: str) -> Iterator[None]:
    """Somebody else sits on those rows."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text(f"{query} FOR UPDATE"))
        yield


def test_a_claim_is_renewed_and_its_fence_moves_along(heartbeat: Heartbeat) -> None:
    claim = watched(heartbeat)
    before, fence = lease_of(claim), held().stop_at
    assert held().reason is Reason.CLAIM_LOST
    assert soon(lambda: lease_of(claim) > before)
    assert soon(lambda: held().stop_at > fence)


def test_a_deadline_nearer_than_the_fence_comes_first(heartbeat: Heartbeat) -> None:
    watched(heartbeat, timeout_seconds=20)
    assert held().reason is Reason.DEADLINE
    assert 19 < held().stop_at - time.monotonic() <= 20


def test_a_handler_past_its_deadline_has_its_lease_no_longer_renewed(heartbeat: Heartbeat) -> None:
    """Seen to fail when `_tend` renewed in any case: a hung handler without a worker outside kept its node for good."""
    claim = watched(heartbeat, timeout_seconds=1)
    time.sleep(1.2)
    before = lease_of(claim)
    time.sleep(1.5)
    assert lease_of(claim) == before


class TestBetweenRenewals:
    """The next renewal is a minute off: what is seen now, the glance has seen."""

    @pytest.fixture
    def heartbeat_seconds(self) -> float:
        return 20.0

    def test_a_cancel_is_seen_within_two_seconds_and_stops_after_the_grace(self, heartbeat: Heartbeat) -> None:
        """Seen to fail with `glance` never called."""
        claim = watched(heartbeat)
        runs.cancel(claim.run_id, None)
        assert soon(lambda: heartbeat.is_cancelled, 2.0)
        assert soon(lambda: held().reason is Reason.CANCELLED)
        assert 0 < held().stop_at - time.monotonic() <= 0.7

    def test_a_lost_claim_is_seen_within_two_seconds(self, heartbeat: Heartbeat) -> None:
        claim = watched(heartbeat)
        claims.renew(claim, -1)
        crashes.reap(3)
        assert soon(lambda: held().is_overdue(time.monotonic()), 2.0)
        assert held().reason is Reason.CLAIM_LOST

    def test_a_glance_writes_nothing(self, heartbeat: Heartbeat) -> None:
        claim = watched(heartbeat)
        before = lease_of(claim)
        time.sleep(1.5)
        assert lease_of(claim) == before


def test_a_cancel_of_the_claim_before_does_not_stop_the_next(heartbeat: Heartbeat) -> None:
    first = watched(heartbeat)
    runs.cancel(first.run_id, None)
    assert soon(lambda: heartbeat.is_cancelled)
    heartbeat.leave()
    watched(heartbeat)
    time.sleep(1.2)
    assert not heartbeat.is_cancelled
    assert held().reason is Reason.CLAIM_LOST


@on_mariadb
def test_a_log_that_cannot_be_written_does_not_cost_the_claim(heartbeat: Heartbeat) -> None:
    """Seen to fail with the log written first: its wait for the run's row took the place of every renewal."""
    claim = factories.claimed_node()
    logbook = Logbook(claim)
    before = lease_of(claim)
    with locked(f"SELECT id FROM workflow_run WHERE id = {claim.run_id}"):
        logbook.add("info", "waits")
        heartbeat.watch(claim, logbook)
        assert soon(lambda: lease_of(claim) > before, 9.0)


@on_mariadb
def test_a_handler_leaves_at_once_while_a_renewal_waits(heartbeat: Heartbeat) -> None:
    """Seen to fail with the lock held over the renewal: `leave` waited for the database's five seconds."""
    claim = watched(heartbeat)
    with locked(f"SELECT id FROM workflow_node WHERE id = {claim.id}"):
        time.sleep(1.5)
        begun = time.monotonic()
        heartbeat.leave()
        assert time.monotonic() - begun < 1


def test_a_glance_knows_whose_a_claim_is(in_app: Flask) -> None:
    claim = factories.claimed_node()
    assert glance(claim).is_held
    assert not glance(replace(claim, token="0" * 32)).is_held
    claims.give_back(claim)
    assert not glance(claim).is_held
