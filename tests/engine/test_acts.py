"""An act of a person happens once, also when the answer to its COMMIT is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pymysql.err import OperationalError as Lost
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from dashboard.engine import holding, progress, retrying, runs, skipping, transactions
from dashboard.extensions import db
from dashboard.models import AuditEvent
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def start() -> Callable[[], object]:
    run_id = factories.run()
    return lambda: runs.start(run_id, None)


def pause() -> Callable[[], object]:
    run_id = steps.begin("a-b")
    return lambda: runs.pause(run_id, None)


def resume() -> Callable[[], object]:
    run_id = steps.begin("a-b")
    runs.pause(run_id, None)
    return lambda: runs.resume(run_id, None)


def cancel() -> Callable[[], object]:
    run_id = steps.begin("a-b")
    return lambda: runs.cancel(run_id, None)


def retry() -> Callable[[], object]:
    run_id = factories.failed_node().run_id
    seen = progress.version_of(run_id)
    return lambda: retrying.retry(run_id, None, False, seen, None)


def skip() -> Callable[[], object]:
    run_id = steps.begin("a-b")
    return lambda: skipping.skip(run_id, "a", "no need", None)


def hold() -> Callable[[], object]:
    run_id = steps.begin("a-b")
    return lambda: holding.hold(run_id, "a", "not yet", None)


def release() -> Callable[[], object]:
    run_id = steps.begin("a-b")
    holding.hold(run_id, "a", "not yet", None)
    return lambda: holding.release(run_id, "a", None)


def create() -> Callable[[], object]:
    paper, workflow = factories.paper(), factories.definition()
    return lambda: runs.create(workflow.id, paper.id, paper.team_id, {}, None)


ACTS = [start, pause, resume, cancel, retry, skip, hold, release, create]


@pytest.mark.parametrize("prepare", ACTS)
@pytest.mark.parametrize("has_landed", [True, False])
def test_an_act_whose_answer_was_lost_is_done_once_and_not_refused(
    prepare: Callable[[], Callable[[], object]], has_landed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the look at the audit trail all nine fail: refused, or with a second line in the trail."""
    act = prepare()
    before = audited()
    with losing_an_answer(monkeypatch, has_landed) as lost:
        act()
    assert lost == ["an answer"]
    assert audited() == before + 1


@contextmanager
def losing_an_answer(monkeypatch: pytest.MonkeyPatch, has_landed: bool) -> Iterator[list[str]]:
    """The connection of the first transaction breaks at its COMMIT, which took or did not."""
    whole, lost = transactions.transaction, list[str]()

    @contextmanager
    def breaking() -> Iterator[Connection]:
        with whole() as connection:
            yield connection
            if not lost and not has_landed:
                break_off()
        if not lost:
            break_off()

    def break_off() -> None:
        lost.append("an answer")
        raise OperationalError("COMMIT", {}, Lost(2013, "Lost connection"), connection_invalidated=True)

    with monkeypatch.context() as patched:
        patched.setattr(transactions, "transaction", breaking)
        yield lost


def audited() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0
