"""What a person decides about a node before it runs: hold, release, skip; and what pages say of reuse and of inputs."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import claims, definitions, outcomes, runs
from dashboard.engine.claims import Claim
from dashboard.engine.outcomes import Origin
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowRun
from tests.views.conftest import WISH, Lab, statuses


def test_it_holds_a_node_with_a_reason_and_shows_it(app: Flask, member: FlaskClient, running: int) -> None:
    answer = member.post(f"/runs/{running}/nodes/first/hold", data={"reason": "ask the <chair>"})
    assert (answer.status_code, answer.location) == (303, f"/runs/{running}/nodes/first")
    assert statuses(app, running)[1]["first"] == "HELD"
    assert "Held: ask the &lt;chair&gt;" in member.get(answer.location, follow_redirects=True).text
    assert "held: ask the &lt;chair&gt;" in member.get(f"/runs/{running}").text


def test_it_says_beforehand_that_a_waiting_node_will_be_held(member: FlaskClient, running: int) -> None:
    member.post(f"/runs/{running}/nodes/second/hold", data={"reason": "needs a licence"})
    assert "Will be held: needs a licence" in member.get(f"/runs/{running}/nodes/second", follow_redirects=True).text


def test_it_releases_a_node(app: Flask, member: FlaskClient, running: int) -> None:
    member.post(f"/runs/{running}/nodes/first/hold", data={"reason": "wait"})
    assert f"/runs/{running}/nodes/first/release" in member.get(f"/runs/{running}/nodes/first/log").text
    assert member.post(f"/runs/{running}/nodes/first/release").status_code == 303
    assert statuses(app, running)[1]["first"] == "READY"


def test_a_hold_needs_a_reason(app: Flask, member: FlaskClient, running: int) -> None:
    assert member.post(f"/runs/{running}/nodes/first/hold", data={"reason": " "}).status_code == 422
    assert statuses(app, running)[1]["first"] == "READY"


def test_what_has_ended_is_not_held_and_what_nobody_holds_is_not_released(
    member: FlaskClient, finished: int, running: int
) -> None:
    assert member.post(f"/runs/{finished}/nodes/first/hold", data={"reason": "late"}).status_code == 409
    assert member.post(f"/runs/{running}/nodes/first/release").status_code == 409


@pytest.mark.parametrize("act", ["hold", "release"])
def test_a_viewer_decides_nothing_and_sees_no_button(app: Flask, viewer: FlaskClient, running: int, act: str) -> None:
    assert viewer.post(f"/runs/{running}/nodes/first/{act}", data={"reason": "no"}).status_code == 403
    assert f"/{act}" not in viewer.get(f"/runs/{running}/nodes/first/log").text
    assert statuses(app, running)[1]["first"] == "READY"


@pytest.mark.parametrize("act", ["hold", "release"])
def test_a_stranger_finds_nothing_and_a_passer_by_is_sent_to_sign_in(
    stranger: FlaskClient, client: FlaskClient, running: int, act: str
) -> None:
    assert stranger.post(f"/runs/{running}/nodes/first/{act}", data={"reason": "no"}).status_code == 404
    assert client.post(f"/runs/{running}/nodes/first/{act}", data={"reason": "no"}).location.startswith("/login")


def test_a_blocked_node_can_be_skipped_from_its_page(app: Flask, member: FlaskClient, failed: int) -> None:
    assert f"/runs/{failed}/nodes/second/skip" in member.get(f"/runs/{failed}/nodes/second?tab=error").text
    member.post(f"/runs/{failed}/nodes/second/skip", data={"reason": "not for this paper"})
    assert "skipped: not for this paper" in member.get(f"/runs/{failed}/nodes/second?tab=output").text
    assert "skipped: not for this paper" in member.get(f"/runs/{failed}").text


def claim() -> Claim:
    taken = claims.claim_next(WISH)
    assert taken is not None
    return taken


@pytest.fixture
def reusing(app: Flask, lab: Lab) -> tuple[int, int]:
    """A run that really ran, and one whose node took its output."""
    with app.app_context():
        workflow = definitions.save("reusing", {"nodes": [{"id": "first", "reuse": True}]})
        first, second = (
            runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None) for _ in range(2)
        )  # fmt: skip
        ran = claim()
        outcomes.succeed(ran, {"pages": 3}, origin=Origin("aa"))
        source = db.session.scalars(select(NodeAttempt.id).filter_by(node_id=ran.id)).one()
        outcomes.succeed(claim(), {"pages": 3}, origin=Origin("aa", source))
        return first, second


def test_it_says_from_which_run_an_output_was_taken(member: FlaskClient, reusing: tuple[int, int]) -> None:
    first, second = reusing
    for address in (f"/runs/{second}", f"/runs/{second}/nodes/first", f"/runs/{second}/nodes/first?tab=attempts"):
        assert f"run {first}</a>" in member.get(address).text
    assert "reused from" not in member.get(f"/runs/{first}").text


def test_the_form_offers_to_compute_anew_where_something_could_be_reused(
    app: Flask, member: FlaskClient, lab: Lab, reusing: tuple[int, int]
) -> None:
    assert 'name="anew"' in member.get("/runs/new?workflow=reusing").text
    assert 'name="anew"' not in member.get(f"/runs/new?workflow={lab.workflow}").text


@pytest.mark.parametrize(("ticked", "may_reuse"), [({}, True), ({"anew": "on"}, False)])
def test_the_tick_decides_whether_the_run_may_reuse(
    app: Flask, member: FlaskClient, lab: Lab, reusing: tuple[int, int], ticked: dict[str, str], may_reuse: bool
) -> None:
    asked = {"workflow": "reusing", "paper": lab.paper_id, "anyway": "on", **ticked}
    answer = member.post("/runs/new", data=asked)
    with app.app_context():
        started = db.session.get_one(WorkflowRun, int(answer.location.rsplit("/", 1)[1]))
        assert started.may_reuse is may_reuse


def test_every_field_that_does_not_fit_is_named_at_once(app: Flask, member: FlaskClient, lab: Lab) -> None:
    authors = {"type": "array", "items": {"type": "object", "required": ["family"]}}
    schema = {
        "type": "object", "required": ["year"], "properties": {"year": {"type": "integer"}, "authors": authors},
    }  # fmt: skip
    with app.app_context():
        definitions.save("strict", {"nodes": [{"id": "only"}]}, input_schema=schema)
    page = member.post("/runs/new", data={"workflow": "strict", "paper": lab.paper_id, "input.authors": "[{}, {}]"})
    assert page.status_code == 422
    assert re.findall(r'id="wrong-([a-z]+)[-\d]*">.*?</svg> ([^<]+)</span>', page.text) == [
        ("year", "Is missing."),
        ("authors", "authors[0].family: is missing."),
        ("authors", "authors[1].family: is missing."),
    ]
