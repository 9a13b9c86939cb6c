"""`flask create-user` and `flask sign-in-link`: who may come in."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

import click
from flask import current_app
from sqlalchemy import or_, select

from dashboard import first_start, passwords
from dashboard.cli.command import command
from dashboard.engine import audit
from dashboard.engine.errors import ConflictError, InvalidInputError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, Team, User

ROLES = ("viewer", "member", "admin")


@command("create-user")
@click.argument("email")
@click.option("--team", default=first_start.TEAM_NAME, show_default=True, help="Made when there is none of that name.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--operator", is_flag=True, help="May look after the whole installation.")
@click.password_option(envvar="PAPERSNITCH_PASSWORD", help="Asked for when not given; or PAPERSNITCH_PASSWORD.")
def create_user(email: str, team: str, role: str, operator: bool, password: str) -> None:
    """Make a person who can sign in as EMAIL."""
    address = email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise InvalidInputError(f"{email!r} is not an e-mail address.")
    hashed = passwords.hash_of(password)
    with writing() as session:
        if session.scalar(select(User.id).where(User.email == address)):
            raise ConflictError(f"{address} can sign in already.")
        made = datetime.now(UTC)
        user = User(
            email=address, name=address.split("@")[0], password_hash=hashed, is_operator=operator, created_at=made
        )
        session.add(user)
        home = find_or_make_team(team, made)
        session.flush()
        session.add(Membership(team_id=home.id, user_id=user.id, role=role, created_at=made))
        audit.add(session.connection(), "user.create", "user", user.id, home.id, detail={"role": role, "from": "cli"})
    click.echo(f"{address} can sign in, as {role} of {home.name}.")


@command("sign-in-link")
@click.option("--first", is_flag=True, help="Say where to sign in, with a link only while nobody can.")
@click.option("--base-url", help="How people reach the dashboard (BASE_URL).")
def sign_in_link(first: bool, base_url: str | None) -> None:
    """Print the link that makes the first admin. It opens once, within a day."""
    base = current_app.extensions["settings"].base_url or base_url or "http://127.0.0.1:8000"
    admin = first_start.admin_from_environment() if first else None
    if admin is not None:
        click.echo(f"PaperSnitch is at {base} ; {admin.email} can sign in.")
    elif first and first_start.has_people():
        click.echo(f"PaperSnitch is at {base}")
    else:
        click.echo(f"Open this once to begin: {first_start.make_link(base)}")


def find_or_make_team(name: str, made: datetime) -> Team:
    """Within the caller's transaction."""
    team = db.session.scalar(select(Team).where(or_(Team.name == name, Team.slug == name)).order_by(Team.id).limit(1))
    if team is None:
        team = Team(name=name, slug=f"team-{secrets.token_hex(4)}", created_at=made)
        db.session.add(team)
    return team
