"""From a run to the one before and after: within the team, and no further than its ends."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.views.conftest import Lab, make_lab, start


def test_one_steps_through_the_runs_of_the_team(app: Flask, lab: Lab, member: FlaskClient) -> None:
    with app.app_context():
        first, _of_another_team, second = start(lab), start(make_lab()), start(lab)
    assert member.get(f"/runs/{first}/newer").location == f"/runs/{second}"
    assert member.get(f"/runs/{second}/older").location == f"/runs/{first}"


def test_at_the_ends_one_stays_and_is_told(member: FlaskClient, running: int) -> None:
    for way, told in (("older", "first run"), ("newer", "newest run")):
        answer = member.get(f"/runs/{running}/{way}", follow_redirects=True)
        assert answer.request.path == f"/runs/{running}"
        assert told in answer.text
