"""Every page is walked and every form sent with rubbish, by people of each role: nothing breaks on our side.

`make crawl` goes on for as long as it is told to (CRAWL_SECONDS), with a seed of its own or a given one (CRAWL_SEED).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from dashboard.extensions import db
from dashboard.models import Paper
from tests.engine.judged_runs import judged_run
from tests.security import crawled_site
from tests.security.crawler import Crawl
from tests.security.rubbish import Rubbish
from tests.security.web_pages import Field, Form, read
from tests.views.conftest import Lab, SignIn

SECONDS = float(os.environ.get("CRAWL_SECONDS", "0"))
SEED = int(os.environ.get("CRAWL_SEED", random.randrange(10**6) if SECONDS else 7))
ROLES = ("viewer", "member", "admin", "operator")
FEWEST_REACHED = {"viewer": 50, "member": 75, "admin": 85, "operator": 95}
pytestmark = pytest.mark.timeout(SECONDS + 180)


@dataclass(frozen=True)
class Site:
    """Where to begin, and the ids of another team."""

    starts: list[str]
    foreign: list[int]


@pytest.fixture
def site(app: Flask, lab: Lab) -> Site:
    """The furnished site, as it is served."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        return Site(crawled_site.furnish(lab), crawled_site.foreign_ids())


def crawl_as(role: str, app: Flask, lab: Lab, sign_in: SignIn, foreign: list[int]) -> Crawl:
    def enter() -> FlaskClient:
        with app.app_context():
            email = crawled_site.person(lab.team_id, role)
        return sign_in(email)

    return Crawl(app, enter, Rubbish(SEED + ROLES.index(role), foreign))


def test_nothing_a_person_can_send_breaks_a_page(app: Flask, lab: Lab, sign_in: SignIn, site: Site) -> None:
    began, answers = time.monotonic(), Counter[int]()
    crawls = {role: crawl_as(role, app, lab, sign_in, site.foreign) for role in ROLES}
    for role, crawl in crawls.items():
        crawl.walk(*site.starts)
        assert len(crawl.reached) >= FEWEST_REACHED[role], (role, sorted(crawl.reached))
        print(f"{role}: {len(crawl.reached)} endpoints, {len(crawl.pages)} kinds of pages, {len(crawl.forms)} of forms")
    rounds = 0
    while rounds == 0 or time.monotonic() < began + SECONDS:
        rounds += 1
        for crawl in crawls.values():
            crawl.disturb(began + SECONDS if rounds > 1 else None)
    for crawl in crawls.values():
        answers += crawl.answers
    print(f"seed {SEED}: {sum(answers.values())} requests in {rounds} rounds, answered {dict(sorted(answers.items()))}")
    found = [f"{role}: {one}" for role, crawl in crawls.items() for one in crawl.found]
    assert not found, f"seed {SEED}, {len(found)} found\n" + "\n".join(found[:20])


def test_a_page_that_breaks_is_found(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    """The crawler is worth something: it finds four planted faults, each behind a link and a form."""
    app.add_url_rule("/planted", "planted", lambda: PLANTED)
    app.add_url_rule("/planted/act", "planted_act", planted, methods=["POST"])
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    crawl = crawl_as("viewer", app, lab, sign_in, [lab.team_id])
    crawl.walk("/planted")
    crawl.pages.clear()
    for _ in range(500):
        crawl.disturb()
    found = "\n".join(crawl.found)
    for fault in ("500 INTERNAL", "came back as markup", "a traceback is shown", "leads away to"):
        assert fault in found, fault


PLANTED = '<form method=post action="/planted/act"><input name=one value=fine><input name=two value=fine></form>'


def planted() -> str | Response:
    one, two = request.form.get("one", ""), request.form.get("two", "")
    if one.startswith("https://"):
        return redirect(one)
    if "\0" in two:
        raise KeyError(two)
    return "Traceback (most recent call last)" if two == "NaN" else f"<p>{one}</p>"


@pytest.mark.parametrize("name", ['"', "", "\N{PILE OF POO}", "a.b", "$[*]"])
def test_a_name_that_no_rubric_has_is_not_found(app: Flask, lab: Lab, member: FlaskClient, name: str) -> None:
    """Each of these broke a page: as a path in JSON, or compared with a column that holds ASCII alone."""
    with app.app_context():
        run_id = judged_run(db.session.get(Paper, lab.paper_id))
    said = {"rubric": name, "criterion": "limitations", "answer": "not_met", "reason": "I read it."}
    assert member.post(f"/runs/{run_id}/rulings", data=said).status_code == 404
    assert member.get(f"/runs/{run_id}/scores", query_string={"rubric": name}).status_code in (200, 404)


def test_forms_are_read_with_what_stands_outside_of_them() -> None:
    page = read(
        '<form id=a method=post><input type=hidden name=t value=1></form><a href="/x#y">x</a>'
        '<select form=a name=s><option value=u></select><button form=a formaction="/go" name=b>'
    )
    assert page.links == ["/x#y"]
    assert page.forms == [
        Form("POST", "/go", (Field("t", "hidden", "1"), Field("s", "select", "u"), Field("b", "submit", "")))
    ]
