"""Links that let somebody in once: 256 random bits in the address, only their hash in the table."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

from flask import current_app
from sqlalchemy import ColumnElement, Connection, Table, insert, select, update

from dashboard.engine.clock import later, now
from dashboard.extensions import db
from dashboard.models import SignInLink

link = cast(Table, SignInLink.__table__)


class Purpose(StrEnum):
    """What a link does when it is opened."""

    FIRST_ADMIN = "first_admin"
    INVITATION = "invite"
    RESET = "reset"


PATHS = {Purpose.FIRST_ADMIN: "welcome", Purpose.INVITATION: "invitation", Purpose.RESET: "reset"}


def new_token() -> str:
    """What only the link's own address will hold."""
    return secrets.token_urlsafe(32)


def address(purpose: Purpose, token: str, base_url: str | None = None) -> str:
    """The whole address: below BASE_URL or the one given, never below what a request claims to have asked for."""
    base = current_app.extensions["settings"].public_url if base_url is None else base_url
    return f"{base.rstrip('/')}/{PATHS[purpose]}/{token}"


def add(connection: Connection, purpose: Purpose, token: str, open_for: timedelta, **about: Any) -> int:
    """Within the caller's transaction: the key of a new link. `about` are columns: whom it is for, and who made it."""
    values = {"token_hash": hash_of(token), "purpose": purpose, "created_at": now(), **about}
    added = connection.execute(insert(link).values(**values, expires_at=later(open_for.total_seconds())))
    return int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one


def find(token: str, purpose: Purpose) -> SignInLink | None:
    """The link of that token while it is open."""
    wanted = select(SignInLink).where(SignInLink.token_hash == hash_of(token), *is_open(purpose))
    return db.session.scalar(wanted)


def spend(connection: Connection, link_id: int, purpose: Purpose) -> bool:
    """Within the caller's transaction: use the link up. False when somebody did so first, or its time has passed."""
    spent = connection.execute(update(link).where(link.c.id == link_id, *is_open(purpose)).values(used_at=now()))
    return bool(spent.rowcount == 1)


def close(connection: Connection, purpose: Purpose, **about: Any) -> int:
    """Within the caller's transaction: close the open links whose columns have those values; how many there were."""
    same = [link.c[name] == value for name, value in about.items()]
    return connection.execute(update(link).where(*is_open(purpose), *same).values(used_at=now())).rowcount


def is_open(purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a link still opens."""
    return link.c.purpose == purpose, link.c.used_at.is_(None), link.c.expires_at > now()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
