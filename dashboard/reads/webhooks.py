"""A team's webhooks, and the calls that were made to them, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dashboard.engine.deliveries import State
from dashboard.extensions import db
from dashboard.models import Delivery, User, Webhook

PAGE = 25


@dataclass(frozen=True)
class Hook:
    """An address that is called; `events` in the order of their names."""

    id: int
    url: str
    events: tuple[str, ...]
    made_by: str | None
    created_at: datetime


@dataclass(frozen=True)
class Called:
    """A call: what came of its last try, and when the next is due if there will be one."""

    id: int
    uid: str
    event: str
    url: str
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime | None
    status: int | None
    seconds: float | None
    body: str
    answer: str
    may_resend: bool


@dataclass(frozen=True)
class Calls:
    """One page of calls; `next_before` opens the one after it, None at the end."""

    rows: tuple[Called, ...]
    next_before: int | None


def of_team(team_id: int) -> tuple[Hook, ...]:
    wanted = (
        select(Webhook, User.name)
        .outerjoin(User, User.id == Webhook.created_by)
        .where(Webhook.team_id == team_id, Webhook.removed_at.is_(None))
        .order_by(Webhook.id)
    )
    return tuple(
        Hook(row.Webhook.id, row.Webhook.url, tuple(row.Webhook.events), row.name, row.Webhook.created_at)
        for row in db.session.execute(wanted)
    )


def calls(team_id: int, before: int | None) -> Calls:
    """What the team's webhooks were sent, also those that were removed since."""
    wanted = (
        select(Delivery, Webhook.url, Webhook.removed_at)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Delivery.team_id == team_id, *([Delivery.id < before] if before is not None else []))
        .order_by(Delivery.id.desc())
        .limit(PAGE + 1)
    )
    rows = [_called(row) for row in db.session.execute(wanted)]
    return Calls(tuple(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None)


def _called(row: Any) -> Called:
    one, is_removed = row.Delivery, row.removed_at is not None
    return Called(
        id=one.id,
        uid=one.uid,
        event=one.event,
        url=row.url,
        state=one.state,
        attempts=one.attempts,
        created_at=one.created_at,
        next_at=one.due_at if one.state == State.WAITING and one.attempts else None,
        status=one.status,
        seconds=one.seconds,
        body=one.body or "",
        answer=one.answer or "",
        may_resend=one.state != State.WAITING and not is_removed,
    )
