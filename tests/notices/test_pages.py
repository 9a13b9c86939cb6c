"""The pages: what a person wants to hear of, what a team tells, each call with its answer, and what a browser shows."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.config import Settings, from_environment
from dashboard.engine import runs, wishes
from dashboard.engine.deliveries import State, delivery
from dashboard.engine.notices import Event
from dashboard.engine.transactions import reading
from dashboard.engine.wishes import Scope, Wish
from dashboard.reads import webhooks as reads
from jobs import notices as jobs
from tests import factories
from tests.notices.receiver import Receiver
from tests.views.conftest import Lab, SignIn, claim, fail, make_lab
from tests.views.conftest import lab as lab
from tests.views.conftest import member as member
from tests.views.conftest import operator as operator
from tests.views.conftest import sign_in as sign_in
from tests.views.conftest import viewer as viewer

SECRET = re.compile(r'value="(whsec_[^"]+)"')


@pytest.fixture
def settings(environment: dict[str, str], hook: Receiver) -> Settings:
    return from_environment({**environment, "WEBHOOK_PRIVATE_HOSTS": hook.host})


@pytest.fixture
def admin(operator: FlaskClient) -> FlaskClient:
    return operator


def run_fails(app: Flask, lab: Lab, by: str) -> int:
    with app.app_context():
        run_id = runs.create_and_start(
            lab.definition_id, lab.paper_id, lab.team_id, {}, factories.id_of(lab.emails[by])
        )
        fail(claim(), "no such page <b>")
        return run_id


def turn(app: Flask) -> None:
    with app.app_context():
        jobs.turn(app)


def test_a_person_chooses(app: Flask, lab: Lab, viewer: FlaskClient) -> None:
    chosen = {"run.failed.email": "all", "run.failed.browser": "none", "run.finished.email": "mine"}
    assert viewer.post("/settings/notifications", data=chosen).location == "/settings/notifications"
    with app.app_context(), reading() as connection:
        person = factories.id_of(lab.emails["viewer"])
        mine = wishes.of_people(connection, [person])[person]
    assert mine[Event.FAILED] == Wish(Scope.ALL, Scope.NONE)
    assert mine[Event.FINISHED] == Wish(Scope.MINE, Scope.MINE)
    page = viewer.get("/settings/notifications").text
    failed = re.search(r'<tr id="event-run-failed">.*?</tr>', page, re.DOTALL)
    assert failed is not None and re.findall(r'value="(\w+)" selected', failed[0]) == ["all", "none"]


def test_a_choice_that_is_none_is_refused(viewer: FlaskClient) -> None:
    assert viewer.post("/settings/notifications", data={"run.failed.email": "everybody"}).status_code == 422


def test_the_secret_is_shown_once(admin: FlaskClient, hook: Receiver) -> None:
    answer = admin.post("/settings/webhooks", data={"url": hook.url, "event": "run.failed"})
    assert answer.status_code == 200 and SECRET.search(answer.text)
    assert not SECRET.search(admin.get("/settings/webhooks").text)


def test_what_is_wrong_is_said_and_what_was_typed_stays(admin: FlaskClient) -> None:
    answer = admin.post("/settings/webhooks", data={"url": "http://example.org/x", "event": "run.stuck"})
    assert (answer.status_code, "The address must begin with https://." in answer.text) == (422, True)
    assert 'value="http://example.org/x"' in answer.text and 'value="run.stuck" checked' in answer.text
    assert "run.failed" in answer.text and 'value="run.failed" checked' not in answer.text


def test_each_call_is_shown_and_sent_again(app: Flask, lab: Lab, admin: FlaskClient, hook: Receiver) -> None:
    admin.post("/settings/webhooks", data={"url": hook.url, "event": "run.failed"})
    hook.answers = [400]
    run_id = run_fails(app, lab, "member")
    turn(app)
    page = admin.get("/settings/webhooks").text
    assert "I say 400" in page and "no such page &lt;b&gt;" in page and f"/runs/{run_id}" in page
    assert re.search(r"data-label=\"took\">[\d,]+ ms<", page) and 'data-label="status">400<' in page
    with app.app_context(), reading() as connection:
        ping = connection.execute(select(delivery.c.id).where(delivery.c.event == "ping")).scalar_one()
    hook.answers = [204]
    while not hook.calls.empty():
        hook.next()
    admin.post(f"/settings/webhooks/deliveries/{ping}/resend")
    turn(app)
    with app.app_context(), reading() as connection:
        assert connection.execute(select(delivery.c.state).where(delivery.c.id == ping)).scalar_one() == State.SENT
    assert hook.next().said["type"] == "ping" and hook.calls.empty()


def test_calls_are_paged(
    app: Flask, lab: Lab, admin: FlaskClient, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PAGE", 3)
    admin.post("/settings/webhooks", data={"url": hook.url, "event": "run.failed"})
    for _ in range(4):
        run_fails(app, lab, "member")
    turn(app)
    first = admin.get("/settings/webhooks").text
    older = re.search(r'href="(/settings/webhooks\?before=\d+)#calls"', first)
    assert older is not None and first.count('<tr id="call-') == 3
    assert admin.get(older[1]).text.count('<tr id="call-') == 2
    assert admin.get("/settings/webhooks?before=x").text.count('<tr id="call-') == 3


def test_a_webhook_is_removed_and_its_calls_stay(admin: FlaskClient, hook: Receiver) -> None:
    admin.post("/settings/webhooks", data={"url": hook.url, "event": "run.failed"})
    remove = re.search(r'action="(/settings/webhooks/\d+/remove)"', admin.get("/settings/webhooks").text)
    assert remove is not None
    assert admin.post(remove[1]).status_code == 303
    page = admin.get("/settings/webhooks").text
    assert "/remove" not in page and page.count('<tr id="call-') == 1
    assert admin.post(remove[1]).status_code == 404


def test_a_browser_is_told_what_its_person_wants_to_hear(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    run_id = run_fails(app, lab, "member")
    mine = sign_in(lab.emails["member"]).get("/notifications/recent").json
    [one] = mine["notices"]  # type: ignore[index]
    assert (one["url"], one["body"]) == (f"/runs/{run_id}", "first: HostError: no such page <b>")
    other = sign_in(lab.emails["viewer"])
    assert other.get("/notifications/recent").json == {"notices": []}
    other.post("/settings/notifications", data={"run.failed.browser": "all"})
    assert other.get("/notifications/recent").json == mine


def test_a_browser_is_told_nothing_of_other_teams(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    run_fails(app, lab, "member")
    with app.app_context():
        elsewhere = make_lab().emails["member"]
    stranger = sign_in(elsewhere)
    stranger.post("/settings/notifications", data={f"{event}.browser": "all" for event in Event})
    assert stranger.get("/notifications/recent").json == {"notices": []}
