"""Teams and people of the whole site, for its operators."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import accounts
from dashboard.extensions import db
from dashboard.models import AuditEvent, Team, User
from tests import factories
from tests.views.conftest import PASSWORD, PASSWORD_HASH, Lab, SignIn


@pytest.fixture
def member_id(app: Flask, lab: Lab) -> int:
    with app.app_context():
        return factories.id_of(lab.emails["member"])


@pytest.fixture
def operator_id(app: Flask, lab: Lab) -> int:
    with app.app_context():
        return factories.id_of(lab.emails["admin"])


def told(app: Flask, action: str) -> list[dict[str, object]]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent.detail).where(AuditEvent.action == action)))


def test_it_shows_every_team_and_everybody(operator: FlaskClient, stranger: FlaskClient, app: Flask, lab: Lab) -> None:
    page = operator.get("/settings/site").text
    with app.app_context():
        assert all(email in page for email in db.session.scalars(select(User.email)))
        assert all(name in page for name in db.session.scalars(select(Team.name)))
    assert stranger.get("/settings/site").status_code == 403


def test_a_team_begins_with_its_maker_as_admin_who_looks_at_it(app: Flask, operator: FlaskClient) -> None:
    answer = operator.post("/settings/site/teams", data={"name": "Night shift"})
    assert answer.location == "/settings/members"
    page = operator.get("/settings/members").text
    assert "Members of Night shift" in page and "Invite somebody" in page


def test_a_team_left_without_an_admin_stands_out_and_can_be_given_one(
    app: Flask, operator: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        team_id = factories.team("Orphans").id
    assert "nobody manages it" in operator.get("/settings/site").text
    form = {"email": "new.admin@example.org"}
    assert operator.post(f"/settings/site/teams/{team_id}/admin", data=form).location == "/settings/site"
    link = re.search(r"http://\S+?(/invitation/[\w-]+)", operator.get("/settings/site").text)
    assert link is not None
    assert client.post(link[1], data={"name": "Nora", "password": "a quiet passphrase"}).status_code == 303
    assert "Invite somebody" in client.get("/settings/members").text
    assert "nobody manages it" not in operator.get("/settings/site").text


def test_disabling_ends_sessions_at_the_next_request_and_enabling_lets_in_again(
    app: Flask, lab: Lab, member: FlaskClient, operator: FlaskClient, member_id: int
) -> None:
    right = {"email": lab.emails["member"], "password": PASSWORD}
    assert operator.post(f"/settings/site/people/{member_id}/disable").status_code == 303
    assert member.get("/").status_code == 302
    assert member.post("/login", data=right).status_code == 401
    assert operator.post(f"/settings/site/people/{member_id}/enable").status_code == 303
    assert member.get("/").status_code == 302, "the old session stays ended"
    assert member.post("/login", data=right).status_code == 303
    person = lab.emails["member"]
    assert told(app, "user.disable") == [{"person": person, "before": False, "after": True}]
    assert told(app, "user.enable") == [{"person": person, "before": True, "after": False}]


@pytest.mark.parametrize("act", ["disable", "no-operator"])
def test_the_last_operator_stays(app: Flask, operator: FlaskClient, operator_id: int, act: str) -> None:
    answer = operator.post(f"/settings/site/people/{operator_id}/{act}")
    assert answer.status_code == 409 and "Make somebody else an operator first." in answer.text
    assert operator.get("/settings/site").status_code == 200


def test_an_operator_makes_another_and_may_then_stop_being_one(
    app: Flask, operator: FlaskClient, member: FlaskClient, member_id: int, operator_id: int
) -> None:
    assert member.get("/settings/site").status_code == 403
    operator.post(f"/settings/site/people/{member_id}/operator")
    assert member.get("/settings/site").status_code == 200
    operator.post(f"/settings/site/people/{operator_id}/no-operator")
    assert operator.get("/settings/site").status_code == 403
    assert [one["after"] for one in told(app, "user.operator")] == [True, False]


def test_who_is_an_operator_no_more_is_refused_in_the_engine_too(
    app: Flask, lab: Lab, member_id: int, operator_id: int
) -> None:
    with app.app_context(), pytest.raises(accounts.NotAllowedError):
        accounts.make_operator(member_id, by=member_id)
    assert told(app, "user.operator_refused") != []


def test_an_operator_hands_over_a_link_to_a_new_password(
    lab: Lab, operator: FlaskClient, client: FlaskClient, member_id: int
) -> None:
    operator.post(f"/settings/site/people/{member_id}/reset", headers={"X-Forwarded-Host": "evil.example"})
    page = operator.get("/settings/site").text
    link = re.search(r"http://127\.0\.0\.1:8000(/reset/[\w-]+)", page)
    assert link is not None and link[1] not in operator.get("/settings/site").text, "it is shown once"
    assert lab.emails["member"] in client.get(link[1]).text
    assert client.post(link[1], data={"password": "another passphrase"}).status_code == 303


def test_people_are_found_by_name_and_address_and_paged(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    with app.app_context():
        team = db.session.get(Team, lab.team_id)
        for _ in range(105):
            factories.user(team, "viewer")
    first = operator.get("/settings/site").text
    following = re.search(r'href="(/settings/site\?after=[^"]+)"', first)
    assert first.count('id="person-') == 100 and following is not None
    assert operator.get(following[1]).text.count('id="person-') == 8
    assert operator.get(f"/settings/site?q={lab.emails['member'].upper()}").text.count('id="person-') == 1
    assert "Nobody here is called that." in operator.get("/settings/site?q=%25").text


def test_a_person_in_no_team_has_a_profile_and_is_told_what_to_do(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    with app.app_context():
        email = factories.user(db.session.get(Team, lab.team_id), "viewer", password_hash=PASSWORD_HASH).email
    browser = sign_in(email)
    browser.post("/settings/members/leave", data={"team": lab.team_id})
    assert browser.get("/settings/profile").status_code == 200
    assert "An admin of a team can add you." in browser.get("/").text
