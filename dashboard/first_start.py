"""The first start: one link to open once, the first admin, and two sample papers already running."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from dashboard import email_address, passwords
from dashboard.engine import audit, definitions, links, papers, runs
from dashboard.engine.errors import ConflictError, NotFoundError
from dashboard.engine.links import Purpose
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, SignInLink, Team, User

OPEN_FOR = timedelta(hours=24)
TEAM_NAME = "My team"


def has_people() -> bool:
    """Whether anybody can sign in already."""
    return bool(db.session.scalar(select(func.count()).select_from(User)))


def make_link(base_url: str) -> str:
    """A single-use address at which the first admin is made; ConflictError once there are people."""
    if has_people():
        raise ConflictError("Somebody can already sign in here. `flask create-user` makes further people.")
    token = links.new_token()
    with writing() as session:
        links.close(session.connection(), Purpose.FIRST_ADMIN)
        links.add(session.connection(), Purpose.FIRST_ADMIN, token, OPEN_FOR)
    return links.address(Purpose.FIRST_ADMIN, token, base_url)


def find_link(token: str) -> SignInLink:
    """The open link of that token; NotFoundError when it was used, is too old, or never was."""
    link = links.find(token, Purpose.FIRST_ADMIN)
    if link is None:
        raise NotFoundError("This link was used already or is too old. `flask sign-in-link` prints a new one.")
    return link


def open_link(token: str, email: str, password: str, team_name: str = TEAM_NAME) -> User:
    """Use the link up: the first admin with their team, and the samples running; NotFoundError on a second opening."""
    link = find_link(token)
    hashed = passwords.hash_of(password, email)
    with writing() as session:
        if not links.spend(session.connection(), link.id, Purpose.FIRST_ADMIN):
            raise NotFoundError("This link was used in this very moment.")
        user = _add_admin(email, hashed, team_name)
    load_samples(user)
    return user


def admin_from_environment() -> User | None:
    """The first admin as PAPERSNITCH_ADMIN_EMAIL and PAPERSNITCH_ADMIN_PASSWORD preset it; None when unset or late."""
    email, password = os.environ.get("PAPERSNITCH_ADMIN_EMAIL"), os.environ.get("PAPERSNITCH_ADMIN_PASSWORD")
    if not email or not password or has_people():
        return None
    hashed = passwords.hash_of(password, email)
    with writing():
        user = _add_admin(email, hashed, TEAM_NAME)
    load_samples(user)
    return user


def load_samples(user: User) -> list[int]:
    """Take the sample papers into the person's team and start a run on each; the ids of the runs."""
    team_id = db.session.scalar(select(Membership.team_id).where(Membership.user_id == user.id))
    samples = sorted(Path(current_app.root_path, "samples").glob("*.pdf"))
    workflow = next(iter(definitions.list_active()), None)
    if team_id is None or workflow is None:
        return []
    loaded = [papers.add(team_id, sample.name, sample, by=user.id)[0] for sample in samples]
    return [runs.create_and_start(workflow.id, paper.id, team_id, {}, user.id) for paper in loaded]


def _add_admin(email: str, password_hash: str, team_name: str) -> User:
    """Within the caller's transaction."""
    address = email_address.folded(email)
    made = datetime.now(UTC)
    user = User(
        email=address, name=address.split("@")[0], password_hash=password_hash, is_operator=True, created_at=made
    )
    team = Team(name=team_name.strip() or TEAM_NAME, slug=f"team-{secrets.token_hex(4)}", created_at=made)
    db.session.add_all((user, team))
    db.session.flush()
    db.session.add(Membership(team_id=team.id, user_id=user.id, role="admin", created_at=made))
    db.session.flush()
    audit.add(db.session.connection(), "user.first_admin", "user", user.id, team.id, user.id)
    return user
