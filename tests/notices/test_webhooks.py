"""Webhooks are called over real HTTP: signed, retried, never where a team must not reach, and each call is kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row, select, update

from dashboard.config import Settings
from dashboard.engine import deliveries, spreading, webhooks
from dashboard.engine.clock import now
from dashboard.engine.deliveries import State, delivery
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.notices import Event
from dashboard.engine.transactions import reading, transaction
from dashboard.engine.webhooks import webhook
from jobs import calling
from jobs import notices as jobs
from tests import factories
from tests.notices.conftest import BASE, Scene, fail, make_due, started, succeed
from tests.notices.receiver import Call, Receiver

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "notifications.md"
IN_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


def calls_of(team_id: int) -> Sequence[Row[Any]]:
    mine = select(delivery).where(delivery.c.team_id == team_id, delivery.c.webhook_id.is_not(None))
    with reading() as connection:
        return connection.execute(mine.order_by(delivery.c.id)).all()


def seconds_left() -> float:
    """How long the last call waits, by the database's clock."""
    newest = select(delivery.c.due_at, now().label("clock")).where(delivery.c.webhook_id.is_not(None))
    with reading() as connection:
        row = connection.execute(newest.order_by(delivery.c.id.desc()).limit(1)).one()
    return float((row.due_at - row.clock).total_seconds())


def is_signed(call: Call, secret: str) -> bool:
    """As the documentation tells receivers to look."""
    told: dict[str, Any] = {}
    exec(IN_PYTHON.findall(GUIDE.read_text())[0], told)
    return bool(told["is_ours"](call.headers, call.body, secret))


@pytest.fixture
def secret(scene: Scene, hook: Receiver, in_app: Flask) -> str:
    """The secret of a webhook that has been pinged."""
    made = webhooks.add(scene.team.id, hook.url, [Event.FAILED], scene.ada.id)
    jobs.turn(in_app)
    assert hook.next().said["type"] == "ping"
    return made


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    headers = calling.headers_of(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_call_says_what_happened_and_who_calls(in_app: Flask, scene: Scene, hook: Receiver, secret: str) -> None:
    run_id = started(scene)
    fail("no such page")
    started(scene)
    succeed()
    jobs.turn(in_app)
    call = hook.next()
    assert is_signed(call, secret) and not is_signed(call, "whsec_" + base64.b64encode(b"another").decode())
    said = call.said["data"]
    assert (call.said["type"], said["url"]) == ("run.failed", f"{BASE}/runs/{run_id}")
    assert (said["run"]["id"], said["run"]["status"], said["detail"]) == (
        run_id,
        "FAILED",
        "only: ValueError: no such page",
    )
    assert said["team"] == {"id": scene.team.id, "name": scene.team.name}
    with pytest.raises(Empty):
        hook.next()  # nobody asked to be called of what finished


def test_every_call_is_kept_with_what_was_answered(in_app: Flask, scene: Scene, hook: Receiver, secret: str) -> None:
    hook.answers = [201]
    started(scene)
    fail()
    jobs.turn(in_app)
    ping, call = calls_of(scene.team.id)
    assert (ping.event, ping.state, ping.status) == ("ping", State.SENT, 204)
    assert (call.state, call.status, call.answer, call.attempts) == (State.SENT, 201, "I say 201", 1)
    assert call.body == hook.next().body.decode() and call.seconds > 0 and call.ended_at is not None


def test_it_is_tried_again_later_and_later_under_one_id(
    in_app: Flask, scene: Scene, hook: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "WAITS", (1000.0, 5000.0))
    hook.answers = [500, 503, 204]
    started(scene)
    fail()
    waits = []
    for _ in range(2):
        jobs.turn(in_app)
        waits.append(seconds_left())
        jobs.turn(in_app)  # not before its time
        make_due()
    jobs.turn(in_app)
    calls = [hook.next() for _ in range(3)]
    assert len({(call.headers["webhook-id"], call.body) for call in calls}) == 1
    assert all(is_signed(call, secret) for call in calls) and hook.calls.empty()
    assert 700 < waits[0] <= 1200 and 3900 < waits[1] <= 6000
    call = calls_of(scene.team.id)[-1]
    assert (call.state, call.attempts, call.status) == (State.SENT, 3, 204)


def test_it_is_given_up_in_the_end_and_sent_anew_by_a_person(
    in_app: Flask, scene: Scene, hook: Receiver, secret: str
) -> None:
    hook.answers = [500]
    started(scene)
    fail()
    for _ in range(len(deliveries.WAITS) + 3):
        jobs.turn(in_app)
        make_due()
    call = calls_of(scene.team.id)[-1]
    assert (call.state, call.attempts, call.answer) == (State.FAILED, len(deliveries.WAITS) + 1, "I say 500")
    hook.answers = [204]
    deliveries.resend(call.id, scene.team.id, scene.ada.id)
    jobs.turn(in_app)
    assert calls_of(scene.team.id)[-1].state == State.SENT
    ids = {hook.next().headers["webhook-id"] for _ in range(len(deliveries.WAITS) + 2)}
    assert ids == {call.uid}


def test_one_that_is_away_does_not_hold_up_the_others(
    in_app: Flask, scene: Scene, hook: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a receiver with many calls due only a few are made in a turn."""
    monkeypatch.setattr(jobs, "DUE_EACH", 2)
    monkeypatch.setattr(jobs, "DUE_AT_ONCE", 3)
    for _ in range(5):
        started(scene)
        fail()
    webhooks.add(scene.team.id, f"{hook.url}&another", [Event.STUCK], scene.ada.id)
    jobs.turn(in_app)
    assert sorted(hook.next().said["type"] for _ in range(3)) == ["ping", "run.failed", "run.failed"]


def test_no_redirect_is_followed(in_app: Flask, scene: Scene, hook: Receiver, secret: str) -> None:
    hook.answers, hook.moved_to = [302], f"http://{hook.host}/elsewhere"
    started(scene)
    fail()
    jobs.turn(in_app)
    call = calls_of(scene.team.id)[-1]
    assert (call.state, hook.calls.qsize()) == (State.WAITING, 1)
    assert call.answer == f"It redirects to http://{hook.host}/elsewhere, which is not followed."


def test_a_receiver_that_never_comes_to_an_end_is_left(
    in_app: Flask, scene: Scene, hook: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "SECONDS", 0.3)
    hook.drips = True
    started(scene)
    fail()
    jobs.turn(in_app)
    call = calls_of(scene.team.id)[-1]
    assert (call.state, call.status) == (State.WAITING, None)
    assert "could not be called" in call.answer


@pytest.mark.parametrize("inside", ["https://127.0.0.1/x", "https://[::ffff:10.0.0.1]/x", "https://169.254.169.254/x"])
def test_what_is_inside_is_never_called(in_app: Flask, scene: Scene, inside: str) -> None:
    webhooks.add(scene.team.id, inside, [Event.FAILED], scene.ada.id)
    jobs.turn(in_app)
    [ping] = calls_of(scene.team.id)
    assert (ping.state, ping.status) == (State.FAILED, None)
    assert "leads to no public address" in ping.answer


def test_a_host_that_is_listed_no_more_is_not_called(
    in_app: Flask, scene: Scene, hook: Receiver, secret: str, settings: Settings
) -> None:
    object.__setattr__(settings, "webhook_private_hosts", frozenset())
    started(scene)
    fail()
    jobs.turn(in_app)
    call = calls_of(scene.team.id)[-1]
    assert (call.state, hook.calls.empty()) == (State.FAILED, True)
    assert "no operator vouches for its host any more" in call.answer


@pytest.mark.parametrize(
    "url",
    ["http://example.org/x", "ftp://example.org", "https://", "https://me:hush@example.org/", "https://x:port/",
     "https://example.org/\r\nx", "https://example.org/" + "x" * 500, "javascript:alert(1)", ""],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused(scene: Scene, url: str) -> None:
    with pytest.raises(InvalidInputError):
        webhooks.add(scene.team.id, url, [Event.FAILED], scene.ada.id)
    assert calls_of(scene.team.id) == []


def test_a_webhook_that_was_removed_is_called_no_more(in_app: Flask, scene: Scene, hook: Receiver, secret: str) -> None:
    """Neither for what was on its way to it nor for what happens later."""
    started(scene)
    fail()
    spreading.spread(300, False)
    with reading() as connection:
        key = connection.execute(select(webhook.c.id)).scalar_one()
    webhooks.remove(key, scene.ada.id)
    started(scene)
    fail()
    jobs.turn(in_app)
    _ping, call = calls_of(scene.team.id)
    assert (call.state, call.answer, hook.calls.empty()) == (State.FAILED, "The webhook was removed.", True)


def test_the_secret_lies_sealed_and_says_so_when_it_cannot_be_read(
    in_app: Flask, scene: Scene, hook: Receiver, secret: str
) -> None:
    with transaction() as connection:
        sealed = connection.execute(select(webhook.c.sealed_secret)).scalar_one()
        connection.execute(update(webhook).values(sealed_secret="gone"))
    assert secret not in sealed
    started(scene)
    fail()
    jobs.turn(in_app)
    assert "Something broke on our side (SealError)" in calls_of(scene.team.id)[-1].answer


def test_another_teams_runs_are_nobodys_business(in_app: Flask, scene: Scene, hook: Receiver, secret: str) -> None:
    factories.failed_node()
    jobs.turn(in_app)
    assert (len(calls_of(scene.team.id)), hook.calls.empty()) == (1, True)
