"""`flask start-workflow`, `retry`, `cancel`, `pause`, `resume`, `hold`, `release`: the verbs of a run."""

from __future__ import annotations

import json
from typing import Any

import click

from dashboard.cli.command import command
from dashboard.engine import definitions, holding, retrying
from dashboard.engine import runs as engine
from dashboard.engine.errors import NotFoundError
from dashboard.extensions import db
from dashboard.models import Paper

run_argument = click.argument("run", type=int)


@command("start-workflow")
@click.argument("name")
@click.argument("paper_id", type=int)
@click.option(
    "--input", "pairs", multiple=True, metavar="KEY=VALUE", help="An input of the run; JSON where it reads so."
)
@click.option("--no-reuse", is_flag=True, help="Compute everything anew, also what an earlier run has found already.")
def start_workflow(name: str, paper_id: int, pairs: tuple[str, ...], no_reuse: bool) -> None:
    """Start the workflow NAME on a paper, and print the run's number."""
    paper = db.session.get(Paper, paper_id)
    if paper is None:
        raise NotFoundError(f"There is no paper {paper_id}. `flask add-paper FILE` adds one.")
    definition = definitions.active(name)
    given = dict(map(pair, pairs))
    run = engine.create_and_start(definition.id, paper.id, paper.team_id, given, None, may_reuse=not no_reuse)
    click.echo(f"Run {run} started. Watch it: flask workflow-status {run} --watch")


@command("retry")
@run_argument
@click.argument("node", required=False)
@click.option("--from-here", is_flag=True, help="Everything after NODE runs again as well.")
def retry(run: int, node: str | None, from_here: bool) -> None:
    """Run NODE of a run again, or without one every node that failed."""
    plan = retrying.plan(run, node, from_here)
    click.echo(plan.sentence)
    retrying.retry(run, node, from_here, plan.version, None)


@command("cancel")
@run_argument
def cancel(run: int) -> None:
    """Stop a run for good."""
    engine.cancel(run, None)
    click.echo(f"Run {run} is being cancelled.")


@command("pause")
@run_argument
def pause(run: int) -> None:
    """Let running nodes finish, and start no other until the run is resumed."""
    engine.pause(run, None)
    click.echo(f"Run {run} is paused. Go on: flask resume {run}")


@command("resume")
@run_argument
def resume(run: int) -> None:
    """Go on with a paused run."""
    engine.resume(run, None)
    click.echo(f"Run {run} goes on.")


@command("hold")
@run_argument
@click.argument("node")
@click.argument("reason")
def hold(run: int, node: str, reason: str) -> None:
    """Let NODE wait until it is released, for a REASON that is shown with it."""
    holding.hold(run, node, reason, None)
    click.echo(f"{node} of run {run} is held. Let it go: flask release {run} {node}")


@command("release")
@run_argument
@click.argument("node")
def release(run: int, node: str) -> None:
    """Let a held NODE run."""
    holding.release(run, node, None)
    click.echo(f"{node} of run {run} may run.")


def pair(text: str) -> tuple[str, Any]:
    """`depth=3` as ("depth", 3); what does not read as JSON is text."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE.", param_hint="--input")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
