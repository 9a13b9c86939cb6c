"""A person's own name and password."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard import passwords
from dashboard.extensions import db
from dashboard.models import AuditEvent, User
from tests.views.conftest import PASSWORD, Lab, SignIn

NEW = "another passphrase"


def stored(app: Flask, lab: Lab) -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.email == lab.emails["member"])).one()


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_new_password_counts_and_ends_the_sessions_elsewhere(
    app: Flask, lab: Lab, sign_in: SignIn, member: FlaskClient
) -> None:
    elsewhere = sign_in(lab.emails["member"])
    answer = member.post("/settings/password", data={"current": PASSWORD, "new": NEW})
    assert (answer.status_code, answer.location) == (303, "/settings/profile")
    assert (member.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)
    assert passwords.matches(stored(app, lab).password_hash, NEW)
    assert acts(app)[-1] == "user.password"


def test_whoever_sits_at_an_open_screen_cannot_take_the_account(app: Flask, lab: Lab, member: FlaskClient) -> None:
    answer = member.post("/settings/password", data={"current": "guessed", "new": NEW})
    assert answer.status_code == 422 and "The current password is wrong." in answer.text
    assert passwords.matches(stored(app, lab).password_hash, PASSWORD)
    assert acts(app)[-1] == "user.password_refused"
    codes = [member.post("/settings/password", data={"current": "x", "new": NEW}).status_code for _ in range(12)]
    assert codes[-1] == 429


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "at least 10 characters"),
        ("Password123", "first that anybody would guess"),
        ("x" * 257, "at most 256"),
    ],
)
def test_a_weak_password_is_refused_and_the_old_one_stays(
    app: Flask, lab: Lab, member: FlaskClient, new: str, sentence: str
) -> None:
    answer = member.post("/settings/password", data={"current": PASSWORD, "new": new})
    assert answer.status_code == 422 and sentence in answer.text
    assert passwords.matches(stored(app, lab).password_hash, PASSWORD)


def test_a_long_one_in_any_script_is_taken(app: Flask, lab: Lab, member: FlaskClient) -> None:
    long = "σωστό άλογο мост 橋 " * 8
    assert len(long) > 64
    assert member.post("/settings/password", data={"current": PASSWORD, "new": long}).status_code == 303
    assert passwords.matches(stored(app, lab).password_hash, long)


def test_a_name_is_changed_with_both_in_the_trail(app: Flask, lab: Lab, member: FlaskClient) -> None:
    before = stored(app, lab).name
    assert member.post("/settings/profile", data={"name": " Ada   Lovelace "}).status_code == 303
    assert "Ada Lovelace" in member.get("/settings/profile").text
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.rename")).one()
        assert event.detail == {"before": before, "after": "Ada Lovelace"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\u202eb", "a\x00b"])
def test_a_name_that_would_not_fit_on_a_line_is_refused_beside_its_field(
    app: Flask, lab: Lab, member: FlaskClient, name: str
) -> None:
    before = stored(app, lab).name
    answer = member.post("/settings/profile", data={"name": name})
    assert answer.status_code == 422 and "needs a name" in answer.text
    assert stored(app, lab).name == before
