"""Every route and method, asked by everybody: who may enter, who finds nothing, who is told no.

A route that is not in the table fails the test. Where a row names an object, people of another team must find nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select, update

from dashboard.engine import bulk, cohorts, invitations, rechecks, saved_views, tokens, uploads, webhooks
from dashboard.engine.bulk import Verb
from dashboard.engine.notices import Event
from dashboard.engine.transactions import transaction, writing
from dashboard.extensions import db
from dashboard.models import ApiToken, Delivery, SignInLink, Team, User
from dashboard.views.viewers import FOR_PROGRAMS
from tests import factories
from tests.views.conftest import FILES, PASSWORD, PASSWORD_HASH, Lab, SignIn, artifact_ids, make_lab

ROLES = ("viewer", "member", "admin", "operator")
OPEN = "sign_in.login second_step.show sign_in.welcome health.healthz health.readyz static bundles.show"
LINKS = "openid.begin openid.back invitations.show invitations.accept resets.ask resets.send resets.show resets.use"
VIEWER = """
    docs.show attention.show attention.poll papers.index papers.poll papers.show papers.poll_one papers.download
    paper_pages.picture paper_pages.words runs.index runs.poll runs.show runs.poll_one comparisons.show rulings.scores
    nodes.show nodes.poll logs.show logs.tail logs.text logs.ndjson artifacts.show artifacts.download
    artifacts.embedded artifacts.archive cohorts.index cohorts.show cohorts.poll cohorts.papers_sheet
    cohorts.criteria_sheet rechecks.show rechecks.poll rechecks.sheet
    rubrics.index rubrics.show rubrics.agreement rubrics.agreement_sheet workflows.index
    workflows.show members.show members.leave profile.show profile.rename profile.change_password
    team_model.show sign_in.logout sign_in.choose_team bulk.index bulk.show bulk.poll runs.sheet
    uploads.show neighbours.older neighbours.newer security.show security.end second_factor.show second_factor.begin
    second_factor.confirm second_factor.renew second_factor.switch_off tokens.show tokens.make
    limits.show notifications.show notifications.choose notifications.recent
"""
MEMBER = """
    uploads.send papers.start paper_starts.ask paper_starts.start
    dealings.deal_with dealings.reopen new_runs.form new_runs.start retries.confirm retries.retry retries.retry_many
    retries.skip
    run_actions.start run_actions.cancel run_actions.pause run_actions.resume holds.hold holds.release answers.answer
    rulings.rule rulings.withdraw rulings.rescore cohort_actions.create cohort_actions.pick cohort_actions.add
    cohort_actions.remove_paper cohort_actions.rename cohort_actions.rescore cohort_actions.start
    cohort_actions.delete schedules.save schedules.pause schedules.resume schedules.delete schedules.recheck
    rubrics.edit rubrics.save bulk.new bulk.create bulk.stop bulk.retry saved_views.save
    saved_views.delete
"""
ADMIN = """
    team_model.choose audit_trail.show audit_trail.sheet members.change_role members.remove members.rename_team
    invitations.make invitations.withdraw tokens.revoke
    webhooks.show webhooks.add webhooks.choose_letters webhooks.remove webhooks.resend
"""
OPERATOR = """
    metrics.show ops.show ops.poll ops.drain ops.undrain ops.confirm ops.release workflows.activate workflows.pause
    workflows.resume workflow_drafts.form workflow_drafts.save workflow_drafts.discard
    limits.form limits.choose
    site.show site.create_team site.rename_team site.invite_admin site.disable site.enable site.make_operator
    site.unmake_operator site.reset_link
"""
LEAST = {
    **dict.fromkeys(VIEWER.split(), "viewer"),
    **dict.fromkeys(MEMBER.split(), "member"),
    **dict.fromkeys(ADMIN.split(), "admin"),
    **dict.fromkeys(OPERATOR.split(), "operator"),
}
LAST = ("cohort_actions.delete", "saved_views.delete", "sign_in.logout")  # what they end is asked for before
TO_SIGN_IN = "/login"
TAKES_RUNS = ("retries.retry_many", "dealings.deal_with")


@dataclass(frozen=True)
class Route:
    """One way in: a method, an endpoint, and its address on the team's own objects."""

    method: str
    endpoint: str
    address: str
    names_an_object: bool
    form: tuple[tuple[str, str], ...] = ()

    @property
    def least(self) -> str:
        return LEAST[self.endpoint]


@pytest.fixture
def routes(app: Flask, lab: Lab, finished: int) -> list[Route]:
    """Every route that is not open to all."""
    with app.app_context():
        cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
        recheck_id = rechecked(cohort_id, lab.team_id)
        upload_id = uploads.begin(lab.team_id, None)
        bulk_id = bulk.create(lab.team_id, Verb.RERUN, [finished], {}, None)
        view_id = saved_views.save(lab.team_id, "Failed", {"status": "FAILED"}, None)
        member, admin = (factories.id_of(lab.emails[role]) for role in ("member", "admin"))
        invitation_id = invited(lab.team_id, admin)
        token_id = token_of(lab.team_id, admin)
        webhook_id, delivery_id = webhook_of(lab.team_id)
    parts = {
        "paper_id": lab.paper_id, "run_id": finished, "node_id": "second", "cohort_id": cohort_id, "ruling_id": 1,
        "recheck_id": recheck_id,
        "user_id": member, "team_id": lab.team_id, "invitation_id": invitation_id, "token_id": token_id,
        "bulk_id": bulk_id, "view_id": view_id, "upload_id": upload_id,
        "webhook_id": webhook_id, "delivery_id": delivery_id,
        "artifact_id": artifact_ids(app, finished)["report.html"], "name": lab.workflow, "token": "x",
    }  # fmt: skip
    files = {"paper_pages.picture": "dot.png", "paper_pages.words": "lines.json"}
    shas = {endpoint: hashlib.sha256(FILES[name][1]).hexdigest() for endpoint, name in files.items()}
    found = [*_routes(app, parts, shas, finished)]
    return sorted(found, key=lambda route: route.endpoint in LAST)


def rechecked(cohort_id: int, team_id: int) -> int:
    with transaction() as connection:
        return rechecks.begin_within(connection, cohort_id, team_id, None).result


def invited(team_id: int, by: int) -> int:
    invitations.make(team_id, "newcomer@example.org", "viewer", by)
    return db.session.scalars(select(SignInLink.id).where(SignInLink.team_id == team_id)).one()


def token_of(team_id: int, of: int) -> int:
    tokens.make(of, team_id, "a script", "read", 7)
    return db.session.scalars(select(ApiToken.id).where(ApiToken.team_id == team_id)).one()


def webhook_of(team_id: int) -> tuple[int, int]:
    """A webhook, and its ping."""
    webhooks.add(team_id, "https://example.org/hook", [Event.FAILED], None)
    ping = db.session.scalars(select(Delivery).filter_by(team_id=team_id)).one()
    return ping.webhook_id or 0, ping.id


def _routes(app: Flask, parts: dict[str, object], shas: dict[str, str], run_id: int) -> Iterator[Route]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in (OPEN + " " + LINKS).split() or rule.rule.startswith(FOR_PROGRAMS):
            continue  # those are asked with tokens: test_access_of_programs
        assert rule.endpoint in LEAST, f"{rule.rule} is in no list of this test"
        values = {**parts, "sha256": shas.get(rule.endpoint, "")}
        if rule.endpoint.startswith("rubrics."):
            values["name"] = "neurips"
        query = f"?a={run_id}&b={run_id}" if rule.endpoint == "comparisons.show" else ""
        given = {name: values[name] for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = adapter.build(rule.endpoint, given, method) + query
            form = (("run", str(run_id)),) if rule.endpoint in TAKES_RUNS else ()
            is_of_a_team = LEAST[rule.endpoint] != "operator"  # the rest is of the site: 403, whatever the id
            has_id = any(name.endswith("_id") for name in rule.arguments)
            named = (has_id and is_of_a_team) or bool(query or form)
            yield Route(method, rule.endpoint, address, named, form)


def test_nobody_enters_without_signing_in(app: Flask, routes: list[Route]) -> None:
    browser = app.test_client()
    for route in routes:
        answer = browser.open(route.address, method=route.method, data=dict(route.form))
        assert (answer.status_code, (answer.location or "").split("?")[0]) == (302, TO_SIGN_IN), route


def test_a_disabled_person_is_nobody(app: Flask, lab: Lab, sign_in: SignIn, routes: list[Route]) -> None:
    browser = sign_in(lab.emails["admin"])
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == lab.emails["admin"]).values(is_disabled=True))
    for route in routes:
        answer = browser.open(route.address, method=route.method, data=dict(route.form))
        assert (answer.status_code, (answer.location or "").split("?")[0]) == (302, TO_SIGN_IN), route
    again = app.test_client().post("/login", data={"email": lab.emails["admin"], "password": PASSWORD})
    assert again.status_code == 401


@pytest.mark.parametrize("role", ["viewer", "member", "admin"])
def test_another_teams_objects_do_not_exist(app: Flask, sign_in: SignIn, routes: list[Route], role: str) -> None:
    with app.app_context():
        email = make_lab().emails[role]
    browser = sign_in(email)
    for route in routes:
        if route.names_an_object:
            answer = browser.open(route.address, method=route.method, data=dict(route.form))
            assert answer.status_code == 404, (role, route, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_enters_where_it_may_and_nowhere_else(
    app: Flask, lab: Lab, sign_in: SignIn, routes: list[Route], role: str
) -> None:
    """`admin` is no operator here; the lab's own admin is one."""
    email = lab.emails["admin" if role == "operator" else role]
    if role == "admin":
        with app.app_context():
            team = db.session.get(Team, lab.team_id)
            email = factories.user(team, "admin", password_hash=PASSWORD_HASH).email
    browser = sign_in(email)
    for route in routes:
        answer = browser.open(route.address, method=route.method, data=dict(route.form))
        if ROLES.index(role) < ROLES.index(route.least):
            assert answer.status_code == 403, (role, route, answer.status_code)
        else:
            assert answer.status_code not in (401, 403, 405) and answer.status_code < 500, (role, route)
            assert (answer.location or "").split("?")[0] != TO_SIGN_IN or route.endpoint == "sign_in.logout", route


def test_the_matrix_has_no_row_without_a_route(app: Flask) -> None:
    """Says how large it is: routes by the seven kinds of people who ask."""
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(LEAST) <= known
    assert {*OPEN.split(), *LINKS.split()} <= known
    ways = sum(len((rule.methods or set()) - {"HEAD", "OPTIONS"}) for rule in app.url_map.iter_rules())
    print(f"{ways} ways in, asked by nobody, the disabled, three strangers and four roles: {9 * ways} cells")
