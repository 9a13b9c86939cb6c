"""The tokens that still open: a person's own, and a team's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from dashboard.engine.tokens import is_alive
from dashboard.extensions import db
from dashboard.models import ApiToken, Team, User


@dataclass(frozen=True)
class TokenRow:
    """A token, without what would let somebody in: that was shown once."""

    id: int
    name: str
    scopes: str
    person: str
    team: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @property
    def may(self) -> str:
        return self.scopes.replace(" ", ", ")


def of_person(user_id: int) -> Sequence[TokenRow]:
    """The person's own, of all their teams, the newest first."""
    return _rows(_alive().where(ApiToken.user_id == user_id))


def of_others(team_id: int, user_id: int) -> Sequence[TokenRow]:
    """Those for the team of everybody but that person, the newest first."""
    return _rows(_alive().where(ApiToken.team_id == team_id, ApiToken.user_id != user_id))


def _alive() -> Select[*tuple[Any, ...]]:
    wanted = select(ApiToken.id, ApiToken.name, ApiToken.scopes, User.name, Team.name, ApiToken.created_at)
    return (
        wanted.add_columns(ApiToken.expires_at, ApiToken.used_at)
        .join(User, User.id == ApiToken.user_id)
        .join(Team, Team.id == ApiToken.team_id)
        .where(is_alive())
        .order_by(ApiToken.id.desc())
    )


def _rows(wanted: Select[*tuple[Any, ...]]) -> Sequence[TokenRow]:
    return [TokenRow(*row) for row in db.session.execute(wanted)]
