"""Every way in, walked: no act without its token, nothing changed by looking, the headers on every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, func, select

from dashboard.extensions import Base, db
from tests.views.conftest import Lab, artifact_ids

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FOR_PROGRAMS = "/api/"  # a cookie opens nothing there, see test_tokens.py
NOTES_ON_LOOKING = {"audit_event", "open_session", "api_token"}  # who downloaded what, and when somebody was last seen
KEPT = {"static", "bundles.show", "paper_pages.picture", "paper_pages.words"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def parts(app: Flask, lab: Lab, finished: int) -> dict[str, object]:
    """What fills the addresses; whatever is not named here is 1."""
    artifact = artifact_ids(app, finished)["report.html"]
    return {
        "run_id": finished,
        "paper_id": lab.paper_id,
        "node_id": "second",
        "name": lab.workflow,
        "artifact_id": artifact,
    }


def ways(app: Flask, parts: dict[str, object], methods: set[str]) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address of every route that takes one of those methods."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & methods):
            given = {name: parts.get(name, 1) for name in rule.arguments}
            yield rule.endpoint, method, adapter.build(rule.endpoint, given, method)


def rows(app: Flask) -> dict[str, int]:
    """How many rows each table has, but for those in which looking is noted."""
    tables: list[Table] = [one for one in Base.metadata.sorted_tables if one.name not in NOTES_ON_LOOKING]
    with app.app_context():
        return {one.name: db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def test_no_act_is_taken_without_its_token(app: Flask, operator: FlaskClient, parts: dict[str, object]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    before, walked = rows(app), 0
    for endpoint, method, address in ways(app, parts, UNSAFE):
        answer = operator.open(address, method=method, headers={"Origin": "https://evil.example"})
        if not address.startswith(FOR_PROGRAMS):
            assert answer.status_code in (400, 403), (endpoint, answer.status_code)
            walked += 1
        else:
            assert answer.status_code in (400, 401, 403, 404), (endpoint, answer.status_code)
    assert walked > 50
    assert rows(app) == before


def test_looking_changes_nothing(app: Flask, operator: FlaskClient, parts: dict[str, object]) -> None:
    before = rows(app)
    for endpoint, method, address in ways(app, parts, {"GET"}):
        code = operator.open(address, method=method).status_code
        assert code < 500 or endpoint == "health.readyz", endpoint  # the tests' tables bear no mark of a version
    assert rows(app) == before


@pytest.mark.parametrize("who", ["nobody", "operator"])
def test_every_answer_carries_the_headers(
    app: Flask, client: FlaskClient, operator: FlaskClient, parts: dict[str, object], who: str
) -> None:
    browser = operator if who == "operator" else client
    for endpoint, method, address in ways(app, parts, {"GET", *UNSAFE}):
        if endpoint == "sign_in.logout":
            continue
        headers = browser.open(address, method=method, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors" in policy, endpoint
        assert "unsafe-eval" not in policy, endpoint
        assert "unsafe-inline" not in policy or endpoint == "artifacts.embedded", endpoint
        assert {name: headers.get(name) for name in ALWAYS} == ALWAYS, endpoint
        assert headers["Cache-Control"] == "no-store" or endpoint in KEPT, endpoint
        assert "Access-Control-Allow-Origin" not in headers, endpoint


def test_nothing_is_debugged_in_public(app: Flask, operator: FlaskClient) -> None:
    assert app.debug is False
    for address in ("/console", "/?__debugger__=yes&cmd=resource&f=debugger.js"):
        assert b"debugger" not in operator.get(address).data.lower().replace(b"__debugger__", b"")
