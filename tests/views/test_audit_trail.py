"""The audit trail: a team's admins see all acts of the team, and nobody sees another's."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import audit
from dashboard.extensions import db
from dashboard.models import AuditEvent, Team, User
from dashboard.reads import audit as reads
from tests import factories
from tests.views.conftest import PASSWORD_HASH, Lab, SignIn


def test_it_tells_who_did_what_from_where(operator: FlaskClient, running: int) -> None:
    operator.post(f"/runs/{running}/nodes/first/hold", data={"reason": "ask the <chair>"})
    page = operator.get("/settings/audit").text
    assert "<code>node.hold</code>" in page and f"run {running}" in page and "127.0.0.1" in page
    assert "reason: ask the &lt;chair&gt;" in page
    assert "<code>user.sign_in</code>" in page


def test_it_is_narrowed_by_kind_and_person(
    app: Flask, lab: Lab, operator: FlaskClient, member: FlaskClient, running: int
) -> None:
    member.post(f"/runs/{running}/pause")
    assert "user.sign_in" not in operator.get("/settings/audit?act=run").text
    assert "<code>run.pause</code>" in operator.get("/settings/audit?act=run").text
    with app.app_context():
        who = {name: key for key, name in reads.people(lab.team_id)}
        person = db.session.scalars(select(User).filter_by(email=lab.emails["member"])).one().name
    page = operator.get(f"/settings/audit?who={who[person]}").text
    assert page.count("<code>user.sign_in</code>") == 1 and page.count(f"<td>{person}</td>") == 2


def test_older_lines_follow_on_their_own_page(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    with app.app_context():
        for number in range(150):
            audit.record("run.look", "run", number, lab.team_id)
    first = operator.get("/settings/audit?act=run.look").text
    assert first.count("<tr id=") == 100
    older = first.split('">Older</a>')[0].split('href="')[-1].replace("&amp;", "&")
    assert operator.get(older).text.count("<tr id=") == 50


def test_it_is_narrowed_by_object_and_by_day(operator: FlaskClient, running: int, lab: Lab) -> None:
    operator.post(f"/runs/{running}/pause")
    operator.post("/settings/members/team", data={"name": "Other"})
    today = datetime.now(UTC).date()
    told = {
        on: operator.get(f"/settings/audit?{on}").text.count("<code>run.pause</code>")
        for on in (f"on=run+{running}", "on=run", "on=run+999999", "on=team", f"since={today}", f"until={today}",
                   f"since={today + timedelta(days=1)}", f"until={today - timedelta(days=1)}", "since=soon&who=me")
    }  # fmt: skip
    assert list(told.values()) == [1, 1, 0, 0, 1, 1, 0, 0, 1], told


def test_it_tells_what_was_before_and_after(operator: FlaskClient, running: int, lab: Lab) -> None:
    operator.post(f"/runs/{running}/pause")
    assert change("RUNNING", "PAUSED") in operator.get("/settings/audit").text
    operator.post(f"/settings/limits/{lab.team_id}", data={"papers": "7"})
    operator.post(f"/settings/limits/{lab.team_id}", data={"papers": "9"})
    assert change("papers: 7", "papers: 9") in operator.get("/settings/audit?act=team.limits").text


def test_a_long_sheet_is_read_and_sent_in_parts(
    app: Flask, lab: Lab, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "AT_ONCE", 40)
    with app.app_context():
        for number in range(95):
            audit.record("run.look", "run", number, lab.team_id, detail={"why": "=1+1"})
    rows = list(csv.DictReader(io.StringIO(operator.get("/settings/audit/audit.csv?act=run.look").text)))
    assert [row["object"] for row in rows] == [f"run {number}" for number in reversed(range(95))]
    sheet = operator.get("/settings/audit/audit.csv?of=site").text
    assert "user.sign_in" in sheet and "run.look" not in sheet


def test_the_sheet_holds_the_same_and_is_an_act_itself(operator: FlaskClient, running: int) -> None:
    sheet = operator.get("/settings/audit/audit.csv")
    assert sheet.mimetype == "text/csv"
    assert "user.sign_in" in sheet.text
    assert "<code>audit.download</code>" in operator.get("/settings/audit").text


def test_it_shows_nothing_of_another_team_and_refusals_to_operators_only(
    app: Flask, lab: Lab, sign_in: SignIn, client: FlaskClient, stranger: FlaskClient, running: int
) -> None:
    client.post("/login", data={"email": "somebody@example.org", "password": "guessed"})
    with app.app_context():
        team = db.session.get(Team, lab.team_id)
        admin = factories.user(team, "admin", password_hash=PASSWORD_HASH).email
    own, operators = (sign_in(email).get("/settings/audit").text for email in (admin, lab.emails["admin"]))
    assert own.count("<code>user.sign_in</code>") == 1
    assert "somebody@example.org" in sign_in(lab.emails["admin"]).get("/settings/audit?of=site").text
    assert sign_in(admin).get("/settings/audit?of=site").status_code == 403
    assert "somebody@example.org" not in own + operators


def test_members_do_not_see_it(member: FlaskClient) -> None:
    assert member.get("/settings/audit").status_code == 403
    assert member.get("/settings/audit/audit.csv").status_code == 403


def test_an_act_beyond_ones_role_leaves_a_line(app: Flask, lab: Lab, viewer: FlaskClient, running: int) -> None:
    assert viewer.post(f"/runs/{running}/cancel").status_code == 403
    assert viewer.post("/settings/invitations", data={"email": "me@example.org", "role": "admin"}).status_code == 403
    with app.app_context():
        events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "access.refused")).all()
        assert {(event.user_id, event.team_id) for event in events} == {
            (factories.id_of(lab.emails["viewer"]), lab.team_id)
        }
        assert [event.detail["act"] for event in events] == ["run_actions.cancel", "invitations.make"]
        assert all("This needs the role" in event.detail["why"] for event in events)


def change(before: str, after: str) -> str:
    """Two cells of a line: what stood before, and what stood after."""
    return f'<td data-label="before">{before}</td><td data-label="after">{after}</td>'
