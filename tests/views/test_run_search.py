"""Searches among runs: a few thousand are looked through at a time, the page says so, and going on skips none."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from dashboard.engine.tables import run
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import Team
from dashboard.reads import runs
from dashboard.reads.run_filter import Filter, Order
from tests import factories
from tests.views.conftest import Lab, start
from tests.views.test_saved_views import listed

SEARCHES = ("q=vessels", "input=lab-%22é%22", "workflow=rare", "q=vessels&order=oldest", "q=vessels&order=best")
ONWARD = re.compile(r'<a href="([^"]*)">Search (?:older runs|on)')


@pytest.fixture
def rare(app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ten runs, the oldest first; the second and the sixth are of another paper, workflow and input. A search looks
    through three."""
    monkeypatch.setattr(runs, "LOOKED_THROUGH", 3)
    with app.app_context():
        team = db.session.get_one(Team, lab.team_id)
        other = replace(
            lab,
            paper_id=factories.paper(team, filename="Vessels.pdf").id,
            definition_id=factories.definition("rare").id,
        )
        made = [start(other if place in (1, 5) else lab) for place in range(10)]
        with transaction() as connection:
            for place, run_id in enumerate(made):
                values = {"score": float(place), "input": {"a": ['lab-"é"', 1]} if place in (1, 5) else {"é": "b"}}
                connection.execute(update(run).where(run.c.id == run_id).values(**values))
    return made


def pages_of(member: FlaskClient, address: str) -> list[list[int]]:
    """The runs of each page, from that one on to the last."""
    found = []
    while address:
        found.append(listed(member, address))
        onward = ONWARD.search(member.get(address).text)
        address = unescape(onward[1]) if onward else ""
    return found


@pytest.mark.parametrize("search", SEARCHES)
def test_going_on_finds_every_run_that_fits(member: FlaskClient, rare: list[int], search: str) -> None:
    first, second = rare[1], rare[5]
    upwards = [[first], [second], [], []]
    downwards = [[], [second], [first], []]
    assert pages_of(member, f"/runs?{search}") == (upwards if "oldest" in search else downwards)


def test_it_says_how_far_it_looked_and_where_to_go_on(member: FlaskClient, rare: list[int]) -> None:
    page = member.get("/runs?q=vessels").text
    assert "None of the newest 3 runs fits." in page
    page = member.get(f"/runs?q=vessels&before={rare[7]}").text
    assert "The next 3 runs were looked through." in page
    assert f'href="/runs?before={rare[4]}&amp;q=vessels">Search older runs' in page
    page = member.get(f"/runs?q=vessels&before={rare[1]}").text
    assert "No more runs fit this filter." in page and "Search older" not in page


def test_a_search_that_ends_with_the_history_does_not_offer_to_go_on(member: FlaskClient, rare: list[int]) -> None:
    assert listed(member, f"/runs?q=vessels&before={rare[3]}") == [rare[1]]
    assert "looked through" not in member.get(f"/runs?q=vessels&before={rare[3]}").text


def test_a_full_page_goes_on_behind_its_last_run(app: Flask, lab: Lab, rare: list[int]) -> None:
    with app.app_context():
        page = runs.page(lab.team_id, Filter(text="paper", order=Order.NEWEST), limit=1)
    assert ([row.id for row in page.rows], page.next_before, page.looked_through) == ([rare[9]], rare[9], None)


def test_all_that_fit_are_looked_for_in_the_whole_history(app: Flask, lab: Lab, rare: list[int]) -> None:
    with app.app_context():
        assert runs.ids(lab.team_id, Filter(text="vessels"), 10) == [rare[5], rare[1]]


def test_what_is_typed_is_text_and_no_pattern(member: FlaskClient, rare: list[int]) -> None:
    for text in ("%", "_", "\\", "v%s", ".*"):
        assert pages_of(member, f"/runs?q={text.replace('%', '%25')}") == [[], [], [], []], text
