"""Saved views: name a filter of the list of runs for the team, forget it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.models import SavedView

LONGEST_NAME = 100
MOST_VIEWS = 50

view = cast(Table, SavedView.__table__)


def save(team_id: int, name: str, parts: Mapping[str, Any], by: int | None) -> int:
    """Keep the filter under that name; its id. InvalidInputError without a name, or when it is taken."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInputError(f"A view needs a name of at most {LONGEST_NAME} letters.")

    def body(connection: Connection) -> Act[int]:
        count = connection.execute(select(func.count()).where(view.c.team_id == team_id)).scalar_one()
        if count >= MOST_VIEWS:
            raise InvalidInputError(f"A team keeps at most {MOST_VIEWS} views. Delete one that nobody uses.")
        values = {"team_id": team_id, "name": name, "parts": dict(parts), "created_by": by, "created_at": now()}
        added = connection.execute(insert(view).values(values)).inserted_primary_key
        view_id = int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
        detail = {"name": name, "parts": dict(parts)}
        return Act(audit.add(connection, "view.save", "view", view_id, team_id, by, detail), "view.save", view_id)

    try:
        return acts.perform(body)
    except IntegrityError:
        raise InvalidInputError(f"The team has a view called {name!r} already.") from None


def remove(view_id: int, by: int | None) -> None:
    """Forget the view. NotFoundError when somebody did already."""

    def body(connection: Connection) -> Act[None]:
        wanted = select(view.c.team_id, view.c.name).where(view.c.id == view_id).with_for_update()
        found = connection.execute(wanted).first()
        if found is None:
            raise NotFoundError("There is no such view.")
        connection.execute(delete(view).where(view.c.id == view_id))
        detail = {"name": found.name}
        line = audit.add(connection, "view.remove", "view", view_id, found.team_id, by, detail)
        return Act(line, "view.remove", None)

    acts.perform(body)
