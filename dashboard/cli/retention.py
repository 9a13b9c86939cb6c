"""`flask retention` and `flask team-retention`: what is removed of old runs, and how long a team keeps it."""

from __future__ import annotations

from collections import Counter

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from dashboard.cli.command import command
from dashboard.cli.papers import find_team
from dashboard.engine import keeping, retention
from dashboard.engine.keeping import Own
from dashboard.engine.transactions import look
from dashboard.extensions import db
from dashboard.models import Team
from dashboard.reads import retention as reads

DAYS = "Days, 0 for ever, or `default`: what the installation keeps."


@command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def remove(dry_run: bool) -> None:
    """Remove what is due of old runs now, as the sweeper does every hour."""
    if dry_run:
        _say_what_is_due()
        return
    removed: Counter[str] = Counter()
    for step in retention.steps():
        removed[step.kind] += step.rows
    click.echo("Removed " + (", ".join(f"{rows:,} {kind}" for kind, rows in removed.items()) or "nothing") + ".")


@command("team-retention")
@click.argument("team")
@click.option("--logs", help=DAYS)
@click.option("--attempts", help="The same of attempts that a later one has replaced.")
@click.option("--artifacts", help="The same of files.")
@click.option("--checkpoints", help="The same of the steps of LangGraph nodes.")
def choose(team: str, **given: str | None) -> None:
    """Say how long TEAM (its name or short name) keeps what its runs left; set what is given."""
    home = find_team(team)
    own = look(lambda connection: keeping.own(connection, home.id))
    chosen = {kind: getattr(own, kind) if value is None else _days(kind, value) for kind, value in given.items()}
    if any(value is not None for value in given.values()):
        keeping.choose(home.id, Own(**chosen), None)
    kept = look(lambda connection: keeping.of_team(connection, home.id))
    told = ((kind, getattr(kept, kind), chosen[kind] is None) for kind in keeping.KINDS)
    for kind, days, is_default in told:
        click.echo(f"{kind:12} {_for(days)}{' (as the installation)' if is_default else ''}")


def _days(kind: str, value: str) -> float | None:
    try:
        return None if value == "default" else float(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no number of days.", param_hint=f"--{kind}") from None


def _for(days: float) -> str:
    return f"{days:g} days" if days else "for ever"


def _say_what_is_due() -> None:
    names = {team.id: team.name for team in db.session.scalars(select(Team))}
    table = Table("team", "what", "kept")
    for name in ("runs", "rows", "bytes"):
        table.add_column(name, justify="right")
    for one in reads.due():
        size = "" if one.bytes is None else f"{one.bytes:,}"
        name = "all" if one.team_id is None else names[one.team_id]
        table.add_row(name, one.kind, _for(one.days), f"{one.runs:,}", f"{one.rows:,}", size)
    Console(soft_wrap=True).print(table)
