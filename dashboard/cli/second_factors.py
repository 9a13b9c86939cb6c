"""`flask second-factor-off`: the way back in for a person who has lost device and recovery codes."""

from __future__ import annotations

import click
from sqlalchemy import select

from dashboard import email_address
from dashboard.cli.command import command
from dashboard.engine import second_factor
from dashboard.engine.errors import NotFoundError
from dashboard.extensions import db
from dashboard.models import User


@command("second-factor-off")
@click.argument("email")
def second_factor_off(email: str) -> None:
    """Switch off the second factor of EMAIL, and sign them out everywhere. Be sure first that it is they who ask."""
    user = db.session.scalar(select(User).where(User.email == email_address.folded(email)))
    if user is None:
        raise NotFoundError(f"Nobody signs in as {email}.")
    if not second_factor.is_on(user):
        raise NotFoundError(f"{user.email} has no second factor.")
    address = user.email
    second_factor.switch_off(user.id, None)
    click.echo(f"{address} signs in with the password alone now, and was signed out everywhere.")
