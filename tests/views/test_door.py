"""Nobody gets in without signing in, and another team's objects do not exist."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import bulk, cohorts, invitations, rechecks, saved_views, tokens, uploads, webhooks
from dashboard.engine.notices import Event
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import ApiToken, Delivery, SignInLink
from dashboard.views.door import OPEN_TO_ALL
from dashboard.views.viewers import FOR_PROGRAMS
from tests import factories
from tests.views.conftest import FILES, Lab, artifact_ids

OBJECT_PAGES = (
    "/papers/{paper}", "/papers/{paper}/live", "/papers/{paper}/download", "/papers/{paper}?view=runs",
    "/papers/{paper}/pictures/{picture}", "/papers/{paper}/words/{words}?page=1",
    "/runs/{run}", "/runs/{run}/live?v=0", "/runs/{run}/artifacts.zip", "/runs/{run}/retry",
    "/runs/{run}/scores", "/runs/{run}/older", "/runs/{run}/newer",
    "/runs/{run}/nodes/first", "/runs/{run}/nodes/first/live", "/runs/{run}/nodes/first/log",
    "/runs/{run}/nodes/first/log/tail", "/runs/{run}/nodes/first/log.txt", "/runs/{run}/nodes/first/log.ndjson",
    "/cohorts/{cohort}", "/cohorts/{cohort}/live?v=0", "/cohorts/{cohort}/papers", "/cohorts/{cohort}/papers.csv",
    "/cohorts/{cohort}/criteria.csv", "/cohorts/{cohort}/rechecks/{recheck}",
    "/cohorts/{cohort}/rechecks/{recheck}/live?v=0", "/cohorts/{cohort}/rechecks/{recheck}/changes.csv",
    "/bulk/{bulk}", "/bulk/{bulk}/live?v=0", "/papers/uploads/{upload}",
    "/artifacts/{artifact}", "/artifacts/{artifact}/download", "/artifacts/{artifact}/embedded",
)  # fmt: skip
OBJECT_ACTS = (
    "/cohorts/{cohort}/rename", "/cohorts/{cohort}/delete", "/cohorts/{cohort}/papers",
    "/cohorts/{cohort}/papers/remove", "/cohorts/{cohort}/runs", "/cohorts/{cohort}/rescore",
    "/cohorts/{cohort}/schedule", "/cohorts/{cohort}/schedule/pause", "/cohorts/{cohort}/schedule/resume",
    "/cohorts/{cohort}/schedule/delete", "/cohorts/{cohort}/rechecks",
    "/bulk/{bulk}/stop", "/bulk/{bulk}/retry", "/runs/views/{view}/delete",
    "/papers/{paper}/runs", "/runs/{run}/retry", "/runs/{run}/cancel", "/runs/{run}/pause", "/runs/{run}/resume",
    "/runs/{run}/rulings", "/runs/{run}/rulings/1/withdraw", "/runs/{run}/rescore", "/runs/{run}/reopen",
    "/runs/{run}/start", "/runs/{run}/nodes/first/skip",
    "/runs/{run}/nodes/first/hold", "/runs/{run}/nodes/first/release", "/runs/{run}/nodes/first/answer",
)  # fmt: skip

TEAM_ACTS = ("/settings/members/{person}/role", "/settings/members/{person}/remove",
             "/settings/invitations/{invitation}/withdraw", "/settings/tokens/{token}/revoke",
             "/settings/webhooks/{webhook}/remove", "/settings/webhooks/deliveries/{delivery}/resend")  # fmt: skip
SITE_ACTS = (
    "/settings/site/teams/{team}/rename", "/settings/site/teams/{team}/admin", "/settings/site/people/{person}/disable",
    "/settings/site/people/{person}/enable", "/settings/site/people/{person}/operator",
    "/settings/site/people/{person}/no-operator", "/settings/site/people/{person}/reset",
    "/settings/limits/{team}",
)  # fmt: skip


@pytest.fixture
def ids(app: Flask, lab: Lab, finished: int) -> dict[str, int | str]:
    with app.app_context():
        cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
        with transaction() as connection:
            recheck_id = rechecks.begin_within(connection, cohort_id, lab.team_id, None).result
        upload_id = uploads.begin(lab.team_id, None)
        bulk_id = bulk.create(lab.team_id, bulk.Verb.CANCEL, [finished], {}, None)
        view_id = saved_views.save(lab.team_id, "Failed ones", {"status": "FAILED"}, None)
        person, admin = (factories.id_of(lab.emails[role]) for role in ("member", "admin"))
        invitations.make(lab.team_id, "newcomer@example.org", "viewer", admin)
        tokens.make(admin, lab.team_id, "a script", "read", 7)
        token = db.session.scalars(select(ApiToken.id).filter_by(team_id=lab.team_id)).one()
        invitation = db.session.scalars(select(SignInLink.id).filter_by(team_id=lab.team_id)).one()
        webhooks.add(lab.team_id, "https://example.org/hook", [Event.FAILED], admin)
        ping = db.session.scalars(select(Delivery).filter_by(team_id=lab.team_id)).one()
    artifact_id = artifact_ids(app, finished)["report.html"]
    made = {
        "artifact": artifact_id,
        "cohort": cohort_id,
        "recheck": recheck_id,
        "bulk": bulk_id,
        "view": view_id,
        "upload": upload_id,
    }
    made |= {"person": person, "team": lab.team_id, "invitation": invitation, "token": token}
    made |= {"webhook": ping.webhook_id or 0, "delivery": ping.id}
    return {"paper": lab.paper_id, "run": finished} | made | stored()


def stored() -> dict[str, int | str]:
    """The files of the finished run that are asked for by what is in them."""
    names = {"picture": "dot.png", "words": "lines.json"}
    return {key: hashlib.sha256(FILES[name][1]).hexdigest() for key, name in names.items()}


def addresses(app: Flask, method: str) -> list[str]:
    """Every address of that method that is for people and not open to all, with 1 and `x` for its parts."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
        and rule.endpoint not in OPEN_TO_ALL
        and not rule.rule.startswith(FOR_PROGRAMS)
    ]
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(
            rule.endpoint,
            {part: 1 if part.endswith("_id") and part != "node_id" else "x" for part in rule.arguments},
            method,
        )
        for rule in rules
    ]


def test_it_sends_strangers_to_sign_in_from_every_page(app: Flask, client: FlaskClient) -> None:
    for address in addresses(app, "GET"):
        answer = client.get(address)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login"), address


def test_it_takes_no_act_from_strangers(app: Flask, client: FlaskClient) -> None:
    for address in addresses(app, "POST"):
        answer = client.post(address)
        assert (answer.status_code, answer.location) == (302, "/login"), address


def test_it_answers_fragments_with_a_redirect_header_and_no_page(app: Flask, client: FlaskClient) -> None:
    for address in addresses(app, "GET"):
        answer = client.get(address, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"], answer.data) == (204, "/login", b""), address


@pytest.mark.parametrize(("page", "next_page"), [
    ("http://localhost/runs?status=FAILED", "/runs?status%3DFAILED"), ("https://elsewhere.example/runs", "/runs"),
])  # fmt: skip
def test_a_fragment_brings_back_to_the_page_around_it(client: FlaskClient, page: str, next_page: str) -> None:
    answer = client.get("/live", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer.headers["HX-Redirect"] == f"/login?next={next_page}"


@pytest.mark.parametrize("page", OBJECT_PAGES)
def test_it_shows_a_member_their_teams_objects(member: FlaskClient, ids: dict[str, int | str], page: str) -> None:
    answer = member.get(page.format(**ids))
    assert answer.status_code in (200, 302, 409), answer.text


@pytest.mark.parametrize("page", OBJECT_PAGES)
def test_it_hides_other_teams_objects(stranger: FlaskClient, ids: dict[str, int | str], page: str) -> None:
    assert stranger.get(page.format(**ids)).status_code == 404


@pytest.mark.parametrize("act", OBJECT_ACTS + TEAM_ACTS)
def test_it_refuses_acts_on_other_teams_objects(stranger: FlaskClient, ids: dict[str, int | str], act: str) -> None:
    assert stranger.post(act.format(**ids)).status_code == 404


@pytest.mark.parametrize("act", OBJECT_ACTS + TEAM_ACTS)
def test_it_refuses_acts_of_viewers(viewer: FlaskClient, ids: dict[str, int | str], act: str) -> None:
    assert viewer.post(act.format(**ids)).status_code == 403


@pytest.mark.parametrize("act", SITE_ACTS)
def test_it_refuses_acts_on_the_site_to_all_but_its_operators(
    member: FlaskClient, ids: dict[str, int | str], act: str
) -> None:
    assert member.post(act.format(**ids)).status_code == 403


def test_it_lists_every_route_with_an_id(app: Flask) -> None:
    """A new route fails here until it is added above."""
    covered = {
        page.split("?")[0].replace("/first", "/<node_id>")
        for page in OBJECT_PAGES + OBJECT_ACTS + TEAM_ACTS + SITE_ACTS
    }
    named = {"<int:paper_id>": "{paper}", "<int:run_id>": "{run}", "<int:artifact_id>": "{artifact}",
             "<int:cohort_id>": "{cohort}", "<int:bulk_id>": "{bulk}", "<int:view_id>": "{view}",
             "<int:upload_id>": "{upload}", "<int:ruling_id>": "1",
             "<int:user_id>": "{person}", "<int:team_id>": "{team}", "<int:invitation_id>": "{invitation}",
             "<int:token_id>": "{token}", "<int:recheck_id>": "{recheck}",
             "pictures/<sha256>": "pictures/{picture}",
             "words/<sha256>": "words/{words}"}  # fmt: skip
    for rule in app.url_map.iter_rules():
        address = "" if rule.rule.startswith(FOR_PROGRAMS) else rule.rule
        for part, short in named.items():
            address = address.replace(part, short)
        assert "{" not in address or address in covered, f"{rule.rule} is in no list of this test"


def test_it_keeps_ops_for_operators(member: FlaskClient, operator: FlaskClient) -> None:
    assert member.get("/ops").status_code == 403
    assert member.get("/ops/live").status_code == 403
    assert operator.get("/ops").status_code == 200
