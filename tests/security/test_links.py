"""Links that let somebody in: each opens once, in time, and for whom it was made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboard.engine import invitations, members, resets
from dashboard.engine.errors import EngineError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, Membership, SignInLink, User
from tests import factories
from tests.views.conftest import PASSWORD, PASSWORD_HASH, Lab, SignIn

NEWCOMER = "newcomer@example.org"
FORM = {"name": "Nora", "password": "a quiet passphrase"}


@pytest.fixture
def admin_id(app: Flask, lab: Lab) -> int:
    with app.app_context():
        return factories.id_of(lab.emails["admin"])


def invite(app: Flask, lab: Lab, by: int, email: str = NEWCOMER, role: str = "member") -> str:
    """The path of a new invitation."""
    with app.app_context():
        return f"/invitation/{invitations.make(lab.team_id, email, role, by)[1]}"


@pytest.fixture
def invitation(app: Flask, lab: Lab, admin_id: int) -> str:
    return invite(app, lab, admin_id)


@pytest.fixture
def reset(app: Flask, lab: Lab) -> str:
    """The path at which the team's member chooses a new password."""
    with app.app_context():
        return f"/reset/{resets.make(factories.id_of(lab.emails['member']), None)}"


def role_of(app: Flask, lab: Lab, email: str) -> str | None:
    with app.app_context():
        wanted = select(Membership.role).join(User, User.id == Membership.user_id)
        return db.session.scalar(wanted.where(User.email == email, Membership.team_id == lab.team_id))


def age(app: Flask, by: timedelta) -> None:
    """Let that time pass for every link."""
    with app.app_context(), writing() as session:
        for link in session.scalars(select(SignInLink)):
            link.created_at, link.expires_at = link.created_at - by, link.expires_at - by


def last_act(app: Flask) -> tuple[str, dict[str, object]]:
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        return event.action, event.detail


def test_a_newcomer_chooses_name_and_password_and_is_in(app: Flask, lab: Lab, invitation: str) -> None:
    browser = app.test_client()
    assert NEWCOMER in browser.get(invitation).text
    assert browser.post(invitation, data=FORM).location == "/"
    assert browser.get("/runs").status_code == 200
    assert role_of(app, lab, NEWCOMER) == "member"


def test_it_stays_open_after_a_weak_password(app: Flask, client: FlaskClient, lab: Lab, invitation: str) -> None:
    answer = client.post(invitation, data=FORM | {"password": "short"})
    assert answer.status_code == 422 and "at least 10 characters" in answer.text and "Nora" in answer.text
    assert client.post(invitation, data=FORM).status_code == 303


def test_an_invitation_opens_once(app: Flask, lab: Lab, invitation: str) -> None:
    app.test_client().post(invitation, data=FORM)
    again = app.test_client()
    assert again.get(invitation).status_code == 404
    assert again.post(invitation, data=FORM | {"name": "Mallory"}).status_code == 404
    assert last_act(app)[0] == "invitation.accept_refused"


def test_a_reset_opens_once_and_ends_every_session(
    app: Flask, lab: Lab, member: FlaskClient, client: FlaskClient, reset: str
) -> None:
    assert client.post(reset, data={"password": "another passphrase"}).location == "/login"
    assert member.get("/").status_code == 302
    assert client.get("/").status_code == 302, "choosing a password signs nobody in"
    assert client.post(reset, data={"password": "yet another one"}).status_code == 404
    email = lab.emails["member"]
    codes = [
        app.test_client().post("/login", data={"email": email, "password": password}).status_code
        for password in (PASSWORD, "yet another one", "another passphrase")
    ]
    assert codes == [401, 401, 303]


def test_a_reset_closes_the_persons_other_links(app: Flask, client: FlaskClient, lab: Lab, reset: str) -> None:
    with app.app_context():
        other = resets.make(factories.id_of(lab.emails["member"]), None)
    client.post(reset, data={"password": "another passphrase"})
    assert client.get(f"/reset/{other}").status_code == 404


@pytest.mark.parametrize(("days", "code"), [(6.99, 200), (7, 404)])
def test_an_invitation_is_open_for_seven_days(
    app: Flask, client: FlaskClient, invitation: str, days: float, code: int
) -> None:
    age(app, timedelta(days=days))
    assert client.get(invitation).status_code == code
    assert client.post(invitation, data=FORM).status_code == (303 if code == 200 else 404)


@pytest.mark.parametrize(("minutes", "code"), [(59, 200), (60, 404)])
def test_a_reset_is_open_for_an_hour(app: Flask, client: FlaskClient, reset: str, minutes: int, code: int) -> None:
    age(app, timedelta(minutes=minutes))
    assert client.get(reset).status_code == code
    assert client.post(reset, data={"password": "another passphrase"}).status_code == (303 if code == 200 else 404)


def test_looking_changes_nothing(app: Flask, client: FlaskClient, invitation: str, reset: str) -> None:
    for path in (invitation, reset) * 3:
        assert client.get(path).status_code == 200
    with app.app_context():
        assert not any(db.session.scalars(select(SignInLink.used_at)))


def test_no_link_does_anothers_work(client: FlaskClient, invitation: str, reset: str) -> None:
    invited, resetting = invitation.split("/")[-1], reset.split("/")[-1]
    paths = (f"/reset/{invited}", f"/welcome/{invited}", f"/invitation/{resetting}", f"/welcome/{resetting}")
    assert [client.get(path).status_code for path in paths] == [404] * 4


def test_the_wrong_person_is_told_so_and_the_link_stays_open(
    app: Flask, lab: Lab, stranger: FlaskClient, client: FlaskClient, invitation: str
) -> None:
    shown = stranger.get(invitation)
    assert shown.status_code == 403 and "You are signed in as" in shown.text and "Join</button>" not in shown.text
    assert stranger.post(invitation, data=FORM).status_code == 409
    assert last_act(app)[0] == "invitation.accept_refused"
    assert client.post(invitation, data=FORM).status_code == 303


def test_whoever_has_an_account_joins_after_signing_in_only(
    app: Flask, lab: Lab, admin_id: int, sign_in: SignIn
) -> None:
    with app.app_context():
        email = factories.user(password_hash=PASSWORD_HASH).email
    path = invite(app, lab, admin_id, email.upper(), "viewer")
    outside = app.test_client()
    assert "Sign in to join" in outside.get(path).text
    answer = outside.post(path, data=FORM)
    assert answer.location == f"/login?next={path}" and role_of(app, lab, email) is None
    inside = sign_in(email)
    assert inside.post(path).location == "/"
    assert role_of(app, lab, email) == "viewer" and "viewer" in inside.get("/settings/members").text


def test_an_invitation_never_lowers_a_role(app: Flask, lab: Lab, admin_id: int, sign_in: SignIn) -> None:
    with app.app_context():
        email = factories.user(password_hash=PASSWORD_HASH).email
    first = invite(app, lab, admin_id, email, "admin")
    sign_in(email).post(first)
    with app.app_context(), pytest.raises(EngineError, match="already"):
        invitations.make(lab.team_id, email, "viewer", admin_id)


def test_a_withdrawn_invitation_opens_nothing(app: Flask, lab: Lab, operator: FlaskClient, invitation: str) -> None:
    with app.app_context():
        key = db.session.scalars(select(SignInLink.id)).one()
    assert NEWCOMER in operator.get("/settings/members").text
    assert operator.post(f"/settings/invitations/{key}/withdraw").status_code == 303
    assert NEWCOMER not in operator.get("/settings/members").text
    assert app.test_client().post(invitation, data=FORM).status_code == 404
    assert operator.post(f"/settings/invitations/{key}/withdraw").status_code == 404


def test_a_newer_invitation_closes_the_older(app: Flask, client: FlaskClient, lab: Lab, admin_id: int) -> None:
    older, newer = (invite(app, lab, admin_id, email) for email in (NEWCOMER, NEWCOMER.upper()))
    assert [client.get(path).status_code for path in (older, newer)] == [404, 200]


def test_what_an_admin_made_closes_when_they_are_one_no_more(
    app: Flask, client: FlaskClient, lab: Lab, admin_id: int
) -> None:
    """Or they would let themselves in again."""
    with app.app_context():
        members.change_role(lab.team_id, factories.id_of(lab.emails["member"]), "admin", admin_id)
        leaver = factories.id_of(lab.emails["member"])
    path = invite(app, lab, leaver)
    with app.app_context():
        members.remove(lab.team_id, leaver, admin_id)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "member"])
def test_only_admins_invite(app: Flask, lab: Lab, sign_in: SignIn, role: str) -> None:
    answer = sign_in(lab.emails[role]).post("/settings/invitations", data={"email": NEWCOMER, "role": "admin"})
    assert answer.status_code == 403
    with app.app_context():
        assert db.session.scalars(select(SignInLink)).all() == []


def test_of_two_who_open_an_invitation_at_once_one_gets_in(app: Flask, lab: Lab, invitation: str) -> None:
    barrier, token = Barrier(2), invitation.split("/")[-1]

    def open_it(name: str) -> str:
        with app.app_context():
            barrier.wait()
            try:
                return f"in as {invitations.begin(token, name, FORM['password'])}"
            except EngineError as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(2) as crowd:
        ends = sorted(crowd.map(open_it, ("One", "Other")))
    assert ends[0] in ("ConflictError", "NotFoundError") and ends[1].startswith("in as ")


def test_of_two_who_open_a_reset_at_once_one_chooses(app: Flask, lab: Lab, reset: str) -> None:
    barrier, token = Barrier(2), reset.split("/")[-1]

    def open_it(password: str) -> str:
        with app.app_context():
            barrier.wait()
            try:
                resets.use(token, password)
            except EngineError as refusal:
                return type(refusal).__name__
            return f"chose {password}"

    with ThreadPoolExecutor(2) as crowd:
        ends = sorted(crowd.map(open_it, ("first passphrase", "other passphrase")))
    assert ends[0] == "NotFoundError" and ends[1].startswith("chose ")


def test_a_disabled_persons_links_open_nothing(app: Flask, client: FlaskClient, lab: Lab, reset: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == lab.emails["member"]).values(is_disabled=True))
    assert client.get(reset).status_code == 404
    assert client.post(reset, data={"password": "another passphrase"}).status_code == 404


def test_tokens_hold_256_bits_and_only_their_hashes_are_stored(
    app: Flask, lab: Lab, invitation: str, reset: str
) -> None:
    with app.app_context():
        rows = [str(vars(row)) for row in db.session.scalars(select(SignInLink))]
        trail = str([event.detail for event in db.session.scalars(select(AuditEvent))])
    for token in (invitation.split("/")[-1], reset.split("/")[-1]):
        assert len(token) == 43
        assert not any(token in text for text in (*rows, trail))


@pytest.mark.parametrize("path", ["/forgot", "/invitation/x", "/reset/x"])
def test_every_form_outside_needs_its_token(app: Flask, client: FlaskClient, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(path).status_code == 400


def test_a_guessed_link_is_nothing(client: FlaskClient) -> None:
    for path in ("/invitation/x", "/reset/x", "/reset/%00", f"/invitation/{'a' * 5000}", "/reset/%F0%9F%8E%81"):
        assert client.get(path).status_code == 404
