"""Passing faults of the database are ridden out, and nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable

import pymysql
import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from dashboard.engine import claims, outcomes, transactions
from dashboard.engine.claims import Wish
from dashboard.engine.transactions import look, persist, transaction
from dashboard.extensions import db
from dashboard.models import AuditEvent
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")

PASSING = [1213, 1205, 2006, 2013]


def fault(number: int) -> OperationalError:
    return OperationalError("UPDATE", {}, pymysql.err.OperationalError(number, "as the server says it"))


def mark(connection: Connection) -> None:
    connection.execute(text("INSERT INTO audit_event (action, object_type, detail, at) VALUES ('mark', 'test', '{}', "
                            "'2024-01-01 00:00:00')"))  # fmt: skip


def marks() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEvent).filter_by(action="mark"))


def failing_once(number: int) -> Callable[[Connection], int]:
    """A body that writes, and whose first try then meets that fault."""
    tries: list[int] = []

    def body(connection: Connection) -> int:
        mark(connection)
        tries.append(number)
        if len(tries) == 1:
            raise fault(number)
        return len(tries)

    return body


def lose_the_answer_to_the_next_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit takes, and the connection breaks before the answer comes."""
    commit = db.engine.dialect.do_commit

    def broken(connection: object) -> None:
        monkeypatch.setattr(db.engine.dialect, "do_commit", commit)
        commit(connection)  # type: ignore[arg-type]
        raise db.engine.dialect.loaded_dbapi.OperationalError(2013, "Lost connection to server during query")

    monkeypatch.setattr(db.engine.dialect, "do_commit", broken)


@pytest.mark.parametrize("number", PASSING)
def test_a_passing_fault_is_ridden_out_and_the_work_done_once(number: int) -> None:
    assert persist(failing_once(number)) == 2
    assert marks() == 1


@pytest.mark.parametrize("number", PASSING)
def test_a_look_is_taken_again_after_a_passing_fault(number: int) -> None:
    tries: list[int] = []

    def body(connection: Connection) -> object:
        tries.append(number)
        if len(tries) == 1:
            raise fault(number)
        return connection.scalar(text("SELECT 7"))

    assert (look(body), len(tries)) == (7, 2)


def test_a_lasting_fault_is_raised_at_once_and_leaves_nothing() -> None:
    with pytest.raises(OperationalError):
        persist(failing_once(1146))
    assert marks() == 0


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(OperationalError):
        persist(failing_once(1213))


def test_an_error_that_is_not_the_databases_is_not_tried_again() -> None:
    tries: list[Connection] = []

    def body(connection: Connection) -> None:
        tries.append(connection)
        mark(connection)
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        persist(body)
    assert (len(tries), marks()) == (1, 0)


@pytest.mark.parametrize("landed", [True, False])
def test_after_a_lost_answer_it_looks_before_it_works_again(monkeypatch: pytest.MonkeyPatch, landed: bool) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file does not lose its answer")
    factories.team()
    lose_the_answer_to_the_next_commit(monkeypatch)
    persist(mark, landed=lambda _nothing: landed)
    assert marks() == (1 if landed else 2)


def test_a_claim_whose_answer_was_lost_is_still_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    node = factories.ready_node()
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file does not lose its answer")
    lose_the_answer_to_the_next_commit(monkeypatch)
    claim = claims.claim_next(Wish(node.queue, "tester", 60))
    assert claim is not None
    assert (claim.id, claim.attempt) == (node.id, 1)
    assert claims.is_held(claim)


@pytest.mark.parametrize("verb", ["succeed", "fail"])
def test_an_outcome_whose_answer_was_lost_has_landed_once(monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    claim = factories.claimed_node()
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file does not lose its answer")
    lose_the_answer_to_the_next_commit(monkeypatch)
    if verb == "succeed":
        assert outcomes.succeed(claim, {}).landed
    else:
        assert outcomes.fail(claim, steps.FOR_GOOD).landed
    assert len(steps.attempts_of(claim.id)) == 1


def test_a_transaction_is_undone_by_any_error() -> None:
    with pytest.raises(RuntimeError), transaction() as connection:
        mark(connection)
        raise RuntimeError("stop")
    assert marks() == 0


def test_a_duplicate_row_is_no_passing_fault() -> None:
    duplicate = IntegrityError("INSERT", {}, pymysql.err.IntegrityError(1062, "Duplicate entry"))
    assert not transactions.is_passing(duplicate)


def test_a_locked_file_is_a_passing_fault() -> None:
    assert transactions.is_passing(DBAPIError("BEGIN", {}, Exception("database is locked")))


def test_a_connection_that_the_server_closed_since_it_read_is_forgotten() -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file closes no connection")
    connection = db.session.connection()
    number = connection.scalar(text("SELECT CONNECTION_ID()"))
    with transaction() as other:
        other.execute(text(f"KILL {number}"))
        while other.scalar(text("SELECT COUNT(*) FROM information_schema.processlist WHERE id = :id"), {"id": number}):
            time.sleep(0.01)
    persist(mark)
    assert marks() == 1
