"""Secrets of the installation are in no page, no row and no log line."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.extensions import Base, db
from tests.security.test_every_answer import parts as parts
from tests.security.test_every_answer import ways

CANARY = "canary-4f1c9d-of-the-installation"
KEPT_IN = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY")


@pytest.fixture
def environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in KEPT_IN:
        monkeypatch.setenv(name, CANARY)
    return {**environment, "SECRET_KEY": CANARY}


def test_no_answer_row_or_log_line_holds_a_secret(
    app: Flask, operator: FlaskClient, parts: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    assert CANARY in str(app.config["SECRET_KEY"])
    with caplog.at_level(logging.DEBUG):
        for endpoint, method, address in ways(app, parts, {"GET", "POST"}):
            answer = operator.open(address, method=method)
            assert CANARY.encode() not in answer.data, endpoint
            assert CANARY not in str(answer.headers), endpoint
    assert CANARY not in caplog.text
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            assert CANARY not in str(db.session.execute(select(table)).all()), table.name
