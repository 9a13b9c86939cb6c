"""Where a person is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dashboard import browsers
from dashboard.engine import sessions
from dashboard.extensions import db
from dashboard.models import OpenSession


@dataclass(frozen=True)
class Open:
    """An open session: its browser in words, the address it was begun from, and when."""

    id: int
    browser: str
    address: str | None
    since: datetime
    seen_at: datetime


def open_of(user_id: int) -> tuple[Open, ...]:
    """The person's open sessions, the one seen last first."""
    wanted = select(OpenSession).where(OpenSession.user_id == user_id, sessions.goes_on())
    found = db.session.scalars(wanted.order_by(OpenSession.seen_at.desc(), OpenSession.id.desc()))
    return tuple(Open(one.id, browsers.words(one.browser), one.address, one.created_at, one.seen_at) for one in found)
