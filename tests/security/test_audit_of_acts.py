"""Every form that succeeds leaves a line in the audit trail: who, from where, on what, before and after.

The list is made from the application's own addresses: one that is new fails here until it is tried.
"""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from dashboard.engine import runs
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.extensions import db, limiter
from dashboard.models import AuditEvent, WorkflowRun
from tests import factories
from tests.security.acts_of_people import ACTS, ELSEWHERE
from tests.views.conftest import SignIn, make_lab

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FOR_PROGRAMS = "api_"  # they call the same verbs
CHANGES = {
    "members.change_role": ("member", "viewer"),
    "members.remove": ("member", None),
    "site.disable": (False, True),
    "site.unmake_operator": (True, False),
    "run_actions.cancel": ("RUNNING", "CANCELLING"),
    "run_actions.pause": ("RUNNING", "PAUSED"),
    "run_actions.resume": ("PAUSED", "RUNNING"),
    "dealings.deal_with": (None, "seen"),
    "dealings.reopen": ("seen", None),
    "workflows.activate": ([1], 1),
    "cohort_actions.rename": ({"name": "A venue", "description": ""}, {"name": "Elsewhere", "description": ""}),
    "webhooks.choose_letters": (True, False),
    "team_model.choose": (
        {"model": "", "url": "", "cap": ""},
        {"model": "openai:m", "url": "", "cap": ""},
    ),
}
RENAMES = {"profile.rename": "Somebody Else", "members.rename_team": "Another name", "site.rename_team": "A third name"}


def test_every_form_is_tried(app: Flask) -> None:
    taking = {rule.endpoint for rule in app.url_map.iter_rules() if UNSAFE & (rule.methods or set())}
    assert {one for one in taking if not one.startswith(FOR_PROGRAMS)} == {*ACTS, *ELSEWHERE}


def test_whatever_succeeds_leaves_a_line_of_who_and_from_where(app: Flask, sign_in: SignIn) -> None:
    for endpoint in ACTS:
        lines = done(app, sign_in, endpoint)
        mine = [line for line in lines if line.user_id is not None]
        assert mine, f"{endpoint} left no line"
        assert {line.address for line in mine} == {"127.0.0.1"}, endpoint


def test_what_changes_a_value_tells_it_before_and_after(app: Flask, sign_in: SignIn) -> None:
    for endpoint, (before, after) in CHANGES.items():
        told = [line.detail for line in done(app, sign_in, endpoint)]
        assert any((one.get("before"), one.get("after")) == (before, after) for one in told), (endpoint, told)
    for endpoint, after in RENAMES.items():
        [line] = done(app, sign_in, endpoint)
        assert line.detail["after"] == after and line.detail["before"] not in (None, "", after), endpoint


def done(app: Flask, sign_in: SignIn, endpoint: str) -> list[AuditEvent]:
    """The lines that the act left, once it has succeeded in a laboratory of its own."""
    with app.app_context():
        limiter.reset()  # nobody else signs in so often within a minute
        lab = make_lab()
        email = lab.emails["admin"]
    browser = entered(sign_in, email, endpoint)
    with app.app_context():
        end_all_runs()  # or the first ready node would be one of an earlier laboratory
        act = ACTS[endpoint](lab)
        address = app.url_map.bind("localhost").build(endpoint, act.parts, "POST")
        last = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    answer = browser.post(address, data=act.form)
    assert answer.status_code < 400, (endpoint, answer.status_code, answer.text[-2000:])
    with app.app_context():
        by = factories.id_of(email)
        found = select(AuditEvent).where(AuditEvent.id > last).order_by(AuditEvent.id)
        return [line for line in db.session.scalars(found) if line.user_id in (by, None)]


def end_all_runs() -> None:
    for run_id in db.session.scalars(select(WorkflowRun.id).where(WorkflowRun.status.not_in(RUN_FINISHED))).all():
        if db.session.get_one(WorkflowRun, run_id).status != RunStatus.CANCELLING:
            runs.cancel(run_id, None)


def entered(sign_in: SignIn, email: str, endpoint: str) -> FlaskClient:
    """A browser of that person; a second one where the act is to end the first."""
    if endpoint == "security.end":
        sign_in(email)
    return sign_in(email)
