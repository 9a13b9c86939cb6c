"""Wishes: of which events a person wants to hear, and how; of which a team may be told by e-mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from sqlalchemy import Connection, Table, delete, insert, select, update

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.notices import Event
from dashboard.models import NoticePreference, Team

preference = cast(Table, NoticePreference.__table__)
team = cast(Table, Team.__table__)


class Scope(StrEnum):
    """Whose doings a person wants to hear of, in the teams they are in."""

    NONE = "none"
    MINE = "mine"
    ALL = "all"

    def covers(self, person: int, by: int | None) -> bool:
        """Whether it takes in what `by` has begun."""
        return self is Scope.ALL or (self is Scope.MINE and person == by)


@dataclass(frozen=True)
class Wish:
    """How to hear of an event. Browsers show nothing until they have been asked to as well."""

    email: Scope
    browser: Scope


Wishes = Mapping[str, Wish]  # by event

NOTHING = Wish(Scope.NONE, Scope.NONE)  # for events that only a newer version knows

DEFAULT: Wishes = {str(event): Wish(Scope.MINE, Scope.MINE) for event in Event} | {
    str(Event.FINISHED): Wish(Scope.NONE, Scope.MINE)
}


def of_people(connection: Connection, user_ids: Collection[int]) -> dict[int, Wishes]:
    """The wishes of each of them, the default where they have said nothing."""
    rows = connection.execute(select(preference).where(preference.c.user_id.in_(sorted(user_ids)))).all()
    said: dict[int, dict[str, Wish]] = {one: {} for one in user_ids}
    for row in rows:
        said[row.user_id][row.event] = Wish(Scope(row.email), Scope(row.browser))
    return {one: {**DEFAULT, **theirs} for one, theirs in said.items()}


def choose(user_id: int, chosen: Mapping[Event, Wish]) -> None:
    """Keep what the person has chosen, in place of what they had chosen before."""
    told = {str(event): {"email": wish.email, "browser": wish.browser} for event, wish in chosen.items()}

    def body(connection: Connection) -> Act[None]:
        connection.execute(delete(preference).where(preference.c.user_id == user_id))
        connection.execute(insert(preference), [{"user_id": user_id, "event": e, **one} for e, one in told.items()])
        line = audit.add(connection, "user.notices", "user", user_id, None, user_id, told)
        return Act(line, "user.notices", None)

    acts.perform(body)


def let_team_send_letters(team_id: int, may: bool, by: int | None) -> None:
    """Whether people may be told by e-mail what happens in the team."""

    def body(connection: Connection) -> Act[None]:
        mine = team.c.id == team_id
        before = connection.execute(select(team.c.sends_letters).where(mine).with_for_update()).scalar_one()
        connection.execute(update(team).where(mine).values(sends_letters=may))
        detail = {"before": bool(before), "after": may}
        return Act(audit.add(connection, "team.letters", "team", team_id, team_id, by, detail), "team.letters", None)

    acts.perform(body)
