"""The cohort's page says when it is rechecked and what changed; a page of its own lists that, live and as a sheet."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import cohorts, rechecks
from dashboard.extensions import db
from dashboard.models import Paper, Team
from tests import factories
from tests.schedules.conftest import OUTSIDE, Venue, links, repository, rounds_of, schedule_of
from tests.views.conftest import Lab, SignIn

pytestmark = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)

WEEKLY = {"every": "week", "hour": "4"}


@pytest.fixture
def venue(app: Flask, lab: Lab) -> Venue:
    """The lab's own cohort: two papers whose runs looked outside."""
    with app.app_context():
        team, workflow = db.session.get_one(Team, lab.team_id), factories.definition(**OUTSIDE)
        papers = [db.session.get_one(Paper, lab.paper_id), factories.paper(team)]
        made = Venue(cohorts.create(team.id, "MICCAI 2026", "", None), team.id, workflow)
        cohorts.add_papers(made.cohort_id, [paper.id for paper in papers], None)
        for paper in papers:
            factories.started_run(paper, workflow)
        made.look(2)
        return made


@pytest.fixture
def changed(app: Flask, venue: Venue) -> int:
    """A round that found both links dead and new commits in both repositories."""
    with app.app_context():
        round_id = rechecks.begin(venue.cohort_id, None)
        venue.links, venue.repository = links(data=False), repository("b" * 40)
        venue.look_again(2)
        rechecks.compare_ended()
        return round_id


def page(browser: FlaskClient, venue: Venue) -> str:
    return browser.get(f"/cohorts/{venue.cohort_id}").text


def post(browser: FlaskClient, venue: Venue, what: str, **form: str) -> str:
    answer = browser.post(f"/cohorts/{venue.cohort_id}/{what}", data=form)
    assert answer.status_code == 303, answer.text
    return str(browser.get(answer.location).text)


def test_a_member_makes_changes_pauses_resumes_and_ends_a_schedule(
    app: Flask, member: FlaskClient, venue: Venue
) -> None:
    assert "are rechecked when somebody asks" in page(member, venue)
    assert "are rechecked every week, next" in post(member, venue, "schedule", **WEEKLY)
    assert "every 10 days, next" in post(member, venue, "schedule", every="days", days="10", hour="0", on="")
    assert "every month, next" in post(member, venue, "schedule", every="month", hour="23")
    assert "the schedule is paused" in post(member, venue, "schedule/pause")
    assert "still paused" in post(member, venue, "schedule", **WEEKLY)
    assert "are rechecked every week, next" in post(member, venue, "schedule/resume")
    assert "are rechecked when somebody asks" in post(member, venue, "schedule/delete")
    with app.app_context():
        assert schedule_of(venue.cohort_id) is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"every": "days", "days": "0", "hour": "4"}, "every 1 to 365 days"),
        ({"every": "week", "hour": "24"}, "from 0 to 23"),
        ({"every": "week", "hour": ""}, "from 0 to 23"),
        ({"every": "week", "hour": "4", "on": "soon"}, "is no day"),
        ({"every": "blue moon", "hour": "4"}, ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    app: Flask, member: FlaskClient, venue: Venue, form: dict[str, str], said: str
) -> None:
    answer = member.post(f"/cohorts/{venue.cohort_id}/schedule", data=form)
    assert answer.status_code == 422 and said in answer.text
    with app.app_context():
        assert schedule_of(venue.cohort_id) is None


def test_a_member_rechecks_at_once_and_is_led_to_what_is_found(app: Flask, member: FlaskClient, venue: Venue) -> None:
    text = post(member, venue, "rechecks")
    assert "0</strong> of 2 papers compared" in text and "every 5s" in text and "asked for by" in text
    with app.app_context():
        assert len(rounds_of(venue.cohort_id)) == 1


def test_viewers_read_it_all_and_change_nothing(viewer: FlaskClient, venue: Venue, changed: int) -> None:
    text = page(viewer, venue)
    assert "2 links died" in text and "/schedule" not in text
    assert viewer.get(f"/cohorts/{venue.cohort_id}/rechecks/{changed}").status_code == 200
    assert viewer.post(f"/cohorts/{venue.cohort_id}/rechecks").status_code == 403


def test_the_cohorts_page_leads_to_each_kind_of_change(member: FlaskClient, venue: Venue, changed: int) -> None:
    text = page(member, venue)
    assert f'href="/cohorts/{venue.cohort_id}/rechecks/{changed}?kind=link_died"' in text
    assert "2 repositories have new commits" in text


def test_a_round_lists_its_changes_by_kind_with_both_runs_side_by_side(
    member: FlaskClient, venue: Venue, changed: int
) -> None:
    address = f"/cohorts/{venue.cohort_id}/rechecks/{changed}"
    everything, commits = member.get(address).text, member.get(f"{address}?kind=new_commits").text
    assert everything.count("link died") == 2 and everything.count("commit bbbbbbbbbb") == 2
    assert "link died" not in commits.partition("<tbody>")[2] and commits.count("commit bbbbbbbbbb") == 2
    assert "/runs/compare?a=" in everything and "every 5s" not in everything
    assert "by the schedule" in everything


def test_the_sheet_has_a_row_a_change(member: FlaskClient, venue: Venue, changed: int) -> None:
    address = f"/cohorts/{venue.cohort_id}/rechecks/{changed}/changes.csv"
    sheets = [member.get(address + query) for query in ("", "?kind=link_died")]
    rows, deaths = (list(csv.reader(io.StringIO(sheet.get_data().decode("utf-8-sig")))) for sheet in sheets)
    assert rows[0] == ["paper", "title", "change", "subject", "before", "after", "run before", "run"]
    assert [row[2] for row in rows[1:]] == ["link_died", "new_commits"] * 2
    assert [row[3:6] for row in deaths[1:]] == [["https://example.org/data", "it answered", "not asked"]] * 2


def test_the_poll_answers_only_when_a_further_run_was_compared(app: Flask, member: FlaskClient, venue: Venue) -> None:
    with app.app_context():
        address = f"/cohorts/{venue.cohort_id}/rechecks/{rechecks.begin(venue.cohort_id, None)}"
    poll = member.get(address).text.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert member.get(poll).status_code == 204
    with app.app_context():
        venue.look_again(2)
        rechecks.compare_ended()
    answer = member.get(poll)
    assert answer.status_code == 200 and "hx-trigger" not in answer.text and "Nothing has changed" in answer.text


def test_a_round_is_found_under_its_own_cohort_alone(
    app: Flask, member: FlaskClient, lab: Lab, venue: Venue, changed: int
) -> None:
    with app.app_context():
        other = cohorts.create(lab.team_id, "Another", "", None)
    assert member.get(f"/cohorts/{other}/rechecks/{changed}").status_code == 404


def test_a_time_that_passed_without_a_round_is_said(
    app: Flask, member: FlaskClient, sign_in: SignIn, venue: Venue
) -> None:
    post(member, venue, "schedule", **WEEKLY)
    assert "nothing began" not in page(member, venue)
    with app.app_context():
        schedule = schedule_of(venue.cohort_id)
        assert schedule is not None
        schedule.due_at = schedule.created_at.replace(year=2025)
        db.session.commit()
    assert "nothing began" in page(member, venue)
