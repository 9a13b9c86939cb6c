"""`flask doctor`: what is wrong with this installation, and the command that mends it."""

from __future__ import annotations

import click
from flask import current_app
from rich.console import Console

from dashboard.cli.command import command
from dashboard.cli.examinations import EXAMINATIONS, Finding


@command("doctor")
def doctor() -> None:
    """Examine the installation; exit status 1 when anything is wrong."""
    console = Console(highlight=False, soft_wrap=True)
    findings = [finding for examine in EXAMINATIONS for finding in examine(current_app.extensions["settings"])]
    for finding in findings:
        show(console, finding)
    if not all(finding.is_well for finding in findings):
        raise click.exceptions.Exit(1)


def show(console: Console, finding: Finding) -> None:
    """A line for what was found, and one for what mends it."""
    mark = "[green]✓[/]" if finding.is_well else "[bold red]✗[/]"
    console.print(f"{mark} {finding.subject:12}", end="")
    console.print(finding.sentence, markup=False)
    if not finding.is_well:
        console.print(f"  {'':12}mend it: {finding.mend}", markup=False)
