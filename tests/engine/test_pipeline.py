"""Deferred statements: the same order, the same transaction, one packet; and whoever relied on a row hears of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from dashboard.engine import outcomes, pipeline
from dashboard.engine.pipeline import Unexpected
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from tests import factories
from tests.engine import steps

pytestmark = [
    pytest.mark.usefixtures("in_app"),
    pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True),
]

ADD = text("INSERT INTO team (name, slug, created_at) VALUES (:name, :name, UTC_TIMESTAMP(6))")
LATER = ADD.execution_options(deferred=True)
RENAME = text("UPDATE team SET name = :new WHERE name = :old").execution_options(deferred=True, expects=1)


@pytest.fixture
def packets(in_app: Flask) -> Iterator[list[int]]:
    """The commands sent to the server, one for each packet."""
    sent: list[int] = []
    original = pipeline.Plain._execute_command

    def counting(self: pipeline.Plain, command: int, sql: bytes) -> None:
        sent.append(command)
        original(self, command, sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline.Plain, "_execute_command", counting)
        yield sent


def names(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT name FROM team ORDER BY id")).scalars())


def kept_names() -> list[str]:
    with db.engine.connect() as connection:
        return names(connection)


def test_a_deferred_statement_is_seen_by_the_next_one() -> None:
    with transaction() as connection:
        connection.execute(LATER, {"name": "a"})
        connection.execute(RENAME, {"old": "a", "new": "b"})
        assert names(connection) == ["b"]
    assert kept_names() == ["b"]


def test_it_travels_with_the_next_statement_in_one_packet(packets: list[int]) -> None:
    with transaction() as connection:
        names(connection)
        packets.clear()
        connection.execute(LATER, {"name": "a"})
        connection.execute(LATER, {"name": "b"})
        assert packets == []
        names(connection)
        assert len(packets) == 1


def test_what_is_left_travels_with_commit(packets: list[int]) -> None:
    with transaction() as connection:
        names(connection)
        packets.clear()
        connection.execute(LATER, {"name": "a"})
    assert len(packets) == 1
    assert kept_names() == ["a"]


def test_a_rollback_forgets_what_was_kept_back() -> None:
    with pytest.raises(LookupError), transaction() as connection:
        connection.execute(LATER, {"name": "a"})
        raise LookupError
    assert kept_names() == []


def test_an_unexpected_number_of_rows_is_told_with_the_next_statement() -> None:
    with pytest.raises(Unexpected), transaction() as connection:
        connection.execute(ADD, {"name": "a"})
        connection.execute(RENAME, {"old": "nobody", "new": "b"})
        names(connection)
    assert kept_names() == []


def test_an_unexpected_number_of_rows_is_told_before_commit_is_sent() -> None:
    """Seen to fail when such a statement travelled with COMMIT: the server had committed when the rows were counted."""
    with pytest.raises(Unexpected), transaction() as connection:
        connection.execute(ADD, {"name": "a"})
        connection.execute(RENAME, {"old": "nobody", "new": "b"})
    assert kept_names() == []


def test_the_error_of_a_deferred_statement_is_raised_with_the_next_and_nothing_after_it_runs() -> None:
    with pytest.raises(IntegrityError, match="Duplicate entry"), transaction() as connection:
        connection.execute(ADD, {"name": "a"})
        connection.execute(LATER, {"name": "a"})
        connection.execute(LATER, {"name": "c"})
        names(connection)
    assert kept_names() == []


def test_the_connection_is_sound_after_an_error_in_the_middle() -> None:
    with db.engine.connect() as connection:
        connection.execute(LATER, {"name": "a"})
        connection.execute(text("SELEKT").execution_options(deferred=True))
        with pytest.raises(DBAPIError):
            names(connection)
        connection.rollback()
        assert names(connection) == []


def test_a_success_whose_claim_was_lost_leaves_nothing() -> None:
    """Seen to fail with `expects` removed from the update of the own node: the stale success landed."""
    run_id = steps.begin("a-b")
    stale = steps.claim("a")
    with transaction() as connection:
        connection.execute(text("UPDATE workflow_node SET claim_token = 'other' WHERE id = :id"), {"id": stale.id})
    assert not outcomes.succeed(stale, {}).landed
    assert steps.statuses(run_id) == {"a": "RUNNING", "b": "PENDING"}
    assert steps.attempts_of(stale.id) == []


def test_a_success_takes_two_packets_and_brings_the_child_along(packets: list[int]) -> None:
    claim = factories.claimed_node()
    db.session.remove()
    packets.clear()
    landing = outcomes.succeed(claim, {"pages": 12}, wish=outcomes.Wish("default", "tester", 60))
    assert landing.claim is not None
    assert landing.claim.node_id == "second"
    assert len(packets) == 2
