"""A cohort that was rechecked, by hand: links dead, back and moved, a repository gone, another with new commits."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import func, select

from dashboard.engine import rechecks, schedules
from dashboard.engine.claims import Wish, claim_next
from dashboard.engine.outcomes import succeed
from dashboard.engine.schedules import Wanted
from dashboard.extensions import db
from dashboard.models import BulkItem, Paper, RecheckedRun
from jobs import bulk
from tests import factories
from tests.schedules.conftest import OUTSIDE, links, repository

PATIENCE_SECONDS = 60
BEFORE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (links(weights=True, data=False), repository()),
    (links(**{"a-rather-long-address/of/a/page/with/supplementary/material-and-more.html": True}), repository()),
]
AFTER: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (links(weights=False, data=True), repository("b" * 40)),
    (links(**{"a-rather-long-address/of/a/page/with/supplementary/material-and-more.html": False}), repository("")),
]


def recheck(cohort_id: int, papers: list[Paper], by: int) -> int:
    """Give the cohort a schedule and a round that has ended; the round's id. Workers may carry it out first."""
    workflow = factories.definition("links_and_repository", **OUTSIDE)
    for paper, seen in zip(papers, BEFORE, strict=False):
        factories.started_run(paper, workflow)
        _look(*seen)
    schedules.make(cohort_id, Wanted(7, 4), by)
    round_id = rechecks.begin(cohort_id, by)
    bulk.carry_on()
    _until(select(func.count()).where(BulkItem.new_run_id.is_not(None)))
    for seen in AFTER:
        _look(*seen)
    rechecks.compare_ended()
    _until(select(func.count()).where(RecheckedRun.recheck_id == round_id))
    return round_id


def _look(links_seen: dict[str, Any], repository_seen: dict[str, Any]) -> None:
    for queue, output in (("validate_links", links_seen), ("fetch_repo", repository_seen)):
        claim = claim_next(Wish(queue, "by hand", 60))
        assert claim is not None and succeed(claim, output).landed


def _until(count: Any) -> None:
    """Both papers have come as far."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while db.session.scalar(count) < len(AFTER):
        db.session.rollback()
        assert time.monotonic() < give_up
        time.sleep(0.05)
