"""`flask workflow-status`: a run and its nodes, once or for as long as it runs."""

from __future__ import annotations

import time

import click
from rich.console import Console
from rich.live import Live

from dashboard.cli import tree
from dashboard.cli.command import command
from dashboard.cli.runs import run_argument
from dashboard.engine.states import RunStatus

LOOK_EVERY_SECONDS = 0.5


@command("workflow-status")
@run_argument
@click.option("--watch", is_flag=True, help="Stay until the run has finished.")
def workflow_status(run: int, watch: bool) -> None:
    """Show the nodes of a run. With --watch the exit status is 1 when the run did not succeed."""
    console = Console()
    if not watch:
        console.print(tree.of_run(run))
        return
    with Live(tree.of_run(run), console=console, auto_refresh=False) as live:
        while not tree.is_finished(run):
            live.update(tree.of_run(run), refresh=True)
            time.sleep(LOOK_EVERY_SECONDS)
        live.update(tree.of_run(run), refresh=True)
    if tree.find(run).status != RunStatus.SUCCEEDED:
        raise click.exceptions.Exit(1)
