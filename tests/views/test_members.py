"""A team's members: its admins change who is in it and as what, everybody may leave, one admin always stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboard.engine import members
from dashboard.engine.clock import later, now
from dashboard.engine.errors import EngineError
from dashboard.engine.transactions import transaction, writing
from dashboard.extensions import db
from dashboard.models import ApiToken, AuditEvent, Membership, Team
from tests import factories
from tests.views.conftest import PASSWORD_HASH, Lab, SignIn, add_to_new_team


def roles(app: Flask, lab: Lab) -> dict[int, str]:
    with app.app_context():
        rows = db.session.execute(select(Membership.user_id, Membership.role).filter_by(team_id=lab.team_id))
        return {row.user_id: row.role for row in rows}


def told(app: Flask, action: str) -> list[dict[str, object]]:
    """What the audit trail says of acts of that name."""
    with app.app_context():
        wanted = select(AuditEvent.detail).where(AuditEvent.action == action).order_by(AuditEvent.id)
        return list(db.session.scalars(wanted))


@pytest.fixture
def ids(app: Flask, lab: Lab) -> dict[str, int]:
    with app.app_context():
        return {role: factories.id_of(email) for role, email in lab.emails.items()}


def test_everybody_in_the_team_sees_who_is_in_it(viewer: FlaskClient, lab: Lab) -> None:
    page = viewer.get("/settings/members").text
    assert all(email in page for email in lab.emails.values())
    assert "Invite" not in page and "Remove" not in page and "<select" not in page


def test_an_admin_changes_a_role_and_it_counts_at_the_next_request(
    app: Flask, lab: Lab, ids: dict[str, int], operator: FlaskClient, member: FlaskClient, running: int
) -> None:
    assert member.post(f"/runs/{running}/pause").status_code == 303
    answer = operator.post(f"/settings/members/{ids['member']}/role", data={"role": "viewer"})
    assert (answer.status_code, answer.location) == (303, "/settings/members")
    assert member.post(f"/runs/{running}/resume").status_code == 403
    assert told(app, "member.role") == [{"person": lab.emails["member"], "before": "member", "after": "viewer"}]


def test_a_person_removed_finds_nothing_at_the_next_request_and_their_tokens_end(
    app: Flask, lab: Lab, ids: dict[str, int], operator: FlaskClient, member: FlaskClient, running: int
) -> None:
    with app.app_context(), writing() as session:
        times = {"created_at": now(), "expires_at": later(3600)}
        about = {"team_id": lab.team_id, "name": "script", "token_hash": "h", "scopes": "read"}
        session.add(ApiToken(user_id=ids["member"], **about, **times))
    assert operator.post(f"/settings/members/{ids['member']}/remove").status_code == 303
    assert member.get(f"/runs/{running}").status_code == 404
    assert "You are in no team" in member.get("/settings/profile").text
    with app.app_context():
        assert db.session.scalars(select(ApiToken)).one().revoked_at is not None
    assert told(app, "member.remove") == [{"person": lab.emails["member"], "before": "member", "after": None}]


@pytest.mark.parametrize("act", ["role", "remove"])
def test_the_last_admin_stays_and_is_told_what_to_do(
    app: Flask, lab: Lab, ids: dict[str, int], operator: FlaskClient, act: str
) -> None:
    answer = operator.post(f"/settings/members/{ids['admin']}/{act}", data={"role": "member"})
    assert answer.status_code == 409
    assert "is the last admin of the team. Make somebody else its admin first." in answer.text
    assert roles(app, lab)[ids["admin"]] == "admin"
    assert "last admin" in str(told(app, f"member.{act}_refused"))


def test_an_admin_who_cannot_sign_in_does_not_count(app: Flask, lab: Lab, ids: dict[str, int]) -> None:
    with app.app_context():
        factories.user(db.session.get(Team, lab.team_id), "admin", is_disabled=True)
        with pytest.raises(members.LastAdminError):
            members.leave(lab.team_id, ids["admin"])


def test_the_last_admin_cannot_leave_before_another_is_made(
    app: Flask, lab: Lab, ids: dict[str, int], operator: FlaskClient
) -> None:
    leaving = {"team": lab.team_id}
    assert operator.post("/settings/members/leave", data=leaving).status_code == 409
    operator.post(f"/settings/members/{ids['member']}/role", data={"role": "admin"})
    assert operator.post("/settings/members/leave", data=leaving).status_code == 303
    assert ids["admin"] not in roles(app, lab)


@pytest.mark.parametrize("role", ["viewer", "member"])
def test_anybody_may_leave(app: Flask, lab: Lab, ids: dict[str, int], sign_in: SignIn, role: str) -> None:
    browser = sign_in(lab.emails[role])
    answer = browser.post("/settings/members/leave", data={"team": lab.team_id})
    assert (answer.status_code, answer.location) == (303, "/settings/profile")
    assert ids[role] not in roles(app, lab)
    assert told(app, "member.leave") == [{"person": lab.emails[role], "before": role, "after": None}]


def test_nobody_leaves_a_team_they_are_not_in(lab: Lab, stranger: FlaskClient) -> None:
    assert stranger.post("/settings/members/leave", data={"team": lab.team_id}).status_code == 404


def test_an_admin_of_one_team_is_none_of_the_other(
    app: Flask, lab: Lab, ids: dict[str, int], operator: FlaskClient
) -> None:
    """The admin is a member of a second team, and looks at it."""
    team_id, _run_id = add_to_new_team(app, lab.emails["admin"])
    with app.app_context():
        theirs = db.session.scalars(select(Membership.user_id).filter_by(team_id=team_id, role="viewer")).one()
    assert operator.post(f"/settings/members/{theirs}/role", data={"role": "admin"}).status_code == 404
    operator.post("/team", data={"team": team_id})
    assert operator.post(f"/settings/members/{theirs}/role", data={"role": "admin"}).status_code == 403
    assert operator.post(f"/settings/members/{ids['member']}/remove").status_code == 404


@pytest.mark.parametrize("role", ["", "owner", "ADMIN"])
def test_a_role_is_one_of_three(app: Flask, lab: Lab, ids: dict[str, int], operator: FlaskClient, role: str) -> None:
    assert operator.post(f"/settings/members/{ids['member']}/role", data={"role": role}).status_code == 422
    assert roles(app, lab)[ids["member"]] == "member"


def test_of_two_admins_who_demote_each_other_at_once_one_stays(app: Flask, lab: Lab, ids: dict[str, int]) -> None:
    """One is held before COMMIT; the other must wait for it, and then find itself refused."""
    with app.app_context():
        other = factories.user(db.session.get(Team, lab.team_id), "admin").id

    def demote_back() -> str:
        with app.app_context():
            try:
                members.change_role(lab.team_id, ids["admin"], "viewer", other)
            except EngineError as refusal:
                return str(refusal)
            return "done"

    with ThreadPoolExecutor(1) as crowd:
        with app.app_context(), transaction() as connection:
            members.lock(connection, lab.team_id, ids["admin"])
            connection.execute(update(Membership).where(Membership.user_id == other).values(role="viewer"))
            answer = crowd.submit(demote_back)
            wait([answer], timeout=1)
        assert answer.result().startswith("Only an admin of")
    assert list(roles(app, lab).values()).count("admin") == 1


def test_an_admin_renames_the_team(app: Flask, lab: Lab, operator: FlaskClient, member: FlaskClient) -> None:
    assert operator.post("/settings/members/team", data={"name": "  Vision \n lab "}).status_code == 303
    assert "Members of Vision lab" in member.get("/settings/members").text
    assert told(app, "team.rename")[0]["after"] == "Vision lab"
    assert operator.post("/settings/members/team", data={"name": " "}).status_code == 422


def test_a_name_is_text_on_every_page(app: Flask, lab: Lab, operator: FlaskClient, sign_in: SignIn) -> None:
    with app.app_context():
        name = "<script>alert(1)</script>"
        team = db.session.get(Team, lab.team_id)
        email = factories.user(team, "admin", password_hash=PASSWORD_HASH, is_operator=True).email
    browser = sign_in(email)
    assert browser.post("/settings/profile", data={"name": name}).status_code == 303
    browser.post("/settings/members/team", data={"name": name})
    for page in ("members", "profile", "site", "audit"):
        text = browser.get(f"/settings/{page}").text
        assert name not in text and "&lt;script&gt;alert(1)" in text, page
