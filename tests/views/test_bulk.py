"""Acts on many runs: chosen in the list, said before they happen, watched run by run."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from dashboard.engine import runs
from dashboard.extensions import db
from dashboard.models import BulkAction, BulkItem
from dashboard.views import chosen_runs
from jobs import bulk as carrier
from tests.views.conftest import Lab, claim, fail, start, statuses


@pytest.fixture
def two_failed(app: Flask, lab: Lab) -> list[int]:
    with app.app_context():
        made = []
        for _ in range(2):
            made.append(start(lab))
            fail(claim(), "the host said no")
        return made


def carry_on(app: Flask) -> None:
    with app.app_context():
        carrier.carry_on()


def ask(member: FlaskClient, **form: object) -> str:
    """Ask for a bulk action; its address."""
    answer = member.post("/bulk", data=form)
    assert answer.status_code == 303, answer.text
    return answer.location


def items(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        rows = db.session.execute(select(BulkItem.run_id, BulkItem.state).order_by(BulkItem.run_id))
        return [(row[0], row[1]) for row in rows]


def actions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(BulkAction)) or 0


def test_the_list_offers_a_tick_for_every_run(member: FlaskClient, two_failed: list[int]) -> None:
    page = member.get("/runs").text
    assert re.findall(r'form="chosen" name="run" value="(\d+)"', page) == [str(one) for one in reversed(two_failed)]
    assert "all 2 runs<" in page


def test_a_poll_brings_the_ticks_too(member: FlaskClient, two_failed: list[int]) -> None:
    assert member.get("/runs/live?v=0").text.count('form="chosen"') == 2


def test_a_viewer_may_only_export(viewer: FlaskClient, two_failed: list[int]) -> None:
    page = viewer.get("/runs").text
    assert "Export CSV" in page
    assert "Retry what failed" not in page
    assert viewer.get(f"/bulk/new?verb=retry&run={two_failed[0]}").status_code == 403
    assert viewer.post("/bulk", data={"verb": "retry", "run": two_failed}).status_code == 403


def test_it_says_what_will_happen_first(app: Flask, member: FlaskClient, two_failed: list[int], finished: int) -> None:
    page = member.get(f"/bulk/new?verb=retry&run={two_failed[0]}&run={finished}").text
    assert "Retry what failed: 2 runs" in page
    assert re.search(r"done</span> 1 run", page)
    assert re.search(r"failed</span> 1 run", page)
    assert "1 run will be left unchanged" in page
    assert actions(app) == 0


def test_the_ticked_runs_are_retried_and_no_other(app: Flask, member: FlaskClient, two_failed: list[int]) -> None:
    address = ask(member, verb="retry", run=two_failed[0])
    assert "0</strong> of 1 run" in member.get(address).text
    carry_on(app)
    assert [statuses(app, one)[0] for one in two_failed] == ["RUNNING", "FAILED"]
    page = member.get(address).text
    assert "1</strong> of 1 run" in page
    assert "hx-trigger" not in page


def test_all_that_fit_are_those_of_every_page(
    app: Flask, member: FlaskClient, two_failed: list[int], finished: int
) -> None:
    ask(member, verb="rerun", of="all", status="FAILED", before=two_failed[0])
    assert [one for one, _ in items(app)] == two_failed


def test_it_links_the_run_that_a_rerun_started(app: Flask, member: FlaskClient, finished: int) -> None:
    address = ask(member, verb="rerun", run=finished)
    carry_on(app)
    new = re.search(r'/runs/(\d+)">Run \1</a> started', member.get(address).text)
    assert new is not None and int(new[1]) > finished


def test_it_shows_why_a_run_refused_and_tries_it_again(app: Flask, member: FlaskClient, running: int) -> None:
    address = ask(member, verb="rerun", run=running)
    carry_on(app)
    assert "can be run again once it has ended" in member.get(f"{address}?state=REFUSED").text
    with app.app_context():
        runs.cancel(running, None)
    assert member.post(f"{address}/retry").status_code == 303
    carry_on(app)
    assert items(app) == [(running, "DONE")]


def test_it_stops(app: Flask, member: FlaskClient, two_failed: list[int]) -> None:
    address = ask(member, verb="retry", run=two_failed)
    assert "2 runs left alone" in member.post(f"{address}/stop", follow_redirects=True).text
    carry_on(app)
    assert {state for _, state in items(app)} == {"STOPPED"}
    assert member.post(f"{address}/stop").status_code == 409


def test_the_poll_is_silent_until_a_run_moves_on(app: Flask, member: FlaskClient, two_failed: list[int]) -> None:
    address = ask(member, verb="retry", run=two_failed)
    version = re.search(r"live\?v=(\w+)", member.get(address).text)
    assert version is not None
    assert member.get(f"{address}/live?v={version[1]}").status_code == 204
    carry_on(app)
    assert "2</strong> of 2 runs" in member.get(f"{address}/live?v={version[1]}").text


def test_it_takes_no_run_of_another_team(app: Flask, member: FlaskClient, stranger: FlaskClient, finished: int) -> None:
    assert stranger.post("/bulk", data={"verb": "cancel", "run": finished}).status_code == 422
    assert actions(app) == 0
    assert stranger.get(f"/runs/runs.csv?run={finished}").text.count("\n") == 1
    assert stranger.get(f"/bulk/new?verb=cancel&run={finished}").location == "/runs"


def test_it_asks_for_runs_when_none_was_ticked(member: FlaskClient, two_failed: list[int]) -> None:
    for address in ("/bulk/new?verb=cancel&status=FAILED", "/runs/runs.csv?status=FAILED"):
        answer = member.get(address)
        assert (answer.status_code, answer.location) == (303, "/runs?status=FAILED")
    assert "No run was chosen" in member.get("/runs").text


def test_it_knows_its_verbs(member: FlaskClient, finished: int) -> None:
    assert member.get(f"/bulk/new?verb=delete&run={finished}").status_code == 422
    assert member.post("/bulk", data={"verb": "", "run": finished}).status_code == 422


def test_it_refuses_more_runs_than_it_can_take(
    app: Flask, member: FlaskClient, two_failed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen_runs, "MOST_RUNS", 1)
    assert member.post("/bulk", data={"verb": "retry", "of": "all"}).status_code == 422
    assert actions(app) == 0


def test_the_sheet_holds_the_runs_that_fit(member: FlaskClient, two_failed: list[int], finished: int) -> None:
    answer = member.get("/runs/runs.csv?of=all&status=SUCCEEDED")
    assert answer.content_type.startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert header[:3] == ["run", "state", "paper"]
    assert [row[:2] for row in rows] == [[str(finished), "SUCCEEDED"]]
    assert rows[0][header.index("score")] == "72.5"


def test_the_sheet_holds_the_runs_that_were_ticked(member: FlaskClient, two_failed: list[int], finished: int) -> None:
    sheet = member.get(f"/runs/runs.csv?run={two_failed[0]}&run={finished}").text
    assert [line.split(",")[0] for line in sheet.splitlines()[1:]] == [str(finished), str(two_failed[0])]


def test_the_list_of_actions_leads_to_each(app: Flask, member: FlaskClient, two_failed: list[int]) -> None:
    assert "Nothing was done to many runs at once yet" in member.get("/bulk").text
    address = ask(member, verb="retry", run=two_failed)
    page = member.get("/bulk").text
    assert f'href="{address}"' in page
    assert "0 of 2 runs" in page


def test_a_large_action_is_shown_in_pages(
    app: Flask, member: FlaskClient, two_failed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.reads.bulk.PAGE", 1)
    first = member.get(ask(member, verb="retry", run=two_failed)).text
    following = re.search(r'href="(/bulk/\d+\?after=\d+)"', first)
    assert following is not None
    second = member.get(following[1]).text
    assert [f"item-{two_failed[0]}" in first, f"item-{two_failed[1]}" in first] == [True, False]
    assert [f"item-{two_failed[0]}" in second, f"item-{two_failed[1]}" in second] == [False, True]
