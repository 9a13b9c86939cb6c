"""The first start: a link that opens once and leaves an admin with a team and running samples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from dashboard import first_start
from dashboard.engine.errors import ConflictError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, SignInLink, User, WorkflowRun
from tests import factories

FORM = {"email": "ada@example.org", "password": "a quiet passphrase", "team": "Vision lab"}


@pytest.fixture
def link(app: Flask) -> str:
    with app.app_context():
        return first_start.make_link("http://127.0.0.1:8000").removeprefix("http://127.0.0.1:8000")


def test_it_makes_the_first_admin_and_signs_them_in(app: Flask, client: FlaskClient, link: str) -> None:
    assert client.get(link).status_code == 200
    assert client.post(link, data=FORM).location == "/"
    assert "Welcome" in client.get("/").text
    with app.app_context():
        membership = db.session.scalar(select(Membership))
        assert membership is not None
        assert (membership.role, membership.team.name) == ("admin", "Vision lab")


def test_it_starts_a_run_on_each_sample(app: Flask, client: FlaskClient, link: str) -> None:
    samples = len(list(Path(app.root_path, "samples").glob("*.pdf")))
    with app.app_context():
        factories.definition()
    client.post(link, data=FORM)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(WorkflowRun)) == samples


def test_it_opens_only_once(app: Flask, client: FlaskClient, link: str) -> None:
    client.post(link, data=FORM)
    again = app.test_client()
    assert again.get(link).status_code == 404
    assert again.post(link, data=FORM).status_code == 404


def test_it_closes_after_a_day(app: Flask, client: FlaskClient, link: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(SignInLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert client.get(link).status_code == 404


def test_it_stays_open_after_a_weak_password(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data=FORM | {"password": "short"})
    assert answer.status_code == 422
    assert "at least 10 characters" in answer.text
    assert client.post(link, data=FORM).status_code == 303


def test_it_stores_no_token(app: Flask, link: str) -> None:
    with app.app_context():
        stored = db.session.scalar(select(SignInLink.token_hash))
    assert stored is not None
    assert stored not in link


def test_a_newer_link_closes_the_older(app: Flask, client: FlaskClient, link: str) -> None:
    with app.app_context():
        first_start.make_link("http://x")
    assert client.get(link).status_code == 404


def test_it_makes_no_link_once_there_are_people(app: Flask) -> None:
    with app.app_context():
        factories.user()
        with pytest.raises(ConflictError):
            first_start.make_link("http://x")


def test_it_presets_the_admin_from_the_environment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERSNITCH_ADMIN_EMAIL", "Ada@Example.org")
    monkeypatch.setenv("PAPERSNITCH_ADMIN_PASSWORD", "a quiet passphrase")
    with app.app_context():
        assert first_start.admin_from_environment() is not None
        assert db.session.scalar(select(User.email)) == "ada@example.org"
        assert first_start.admin_from_environment() is None
