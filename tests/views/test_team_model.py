"""A team's language model: chosen by admins, its key sealed and never shown, told to workers only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import team_models
from dashboard.extensions import db
from dashboard.models import AuditEvent, TeamModel
from dashboard.sealing import SealError
from tests.views.conftest import Lab

KEY = "sk-a-canary-in-the-database"
CHOICE = {"model": "openai:gpt-5-mini", "url": "", "cap": "200000", "key": KEY}
OWN = "http://models.example:8000/v1"


@pytest.fixture
def offering(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who offers a server of their own."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], model_urls=(OWN,)))


def told(app: Flask, lab: Lab) -> dict[str, str]:
    """What a worker reads."""
    with app.app_context():
        return dict(team_models.environment_of(lab.team_id))


def test_an_admin_chooses_and_workers_are_told(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    answer = operator.post("/settings/model", data=CHOICE)
    assert (answer.status_code, answer.location) == (303, "/settings/model")
    assert told(app, lab) == {
        "PAPERSNITCH_MODEL": "openai:gpt-5-mini", "PAPERSNITCH_MODEL_URL": "", "PAPERSNITCH_MODEL_KEY": KEY,
        "PAPERSNITCH_RUN_CAP": "200000", "PAPERSNITCH_MODEL_PRICE_IN": "", "PAPERSNITCH_MODEL_PRICE_OUT": "",
    }  # fmt: skip


def test_the_key_is_in_no_page_no_row_and_no_audit_line(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    operator.post("/settings/model", data=CHOICE)
    assert KEY not in operator.get("/settings/model").text
    with app.app_context():
        row = db.session.get(TeamModel, lab.team_id)
        assert row is not None and KEY not in str(vars(row))
        assert KEY not in str([event.detail for event in db.session.scalars(select(AuditEvent))])


def test_an_empty_key_keeps_the_stored_one_for_the_same_provider_only(
    app: Flask, lab: Lab, operator: FlaskClient
) -> None:
    operator.post("/settings/model", data=CHOICE)
    operator.post("/settings/model", data=CHOICE | {"key": "", "model": "openai:gpt-5"})
    assert told(app, lab)["PAPERSNITCH_MODEL_KEY"] == KEY
    answer = operator.post("/settings/model", data=CHOICE | {"key": "", "model": "anthropic:claude"})
    assert answer.status_code == 422
    assert told(app, lab)["PAPERSNITCH_MODEL"] == "openai:gpt-5"


@pytest.mark.usefixtures("offering")
def test_the_operators_server_gets_no_key_of_another_and_keeps_the_operators_cap(
    app: Flask, lab: Lab, operator: FlaskClient
) -> None:
    operator.post("/settings/model", data=CHOICE)
    assert operator.post("/settings/model", data=CHOICE | {"url": OWN, "key": ""}).status_code == 303
    assert told(app, lab) == {
        "PAPERSNITCH_MODEL": "openai:gpt-5-mini", "PAPERSNITCH_MODEL_URL": OWN, "PAPERSNITCH_MODEL_KEY": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "gpt-5"},
        {"model": "bedrock:claude"},
        {"url": "http://169.254.169.254/v1"},
        {"cap": "plenty"},
        {"key": ""},
        {"key": "x" * 501},
    ],
)
def test_what_cannot_be_chosen_is_refused_with_a_sentence(
    app: Flask, lab: Lab, operator: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = operator.post("/settings/model", data=CHOICE | wrong)
    assert answer.status_code == 422
    assert told(app, lab) == {}


def test_an_empty_model_leaves_it_to_the_installation(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    operator.post("/settings/model", data=CHOICE)
    operator.post("/settings/model", data={"model": ""})
    assert told(app, lab) == {}


def test_members_see_the_choice_and_cannot_change_it(
    app: Flask, lab: Lab, operator: FlaskClient, member: FlaskClient
) -> None:
    operator.post("/settings/model", data=CHOICE)
    page = member.get("/settings/model").text
    assert "openai:gpt-5-mini" in page and '<form method="post" class="card' not in page
    assert member.post("/settings/model", data=CHOICE | {"model": "openai:other"}).status_code == 403
    assert told(app, lab)["PAPERSNITCH_MODEL"] == "openai:gpt-5-mini"


def test_a_key_sealed_under_another_secret_is_an_error_in_plain_words(
    app: Flask, lab: Lab, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.post("/settings/model", data=CHOICE)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], secret_key="another"))
    with pytest.raises(SealError, match="SECRET_KEY has changed"):
        told(app, lab)
