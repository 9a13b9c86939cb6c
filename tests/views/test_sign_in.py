"""Signing in and out."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, User
from tests.views.conftest import PASSWORD, Lab, SignIn, add_to_new_team
from tests.views.test_door import addresses


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_it_signs_in_and_records_it(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    assert sign_in(lab.emails["member"]).get("/").status_code == 200
    assert acts(app)[-1] == "user.sign_in"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_shows_the_form_to_whoever_asks_without_counting_it_as_a_try(
    app: Flask, client: FlaskClient, lab: Lab, method: str
) -> None:
    assert client.open("/login", method=method).status_code == 200
    assert "user.sign_in_refused" not in acts(app)


@pytest.mark.parametrize(("who", "password"), [("member", "wrong"), ("nobody", PASSWORD)])
def test_it_refuses_a_wrong_password_and_an_unknown_person_alike(
    app: Flask, client: FlaskClient, lab: Lab, who: str, password: str
) -> None:
    email = lab.emails.get(who, "nobody@example.org")
    answer = client.post("/login", data={"email": email, "password": password})
    assert answer.status_code == 401
    assert "Email or password is wrong." in answer.text
    assert acts(app)[-1] == "user.sign_in_refused"
    assert client.get("/").status_code == 302


def test_it_refuses_a_disabled_person_at_the_next_request(app: Flask, lab: Lab, member: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == lab.emails["member"]).values(is_disabled=True))
    assert member.get("/").status_code == 302
    answer = member.post("/login", data={"email": lab.emails["member"], "password": PASSWORD})
    assert answer.status_code == 401


def test_it_slows_guessing_down_but_lets_the_owner_in_from_elsewhere(app: Flask, client: FlaskClient, lab: Lab) -> None:
    wrong = {"email": lab.emails["member"], "password": "wrong"}
    codes = [client.post("/login", data=wrong).status_code for _ in range(12)]
    assert codes[:8] == [401] * 8
    assert set(codes[8:]) == {429}
    right = {"email": lab.emails["member"], "password": PASSWORD}
    elsewhere = app.test_client().post("/login", data=right, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 303


def test_it_begins_a_new_session_so_that_a_planted_one_is_worth_nothing(client: FlaskClient, lab: Lab) -> None:
    with client.session_transaction() as planted:
        planted["planted"] = "yes"
    client.post("/login", data={"email": lab.emails["member"], "password": PASSWORD})
    with client.session_transaction() as fresh:
        assert "planted" not in fresh


def test_it_ends_copied_sessions_too_on_signing_out(app: Flask, member: FlaskClient) -> None:
    cookie = member.get_cookie("session")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/").status_code == 200
    member.post("/logout")
    assert thief.get("/").status_code == 302
    assert member.get("/").status_code == 302


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil", "/a\tb", "evil", "/x\r\nSet-Cookie:y"],
)
def test_it_only_goes_on_to_pages_of_this_site(client: FlaskClient, lab: Lab, wanted: str) -> None:
    right = {"email": lab.emails["member"], "password": PASSWORD}
    answer = client.post("/login", query_string={"next": wanted}, data=right)
    assert answer.location in ("/", "/%09/evil")


def test_it_goes_on_to_the_page_that_was_asked_for(client: FlaskClient, lab: Lab) -> None:
    asked = client.get("/runs?status=FAILED")
    answer = client.post(asked.location, data={"email": lab.emails["member"], "password": PASSWORD})
    assert answer.location == "/runs?status=FAILED"


def test_it_shows_another_team_once_chosen(app: Flask, lab: Lab, member: FlaskClient) -> None:
    team_id, run_id = add_to_new_team(app, lab.emails["member"])
    assert f"#{run_id}" not in member.get("/runs").text
    assert member.post("/team", data={"team": team_id}).status_code == 303
    assert f"#{run_id}" in member.get("/runs").text


def test_it_opens_a_link_into_another_team_of_ones_own(app: Flask, lab: Lab, member: FlaskClient) -> None:
    _team_id, run_id = add_to_new_team(app, lab.emails["member"])
    assert member.get(f"/runs/{run_id}").status_code == 200


def test_it_does_not_choose_a_team_one_is_not_in(
    app: Flask, lab: Lab, member: FlaskClient, stranger: FlaskClient
) -> None:
    assert stranger.post("/team", data={"team": lab.team_id}).status_code == 404


def test_it_refuses_every_form_without_its_token(app: Flask, member: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for address in [*addresses(app, "POST"), "/login", "/welcome/x"]:
        assert member.post(address).status_code == 400, address
