"""Teams as a whole: made by operators of the site, named by their admins."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, update

from dashboard.engine import accounts, acts, audit, members, naming, refusals
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.members import ADMIN, membership, team


def create(name: str, by: int) -> int:
    """A new team, with the operator who makes it as its first admin; its key."""

    def body(connection: Connection) -> Act[int]:
        accounts.lock_operators(connection, by)
        values = {"name": tidy, "slug": f"team-{secrets.token_hex(4)}", "created_at": now()}
        team_id = int(connection.execute(insert(team).values(values)).inserted_primary_key[0])  # type: ignore[index]
        first = {"team_id": team_id, "user_id": by, "role": ADMIN, "created_at": now()}
        connection.execute(insert(membership).values(first))
        line = audit.add(connection, "team.create", "team", team_id, team_id, by, {"name": tidy})
        return Act(line, "team.create", team_id)

    with refusals.recorded("team.create", "team", None, None, by):
        tidy = naming.checked(name, "A team")
        return acts.perform(body)


def rename(team_id: int, name: str, by: int) -> None:
    """Call the team something else."""

    def body(connection: Connection) -> Act[None]:
        before = members.lock(connection, team_id, by)
        connection.execute(update(team).where(team.c.id == team_id).values(name=tidy))
        detail = {"before": before, "after": tidy}
        return Act(audit.add(connection, "team.rename", "team", team_id, team_id, by, detail), "team.rename", None)

    with refusals.recorded("team.rename", "team", team_id, team_id, by):
        tidy = naming.checked(name, "A team")
        acts.perform(body)
