"""Limits of teams: operators set them, the team sees how full they are, and whoever meets one is told."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import team_limits
from dashboard.engine.team_limits import Limits
from dashboard.engine.transactions import reading
from dashboard.extensions import db
from dashboard.models import AuditEvent, Team
from tests import factories
from tests.views.conftest import Lab, start, statuses


def limits_of(app: Flask, team_id: int) -> Limits:
    with app.app_context(), reading() as connection:
        return team_limits.own(connection, team_id)


def choose(app: Flask, lab: Lab, limits: Limits) -> None:
    with app.app_context():
        team_limits.choose(lab.team_id, limits, None)


def test_an_operator_sets_them_and_empties_them_again(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    address = f"/settings/limits/{lab.team_id}"
    given = {"papers": "1,000", "storage": "2.5", "active_runs": "20", "month_spend": "49.9"}
    assert operator.post(address, data=given).location == address
    assert limits_of(app, lab.team_id) == Limits(1000, int(2.5 * 1024**3), 20, 49.9)
    page = operator.get(address).text
    assert all(f'value="{value}"' in page for value in ("1000", "2.5", "20", "49.9"))
    operator.post(address)
    assert limits_of(app, lab.team_id) == Limits()
    with app.app_context():
        line = db.session.scalars(select(AuditEvent).filter_by(action="team.limits")).all()[-1]
        assert (line.detail["before"]["papers"], line.user_id) == (1000, factories.id_of(lab.emails["admin"]))


@pytest.mark.parametrize("wrong", ["many", "nan", "inf", "1.5", "-1", "1e99"])
def test_what_is_no_limit_is_refused_and_changes_nothing(
    app: Flask, lab: Lab, operator: FlaskClient, wrong: str
) -> None:
    choose(app, lab, Limits(papers=5))
    answer = operator.post(f"/settings/limits/{lab.team_id}", data={"papers": wrong})
    assert answer.status_code == 422 and "number" in answer.text
    assert limits_of(app, lab.team_id) == Limits(papers=5)


def test_there_are_none_of_a_team_that_is_not(operator: FlaskClient) -> None:
    assert operator.get("/settings/limits/999999").status_code == 404
    assert operator.post("/settings/limits/999999").status_code == 404


def test_the_team_sees_how_full_they_are(app: Flask, lab: Lab, viewer: FlaskClient, running: int) -> None:
    assert viewer.get("/settings/limits").text.count("no limit") == 4
    choose(app, lab, Limits(papers=1, active_runs=5, month_spend=10))
    page = viewer.get("/settings/limits").text
    assert "1 of 1" in page and "1 of 5" in page and "0.00 US$ of 10.00 US$" in page
    assert 'aria-label="100 % used"' in page and 'aria-label="20 % used"' in page
    assert "Set them" not in page


def test_an_upload_over_the_limit_says_who_can_raise_it(app: Flask, lab: Lab, member: FlaskClient) -> None:
    choose(app, lab, Limits(papers=1))
    sent = (io.BytesIO(factories.SMALLEST_PDF + b"%% one more"), "more.pdf")
    answer = member.post("/papers", data={"files": sent}, content_type="multipart/form-data")
    page = member.get(answer.location).text
    assert "the team has 1 of 1 papers. An operator of this site can raise the limit." in page


def test_a_run_without_a_place_says_what_it_waits_for(app: Flask, lab: Lab, member: FlaskClient, running: int) -> None:
    choose(app, lab, Limits(active_runs=1))
    with app.app_context():
        second = start(lab)
    assert "waits for a place: your team runs 1 of 1 at once" in member.get(f"/runs/{second}").text
    assert statuses(app, second)[0] == "CREATED"
    member.post(f"/runs/{second}/start")
    assert statuses(app, second)[0] == "CREATED"


def test_many_starts_tell_how_many_wait(app: Flask, lab: Lab, member: FlaskClient) -> None:
    choose(app, lab, Limits(active_runs=1))
    with app.app_context():
        team = db.session.get(Team, lab.team_id)
        papers = [factories.paper(team).id for _ in range(3)]
    sent = {"workflow": lab.workflow, "paper": papers}
    member.post("/papers/start", data=sent)
    told = re.findall(r"\d+ runs started[^<]*", member.get("/runs").text)
    assert told == ["3 runs started. 2 of the team&#39;s runs wait for a place and start by themselves."]
    assert "2 of the team&#39;s runs wait" in member.get("/settings/limits").text


def test_a_start_with_full_storage_says_who_can_raise_it(app: Flask, lab: Lab, member: FlaskClient) -> None:
    choose(app, lab, Limits(storage_bytes=1))
    answer = member.post(f"/papers/{lab.paper_id}/runs", data={"workflow": lab.workflow})
    assert answer.status_code == 409 and "No run was started: the team stores" in answer.text
