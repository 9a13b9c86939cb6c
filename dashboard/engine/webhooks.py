"""Webhooks: addresses that a team has called for it; the secret that signs the calls is shown once and lies sealed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

from flask import current_app
from sqlalchemy import Connection, Table, func, insert, select, update

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.deliveries import State, delivery
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.engine.notices import Event
from dashboard.models import Team, Webhook
from dashboard.sealing import seal, unseal

webhook = cast(Table, Webhook.__table__)
team = cast(Table, Team.__table__)

MOST = 10
LONGEST_URL = 500
PREFIX = "whsec_"
PURPOSE = "secret of a webhook"
PING = "ping"  # the first call to every webhook


@dataclass(frozen=True)
class Target:
    """Where to call and with which secret; `is_gone` once it was removed."""

    url: str
    secret: str
    is_gone: bool


def add(team_id: int, url: str, events: Collection[Event], by: int | None) -> str:
    """Have that address called from now on, beginning with a ping; the secret, which is shown now and never again.

    InvalidInputError says what is wrong with the address or the choice.
    """
    settings = current_app.extensions["settings"]
    if problems := _problems(url, events, settings.webhook_private_hosts):
        raise InvalidInputError(*problems)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    values: dict[str, Any] = {"team_id": team_id, "url": url, "events": sorted(events), "created_by": by,
                              "sealed_secret": seal(secret, settings.secret_key, PURPOSE)}  # fmt: skip

    def body(connection: Connection) -> Act[None]:
        _look_for_room(connection, team_id)
        added = connection.execute(insert(webhook).values(**values, created_at=now())).inserted_primary_key
        webhook_id = int(added[0])  # type: ignore[index]  # an INSERT of one row always has one
        ping = {"uid": uuid4().hex, "team_id": team_id, "webhook_id": webhook_id, "event": PING,
                "state": State.WAITING, "attempts": 0, "created_at": now(), "due_at": now()}  # fmt: skip
        connection.execute(insert(delivery).values(**ping))
        detail = {"url": url, "events": sorted(events)}
        return Act(
            audit.add(connection, "webhook.add", "webhook", webhook_id, team_id, by, detail), "webhook.add", None
        )

    acts.perform(body)
    return secret


def remove(webhook_id: int, by: int | None) -> None:
    """Call it no more; what was not delivered yet never is."""

    def body(connection: Connection) -> Act[None]:
        mine = select(webhook.c.team_id, webhook.c.url).where(
            webhook.c.id == webhook_id, webhook.c.removed_at.is_(None)
        )
        found = connection.execute(mine.with_for_update()).first()
        if found is None:
            raise NotFoundError("There is no such webhook.")
        connection.execute(update(webhook).where(webhook.c.id == webhook_id).values(removed_at=now()))
        line = audit.add(connection, "webhook.remove", "webhook", webhook_id, found.team_id, by, {"url": found.url})
        return Act(line, "webhook.remove", None)

    acts.perform(body)


def target(connection: Connection, webhook_id: int) -> Target:
    """Where it leads. SealError when the secret cannot be read any more."""
    row = connection.execute(select(webhook).where(webhook.c.id == webhook_id)).one()
    secret = unseal(row.sealed_secret, current_app.extensions["settings"].secret_key, PURPOSE)
    return Target(row.url, secret, row.removed_at is not None)


def is_listed(url: str, private_hosts: frozenset[str]) -> bool:
    """Whether the operator vouches for its host, which may then be private, and called without TLS."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return host in private_hosts or f"{host}:{port}" in private_hosts


def _look_for_room(connection: Connection, team_id: int) -> None:
    """Locks the team's row, so that two do not add the last one."""
    connection.execute(select(team.c.id).where(team.c.id == team_id).with_for_update())
    mine = select(func.count()).where(webhook.c.team_id == team_id, webhook.c.removed_at.is_(None))
    if int(connection.execute(mine).scalar_one()) >= MOST:
        raise InvalidInputError(f"A team has at most {MOST} webhooks. Remove one first.")


def _problems(url: str, events: Collection[Event], private_hosts: frozenset[str]) -> list[str]:
    problems = [] if events else ["Choose at least one event."]
    try:
        parts = urlsplit(url)
        _port, is_ours = parts.port, is_listed(url, private_hosts)
    except ValueError:
        return [*problems, "That is no web address."]
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LONGEST_URL or not url.isprintable():
        return [*problems, "The address begins with https:// and has at most 500 characters."]
    if parts.scheme != "https" and not is_ours:
        problems.append("The address must begin with https://.")
    if parts.username or parts.password:
        problems.append("The address must not hold a name or password: the signature shows who calls.")
    return problems
