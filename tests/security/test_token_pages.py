"""The page of tokens: made there and shown once, listed to their person and the team's admins, ended by either."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from dashboard.engine import tokens
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import ApiToken, AuditEvent, Membership
from tests import factories
from tests.views.conftest import Lab, SignIn, add_to_new_team

PAGE = "/settings/tokens"
SHOWN = re.compile(rf'value="({tokens.SHAPE.pattern})"')


def form(lab: Lab, **changes: str) -> dict[str, str]:
    return {"team": str(lab.team_id), "name": "a script", "scope": "read", "days": "30", **changes}


def made_by(app: Flask, lab: Lab, role: str, name: str = "a script") -> int:
    """The key of a new token of that person's."""
    with app.app_context():
        tokens.make(factories.id_of(lab.emails[role]), lab.team_id, name, "read", 30)
        return db.session.scalars(select(ApiToken.id).order_by(ApiToken.id.desc()).limit(1)).one()


def opens(app: Flask, token: str) -> bool:
    with app.app_context():
        return tokens.find(token) is not None


def last_act(app: Flask) -> AuditEvent:
    with app.app_context():
        return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_a_token_is_shown_once_and_opens(app: Flask, lab: Lab, member: FlaskClient) -> None:
    answer = member.post(PAGE, data=form(lab, scope="write"))
    (token,) = SHOWN.findall(answer.text)
    assert answer.status_code == 200 and opens(app, token)
    again = member.get(PAGE).text
    assert token not in again and "a script" in again and "read, write" in again


def test_making_one_is_recorded_without_it(app: Flask, lab: Lab, member: FlaskClient) -> None:
    (token,) = SHOWN.findall(member.post(PAGE, data=form(lab)).text)
    line = last_act(app)
    assert (line.action, line.team_id) == ("token.make", lab.team_id)
    assert line.detail == {"name": "a script", "may": "read", "days": 30}
    assert token not in str(vars(line))


def test_a_person_is_offered_what_they_may_do(lab: Lab, viewer: FlaskClient, operator: FlaskClient) -> None:
    scopes = re.compile(r'<option value="([a-z]+)"')
    assert scopes.findall(viewer.get(PAGE).text) == ["read"]
    assert scopes.findall(operator.get(PAGE).text) == ["read", "write", "admin"]


@pytest.mark.parametrize(
    "changes", [{"scope": "admin"}, {"scope": ""}, {"name": ""}, {"days": "36500"}, {"days": "²"}, {"days": ""}]
)
def test_it_says_what_is_wrong_with_the_form(lab: Lab, member: FlaskClient, changes: dict[str, str]) -> None:
    answer = member.post(PAGE, data=form(lab, **changes))
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert not SHOWN.search(answer.text)


def test_it_makes_none_for_another_team(app: Flask, lab: Lab, stranger: FlaskClient) -> None:
    assert stranger.post(PAGE, data=form(lab)).status_code == 404
    assert stranger.post(PAGE, data=form(lab, team="x")).status_code == 404


def test_who_is_in_no_team_has_nothing_to_make_one_for(app: Flask, lab: Lab, member: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.execute(delete(Membership).where(Membership.user_id == factories.id_of(lab.emails["member"])))
    assert "You are in no team" in member.get(PAGE).text
    assert member.post(PAGE, data=form(lab)).status_code == 404


def test_one_revokes_ones_own(app: Flask, lab: Lab, member: FlaskClient) -> None:
    (token,) = SHOWN.findall(member.post(PAGE, data=form(lab)).text)
    assert member.post(f"{PAGE}/{made_by(app, lab, 'member')}/revoke").status_code == 303
    assert opens(app, token), "the other one"
    assert last_act(app).action == "token.revoke"


def test_a_revoked_token_opens_nothing_and_is_gone(app: Flask, lab: Lab, member: FlaskClient) -> None:
    (token,) = SHOWN.findall(member.post(PAGE, data=form(lab, name="The old one")).text)
    with app.app_context():
        token_id = db.session.scalars(select(ApiToken.id)).one()
    member.post(f"{PAGE}/{token_id}/revoke")
    assert not opens(app, token)
    assert '<span class="grow">The old one' not in member.get(PAGE).text
    assert member.post(f"{PAGE}/{token_id}/revoke").status_code == 404


def test_admins_see_and_revoke_the_teams(app: Flask, lab: Lab, viewer: FlaskClient, operator: FlaskClient) -> None:
    token_id = made_by(app, lab, "member", "The member's")
    assert "The member" not in viewer.get(PAGE).text
    assert viewer.post(f"{PAGE}/{token_id}/revoke").status_code == 403
    assert "The member&#39;s" in operator.get(PAGE).text
    assert operator.post(f"{PAGE}/{token_id}/revoke").status_code == 303
    assert "The member" not in operator.get(PAGE).text.partition("<h2>Yours")[2]


def test_admins_see_nothing_of_a_members_tokens_for_other_teams(
    app: Flask, lab: Lab, sign_in: SignIn, operator: FlaskClient
) -> None:
    elsewhere, _run = add_to_new_team(app, lab.emails["member"])
    with app.app_context():
        tokens.make(factories.id_of(lab.emails["member"]), elsewhere, "for another team", "read", 30)
        token_id = db.session.scalars(select(ApiToken.id)).one()
    assert "for another team" not in operator.get(PAGE).text
    assert operator.post(f"{PAGE}/{token_id}/revoke").status_code == 404
    assert "for another team" in sign_in(lab.emails["member"]).get(PAGE).text
