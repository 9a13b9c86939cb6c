"""Spreading: each notice becomes a call to every webhook and a line in the letter of every person that wants it.

A person's next letter about a team collects until it is due, so that three hundred runs are one letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, and_, insert, select, update

from dashboard.engine import awaiting
from dashboard.engine.clock import later, now
from dashboard.engine.deliveries import State, delivered, delivery
from dashboard.engine.members import membership, user
from dashboard.engine.notices import Event, notice
from dashboard.engine.transactions import persist
from dashboard.engine.webhooks import webhook
from dashboard.engine.wishes import NOTHING, of_people, team

AT_ONCE = 200
WITH_OTHERS_SECONDS = 3600.0  # a run of a batch waits at most so long for the batch's own letter


@dataclass(frozen=True)
class Line:
    """A notice that belongs into a person's letter, and in how many seconds that is due at the latest."""

    user_id: int
    team_id: int
    notice_id: int
    event: str
    within: float


def spread(collect_seconds: float, sends_letters: bool) -> int:
    """Spread what was written down and is not spread yet; how many notices. Without a mail server there are no letters.

    Those that are locked another process spreads right now.
    """
    return persist(lambda connection: _spread(connection, collect_seconds, sends_letters))


def _spread(connection: Connection, collect_seconds: float, sends_letters: bool) -> int:
    fresh = select(notice).where(notice.c.spread_at.is_(None)).order_by(notice.c.id).limit(AT_ONCE)
    found = connection.execute(fresh.with_for_update(skip_locked=True)).all()
    if not found:
        return 0
    _call(connection, found)
    if sends_letters:
        _write(connection, _lines(connection, found, collect_seconds))
    connection.execute(update(notice).where(notice.c.id.in_([one.id for one in found])).values(spread_at=now()))
    return len(found)


def _call(connection: Connection, found: Sequence[Row[Any]]) -> None:
    """A call for each notice and each of its team's webhooks that asks for its event."""
    theirs = webhook.c.team_id.in_(sorted({one.team_id for one in found}))
    hooks = connection.execute(select(webhook).where(theirs, webhook.c.removed_at.is_(None))).all()
    pairs = [(one, hook) for one in found for hook in hooks if hook.team_id == one.team_id]
    for one, hook in (pair for pair in pairs if pair[0].event in pair[1].events):
        key = _add(connection, one.team_id, one.event, 0, webhook_id=hook.id)
        connection.execute(insert(delivered).values(delivery_id=key, notice_id=one.id))


def _lines(connection: Connection, found: Sequence[Row[Any]], collect_seconds: float) -> list[Line]:
    people = _people(connection, {one.team_id for one in found})
    wishes = of_people(connection, {person for persons in people.values() for person in persons})
    with_others = awaiting.runs_awaited(connection, {one.run_id for one in found if one.run_id})
    return [
        Line(person, one.team_id, one.id, one.event, _within(one, with_others, collect_seconds))
        for one in found
        for person in people[one.team_id]
        if wishes[person].get(one.event, NOTHING).email.covers(person, one.user_id)
    ]


def _within(one: Row[Any], with_others: set[int], collect_seconds: float) -> float:
    """What ends a batch takes along all that was collected; what is of a batch waits for that."""
    if one.event == Event.BATCH_DONE:
        return 0
    return WITH_OTHERS_SECONDS if one.run_id in with_others else collect_seconds


def _people(connection: Connection, teams: set[int]) -> dict[int, list[int]]:
    """The members of each team that may be told by letter."""
    wanted = (
        select(membership.c.team_id, membership.c.user_id)
        .join(user, and_(user.c.id == membership.c.user_id, ~user.c.is_disabled))
        .join(team, and_(team.c.id == membership.c.team_id, team.c.sends_letters))
        .where(membership.c.team_id.in_(sorted(teams)))
    )
    people: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(membership.c.user_id)):
        people[row.team_id].append(row.user_id)
    return people


def _write(connection: Connection, lines: Sequence[Line]) -> None:
    letters: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        letters[line.user_id, line.team_id].append(line)
    for (person, team_id), theirs in sorted(letters.items()):
        within = min(line.within for line in theirs)
        key = _open_letter(connection, person, team_id, within) or _add(
            connection, team_id, theirs[0].event, within, user_id=person
        )
        rows = [{"delivery_id": key, "notice_id": line.notice_id} for line in theirs]
        connection.execute(insert(delivered), rows)


def _open_letter(connection: Connection, person: int, team_id: int, within: float) -> int | None:
    """The person's letter about the team that still collects, locked, and due no later than that."""
    collects = (delivery.c.user_id == person, delivery.c.state == State.WAITING, delivery.c.team_id == team_id)
    still = select(delivery.c.id).where(*collects, delivery.c.attempts == 0).limit(1).with_for_update()
    key = connection.execute(still).scalar()
    if key is not None:
        sooner = update(delivery).where(delivery.c.id == key, delivery.c.due_at > later(within))
        connection.execute(sooner.values(due_at=later(within)))
    return key


def _add(connection: Connection, team_id: int, event: str, within: float, **receiver: int) -> int:
    values = {"uid": uuid4().hex, "team_id": team_id, "event": event, "state": State.WAITING, "attempts": 0,
              "created_at": now(), "due_at": later(within), **receiver}  # fmt: skip
    added = connection.execute(insert(delivery).values(**values)).inserted_primary_key
    return int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
