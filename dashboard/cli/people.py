"""`flask create-user` and `flask sign-in-link`: who may come in."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click
from flask import current_app
from sqlalchemy import or_, select

from dashboard import email_address, first_start, passwords
from dashboard.cli.command import command
from dashboard.engine import audit, links, resets
from dashboard.engine.errors import ConflictError, NotFoundError
from dashboard.engine.links import Purpose
from dashboard.engine.members import ROLES
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, Team, User


@command("create-user")
@click.argument("email")
@click.option("--team", default=first_start.TEAM_NAME, show_default=True, help="Made when there is none of that name.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--operator", is_flag=True, help="May look after the whole installation.")
@click.password_option(envvar="PAPERSNITCH_PASSWORD", help="Asked for when not given; or PAPERSNITCH_PASSWORD.")
def create_user(email: str, team: str, role: str, operator: bool, password: str) -> None:
    """Make a person who can sign in as EMAIL."""
    address = email_address.checked(email)
    hashed = passwords.hash_of(password, address)
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
@click.argument("email", default="")
@click.option("--first", is_flag=True, help="Say where to sign in, with a link only while nobody can.")
@click.option("--base-url", help="How people reach the dashboard (BASE_URL).")
def sign_in_link(email: str, first: bool, base_url: str | None) -> None:
    """Print the link that makes the first admin (it opens once, within a day), or for EMAIL one to a new password."""
    settings = current_app.extensions["settings"]
    base = settings.base_url or base_url or settings.public_url
    admin = first_start.admin_from_environment() if first else None
    if email:
        click.echo(f"Open this once, within an hour, to choose a new password: {reset_link(email, base)}")
    elif admin is not None:
        click.echo(f"PaperSnitch is at {base} ; {admin.email} can sign in.")
    elif first and first_start.has_people():
        click.echo(f"PaperSnitch is at {base}")
    else:
        click.echo(f"Open this once to begin: {first_start.make_link(base)}")


def reset_link(email: str, base: str) -> str:
    """The address at which that person chooses a new password."""
    address = email_address.folded(email)
    user_id = db.session.scalar(select(User.id).where(User.email == address))
    if user_id is None:
        raise NotFoundError(f"Nobody here is {address}. `flask create-user` makes them.")
    return links.address(Purpose.RESET, resets.make(user_id, None), base)


def find_or_make_team(name: str, made: datetime) -> Team:
    """Within the caller's transaction."""
    team = db.session.scalar(select(Team).where(or_(Team.name == name, Team.slug == name)).order_by(Team.id).limit(1))
    if team is None:
        team = Team(name=name, slug=f"team-{secrets.token_hex(4)}", created_at=made)
        db.session.add(team)
    return team
