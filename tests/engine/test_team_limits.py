"""What a team may use: papers, storage, runs at a time, spend of a month; nobody passes the last place twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from dashboard.engine import admitting, claims, outcomes, papers, progress, room, runs, team_limits
from dashboard.engine.errors import InvalidInputError, NotAllowedError
from dashboard.engine.outcomes import KeptArtifact
from dashboard.engine.spending import Call, MonthSpentError, RunSpending, Usage
from dashboard.engine.team_limits import Limits
from dashboard.engine.transactions import reading
from dashboard.extensions import db
from dashboard.models import AuditEvent, Paper, Team
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def team() -> Team:
    return factories.team()


def a_pdf(folder: Path, number: int = 0) -> Path:
    path = folder / f"{number}.pdf"
    path.write_bytes(factories.SMALLEST_PDF + b"%% of a limit %d\n" % number)
    return path


def start(team: Team, shape: str = "a") -> int:
    workflow = factories.definition(**steps.shape(shape))
    return runs.create_and_start(workflow.id, None, team.id, {}, None)


def why(run_id: int) -> list[str]:
    return list(progress.why_waiting(run_id).values())


def test_what_an_operator_sets_comes_before_the_installation(in_app: Flask, team: Team) -> None:
    in_app.extensions["settings"] = replaced(in_app, team_max_papers=7, team_max_active_runs=3)
    team_limits.choose(team.id, Limits(papers=9, month_spend=2.5), None)
    with reading() as connection:
        assert team_limits.of_team(connection, team.id) == Limits(9, None, 3, 2.5)
        assert team_limits.own(connection, team.id) == Limits(papers=9, month_spend=2.5)
        assert team_limits.of_team(connection, factories.team().id) == Limits(7, None, 3, None)


def test_a_change_is_told_with_what_was_before(team: Team) -> None:
    team_limits.choose(team.id, Limits(papers=9), None)
    team_limits.choose(team.id, Limits(active_runs=2), None)
    line = db.session.scalars(select(AuditEvent).filter_by(action="team.limits").order_by(AuditEvent.id.desc())).first()
    assert line is not None and line.team_id == team.id
    assert (line.detail["before"]["papers"], line.detail["after"]["papers"]) == (9, None)
    assert (line.detail["before"]["active_runs"], line.detail["after"]["active_runs"]) == (None, 2)


@pytest.mark.parametrize("given", [Limits(papers=-1), Limits(month_spend=10.0**9), Limits(storage_bytes=2**60)])
def test_a_limit_that_is_none_is_refused(team: Team, given: Limits) -> None:
    with pytest.raises(InvalidInputError, match="is from 0 to"):
        team_limits.choose(team.id, given, None)


def test_the_paper_over_the_limit_is_refused_and_a_known_one_is_still_found(team: Team, tmp_path: Path) -> None:
    team_limits.choose(team.id, Limits(papers=1), None)
    first, _ = papers.add(team.id, "0.pdf", a_pdf(tmp_path))
    with pytest.raises(NotAllowedError, match=r"the team has 1 of 1 papers\. An operator of this site can raise"):
        papers.add(team.id, "1.pdf", a_pdf(tmp_path, 1))
    assert papers.add(team.id, "again.pdf", a_pdf(tmp_path)) == (first, False)
    factories.paper()  # of another team


def test_storage_counts_papers_and_what_nodes_left(team: Team, tmp_path: Path) -> None:
    size = papers.add(team.id, "0.pdf", a_pdf(tmp_path))[0].bytes
    run_id = start(team, "a b")
    for name in "ab":
        kept = [KeptArtifact(f"{name}{number}", "text/plain", "0" * 64, 100) for number in range(2)]
        outcomes.succeed(steps.claim(name), {}, kept)
    assert steps.run_of(run_id).stored_bytes == 400
    with reading() as connection:
        assert room.kept(connection, team.id) == room.Kept(1, size + 400)
    team_limits.choose(team.id, Limits(storage_bytes=2 * size + 400), None)
    papers.add(team.id, "1.pdf", a_pdf(tmp_path, 1))
    with pytest.raises(NotAllowedError, match="do not fit in the 0 that are left"):
        papers.add(team.id, "2.pdf", a_pdf(tmp_path, 2))
    with pytest.raises(NotAllowedError, match="No run was started: the team stores"):
        start(team)


def test_runs_above_the_limit_wait_and_say_so_and_the_oldest_goes_first(team: Team) -> None:
    team_limits.choose(team.id, Limits(active_runs=2), None)
    under_way, waiting = [start(team) for _ in range(2)], [start(team) for _ in range(3)]
    assert [steps.run_of(one).status for one in [*under_way, *waiting]] == ["RUNNING"] * 2 + ["CREATED"] * 3
    assert why(waiting[0]) == ["waits for a place: your team runs 2 of 2 at once"]
    assert steps.run_of(start(factories.team())).status == "RUNNING"
    assert admitting.start_waiting() == 0
    runs.cancel(under_way[0], None)
    assert admitting.start_waiting() == 1
    assert [steps.run_of(one).status for one in waiting] == ["RUNNING", "CREATED", "CREATED"]


def test_a_created_run_waits_as_well_and_a_cancelled_one_no_more(team: Team) -> None:
    team_limits.choose(team.id, Limits(active_runs=1), None)
    first, second = start(team), factories.run(workflow=factories.definition(), of=paper_of(team))
    assert why(second)[0] == "the run has not been started"
    runs.start(second, None)
    assert steps.run_of(second).waits_for_place
    runs.cancel(second, None)
    runs.cancel(first, None)
    assert admitting.start_waiting() == 0 and steps.run_of(second).status == "CANCELLED"


def test_a_limit_lifted_lets_all_of_them_start(team: Team) -> None:
    team_limits.choose(team.id, Limits(active_runs=0), None)
    waiting = [start(team) for _ in range(3)]
    team_limits.choose(team.id, Limits(), None)
    assert why(waiting[0]) == ["about to start"]
    assert admitting.start_waiting() == 3
    claimed = steps.claim("a")
    assert claimed.run_id == waiting[0] and claims.is_held(claimed)


def test_a_call_over_the_months_spend_is_not_made_and_costs_nothing(team: Team) -> None:
    start(team)
    claim = steps.claim("a")
    team_limits.choose(team.id, Limits(month_spend=1.0), None)
    mine = RunSpending(db.engine, claim.run_id, open_gate, most_a_month=1000)
    mine.reserve(Call("one", claim.id, "p", "m", Usage(10, 5), 0.75))
    with pytest.raises(MonthSpentError, match=r"may spend 1\.00 US dollars a month .* operator of this site can raise"):
        mine.reserve(Call("two", claim.id, "p", "m", Usage(10, 5), 0.75))
    assert sum(one.cost or 0 for one in mine.calls()) == 0.75
    mine.reserve(Call("three", claim.id, "p", "m", Usage(10, 5), 0.25))
    mine.reserve(Call("free", claim.id, "p", "m", Usage(10, 5)))


def test_without_any_limit_nothing_is_counted_or_locked(team: Team) -> None:
    seen: list[str] = []
    with steps.points(seen):
        start(team)
    assert "limit: of team" in seen and not {"limit: lock", "place: count", "room: papers"} & set(seen)
    assert db.session.scalar(select(func.count()).select_from(Paper).filter_by(team_id=team.id)) == 0


def open_gate(_connection: Connection) -> None:
    return


def paper_of(team: Team) -> Paper:
    return factories.paper(team)


def replaced(app: Flask, **values: int) -> object:
    from dataclasses import replace

    return replace(app.extensions["settings"], **values)
