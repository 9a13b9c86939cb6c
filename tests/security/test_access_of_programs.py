"""Every address for programs, asked with every kind of token: whose opens it, who finds nothing, who is told no.

A route that is not in the table fails the test. Where a row names an object, another team's token must find nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from dashboard.engine import bulk, cohorts, members, tokens
from dashboard.engine.bulk import Verb
from dashboard.engine.clock import later, now
from dashboard.engine.transactions import writing
from dashboard.models import ApiToken, User
from tests import factories
from tests.api.conftest import is_problem
from tests.views.conftest import Lab, artifact_ids, make_lab

ROLES = ("viewer", "member", "admin")
OPEN = ("api_description.openapi",)
READ = """
    api_token.show api_papers.index api_papers.show api_papers.file api_runs.index api_runs.show api_run_actions.plan
    api_nodes.index api_nodes.show api_nodes.attempts api_nodes.log api_artifacts.index api_artifacts.archive
    api_artifacts.show api_artifacts.file api_workflows.index api_workflows.versions api_workflows.show
    api_scores.show api_scores.index api_cohorts.index api_cohorts.show api_cohorts.papers api_cohorts.sheet
    api_bulk.index api_bulk.show api_bulk.items
"""
WRITE = """
    api_uploads.send api_runs.start api_run_actions.start api_run_actions.cancel api_run_actions.pause
    api_run_actions.resume api_run_actions.retry api_run_actions.deal_with
    api_run_actions.reopen api_node_actions.hold api_node_actions.release api_node_actions.answer api_node_actions.skip
    api_scores.rescore api_cohort_changes.rename api_cohort_changes.delete api_cohort_changes.remove_paper
    api_cohort_changes.rescore api_scores.rule api_scores.withdraw
    api_cohorts.create api_cohorts.add api_cohorts.start api_bulk.create api_bulk.stop api_bulk.retry
"""
LEAST = {**dict.fromkeys(READ.split(), "viewer"), **dict.fromkeys(WRITE.split(), "member")}
SCOPES = {"viewer": "read", "member": "write", "admin": "admin"}  # as far as each role goes


@dataclass(frozen=True)
class Route:
    """One way in, with a body that fits where it takes one."""

    method: str
    endpoint: str
    address: str
    names_an_object: bool
    body: dict[str, Any]

    def ask(self, client: FlaskClient, token: str | None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if self.endpoint == "api_uploads.send":
            sent = {"files": (BytesIO(factories.SMALLEST_PDF), "a.pdf")}
            return client.post(self.address, data=sent, content_type="multipart/form-data", headers=headers)
        json = self.body if self.method == "POST" else None
        return client.open(self.address, method=self.method, json=json, headers=headers, buffered=True)


@pytest.fixture
def routes(app: Flask, lab: Lab, finished: int) -> list[Route]:
    """Every route that is not open to all."""
    with app.app_context():
        cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
        bulk_id = bulk.create(lab.team_id, Verb.RERUN, [finished], {}, None)
    parts = {
        "paper_id": lab.paper_id, "run_id": finished, "node_id": "second", "cohort_id": cohort_id, "ruling_id": 1,
        "bulk_id": bulk_id, "artifact_id": artifact_ids(app, finished)["report.html"], "name": lab.workflow,
        "version": 1,
    }  # fmt: skip
    bodies = {
        "api_runs.start": {"workflow": lab.workflow, "paper": lab.paper_id},
        "api_run_actions.deal_with": {"how": "asked the host"},
        "api_node_actions.hold": {"reason": "look first"},
        "api_node_actions.answer": {"key": "q", "answer": "yes"},
        "api_node_actions.skip": {"reason": "not needed"},
        "api_scores.rescore": {"rubric": "neurips"},
        "api_cohort_changes.rename": {"name": "A third venue"},
        "api_cohort_changes.remove_paper": {"paper": lab.paper_id},
        "api_cohort_changes.rescore": {"rubric": "neurips"},
        "api_scores.rule": {"rubric": "neurips", "criterion": "limitations", "answer": "met"},
        "api_cohorts.create": {"name": "Another venue"},
        "api_cohorts.add": {"papers": [lab.paper_id]},
        "api_cohorts.start": {"workflow": lab.workflow},
    }
    return [*_routes(app, parts, bodies)]


def _routes(app: Flask, parts: dict[str, object], bodies: dict[str, dict[str, Any]]) -> Iterator[Route]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("api_") or rule.endpoint in OPEN:
            continue
        assert rule.endpoint in LEAST, f"{rule.rule} is in no list of this test"
        names_an_object = any(name.endswith("_id") for name in rule.arguments) or rule.endpoint == "api_runs.start"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = adapter.build(rule.endpoint, {name: parts[name] for name in rule.arguments}, method)
            yield Route(method, rule.endpoint, address, names_an_object, bodies.get(rule.endpoint, {}))


def make(app: Flask, lab: Lab, role: str, scope: str) -> str:
    with app.app_context():
        return tokens.make(factories.id_of(lab.emails[role]), lab.team_id, "a script", scope, 7)


def test_nobody_enters_without_a_token(app: Flask, routes: list[Route]) -> None:
    for route in routes:
        answer = route.ask(app.test_client(), None)
        assert is_problem(answer, 401) and answer.headers["WWW-Authenticate"] == "Bearer", route


def test_a_cookie_opens_nothing(member: FlaskClient, routes: list[Route]) -> None:
    for route in routes:
        assert is_problem(route.ask(member, None), 401), route


def _revoke(app: Flask, _lab: Lab) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(ApiToken).values(revoked_at=now()))


def _expire(app: Flask, _lab: Lab) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(ApiToken).values(expires_at=later(-1.0)))


def _disable(app: Flask, lab: Lab) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == lab.emails["member"]).values(is_disabled=True))


def _remove(app: Flask, lab: Lab) -> None:
    with app.app_context():
        admin, member = (factories.id_of(lab.emails[role]) for role in ("admin", "member"))
        members.remove(lab.team_id, member, admin)


@pytest.mark.parametrize("end", [_revoke, _expire, _disable, _remove])
def test_a_token_that_is_over_opens_nothing(
    app: Flask, lab: Lab, routes: list[Route], end: Callable[[Flask, Lab], None]
) -> None:
    token = make(app, lab, "member", "write")
    end(app, lab)
    for route in routes:
        assert is_problem(route.ask(app.test_client(), token), 401), route


@pytest.mark.parametrize("role", ROLES)
def test_another_teams_objects_do_not_exist(app: Flask, routes: list[Route], role: str) -> None:
    with app.app_context():
        other = make_lab()
    token = make(app, other, role, SCOPES[role])
    for route in routes:
        if route.names_an_object:
            answer = route.ask(app.test_client(), token)
            refused = LEAST[route.endpoint] == "member" and role == "viewer" and not _has_id(route)
            assert is_problem(answer, 403 if refused else 404), (role, route, answer.status_code)


@pytest.mark.parametrize(
    ("role", "scope", "worth"),
    [("admin", "read", "viewer"), ("viewer", "read", "viewer"), ("member", "write", "member"),
     ("admin", "write", "member"), ("admin", "admin", "admin")],
)  # fmt: skip
def test_each_token_opens_what_it_may_and_nothing_else(
    app: Flask, lab: Lab, routes: list[Route], role: str, scope: str, worth: str
) -> None:
    token = make(app, lab, role, scope)
    for route in routes:
        answer = route.ask(app.test_client(), token)
        if ROLES.index(worth) < ROLES.index(LEAST[route.endpoint]):
            assert is_problem(answer, 403), (role, scope, route, answer.status_code)
        else:
            assert answer.status_code not in (401, 403, 405) and answer.status_code < 500, (role, route, answer.text)


def test_the_table_has_no_row_without_a_route(app: Flask) -> None:
    assert {*LEAST, *OPEN} <= {rule.endpoint for rule in app.url_map.iter_rules()}


def _has_id(route: Route) -> bool:
    """Whether the object is named by the address, and so looked for before the role is."""
    return any(part.isdigit() for part in route.address.split("/"))
