"""The pages of a run whose log, attempts and files are gone: they say so and when, and none breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboard.engine import loose_files
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.keeping import Keeping
from dashboard.models import Paper
from tests import schemas
from tests.engine.judged_runs import judged_run
from tests.retention.pasts import AT, finished_run, remove_all
from tests.views.conftest import Lab, artifact_ids, lab, member, sign_in

__all__ = ["lab", "member", "sign_in"]


@pytest.fixture
def engine_url(sqlite_schema: schemas.Schema) -> Iterator[str]:
    yield sqlite_schema.url
    sqlite_schema.empty()


@pytest.fixture
def old(app: Flask, lab: Lab) -> int:
    """An old run from which all that may go is gone."""
    with app.app_context():
        days = Keeping(logs=30, attempts=30, artifacts=30)
        app.extensions["settings"] = replace(app.extensions["settings"], keeping=days)
        paper = db.session.get_one(Paper, lab.paper_id)
        old, _newest = finished_run(paper), finished_run(paper)
        remove_all()
        return old


@pytest.fixture
def judged(app: Flask, old: int, lab: Lab) -> tuple[int, int]:
    """A judged run without its files, and a newer one that has them."""
    with app.app_context():
        paper = db.session.get_one(Paper, lab.paper_id)
        bare, whole = judged_run(paper), judged_run(paper)
        with transaction() as connection:
            connection.execute(update(run).where(run.c.id == bare).values(finished_at=AT))
            connection.execute(update(loose_files.loose).values(since=AT))
        remove_all()
        return bare, whole


def said(browser: FlaskClient, address: str) -> str:
    """The words of a page that is there."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.text.split())


def test_the_run_says_what_was_removed_and_when(member: FlaskClient, old: int) -> None:
    page = said(member, f"/runs/{old}")
    assert "Removed by retention: log lines on <time" in page
    assert "attempts that later ones replaced on <time" in page and "files on <time" in page
    assert "All files" not in page and "Retry" not in said(member, f"/runs/{old}/nodes/a?tab=error")


NODE_SAYS = {
    "a/log": "The log was removed on",
    "a/log?attempt=1&q=words": "The log was removed on",
    "a?tab=artifacts": "The files of this run were removed on",
    "a?tab=attempts": "Attempts that later ones replaced were removed on",
    "a?tab=error&attempt=1": "Attempt 1 was removed on",
    "a?tab=output&attempt=1": "Attempt 1 was removed on",
}


def test_a_node_says_what_was_removed_and_when(member: FlaskClient, old: int) -> None:
    pages = {address: said(member, f"/runs/{old}/nodes/{address}") for address in NODE_SAYS}
    assert [address for address, what in NODE_SAYS.items() if f"{what} <time" not in pages[address]] == []


def test_a_run_that_keeps_all_says_nothing_of_it(app: Flask, member: FlaskClient, old: int) -> None:
    newest = old + 1
    for address in ("", "/nodes/a/log", "/nodes/a?tab=artifacts", "/nodes/a?tab=attempts", "/nodes/a?tab=error"):
        assert "by retention" not in said(member, f"/runs/{newest}{address}")
    assert "All files" in said(member, f"/runs/{newest}") and "Retry" in said(
        member, f"/runs/{newest}/nodes/a?tab=error"
    )
    assert artifact_ids(app, newest)


def test_a_judged_run_says_that_what_it_found_is_gone(member: FlaskClient, lab: Lab, judged: tuple[int, int]) -> None:
    bare, _whole = judged
    for address in (f"/papers/{lab.paper_id}?run={bare}", f"/runs/{bare}/scores"):
        assert "What this run found was removed on <time" in said(member, address)


def test_scoring_it_again_is_refused_with_the_reason(member: FlaskClient, judged: tuple[int, int]) -> None:
    bare, _whole = judged
    answer = member.post(f"/runs/{bare}/rescore", data={"rubric": "neurips@2025.1"})
    assert answer.status_code == 409 and "were removed on" in answer.text


OF_RUN = ("", "/artifacts.zip", "/scores", "/live")
OF_NODE = ("?tab=error", "?tab=input", "?tab=output", "?tab=artifacts", "?tab=attempts", "/log.txt", "/log/tail")


def test_no_page_of_it_breaks(app: Flask, member: FlaskClient, lab: Lab, judged: tuple[int, int], old: int) -> None:
    bare, whole = judged
    with app.app_context():
        names = db.session.execute(select(node.c.run_id, node.c.node_id).where(node.c.run_id.in_([old, bare]))).all()
    pages = [f"/runs/{number}{rest}" for number in (old, bare) for rest in OF_RUN]
    pages += [f"/runs/{one.run_id}/nodes/{one.node_id}{rest}" for one in names for rest in OF_NODE]
    pages += [f"/runs/compare?a={bare}&b={whole}", f"/runs/compare?a={whole}&b={bare}", "/", "/runs", "/papers"]
    pages += [f"/papers/{lab.paper_id}{rest}" for rest in ("", "?view=runs", f"?run={old}")]
    codes = {address: member.get(address).status_code for address in pages}
    assert {address: code for address, code in codes.items() if code not in (200, 204)} == {}
