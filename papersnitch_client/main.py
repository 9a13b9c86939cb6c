"""`papersnitch`: what the pages of a PaperSnitch do, from a terminal or a script."""

from __future__ import annotations

import sys
from typing import Any

import click

from papersnitch_client.commands import cohorts, door, files, logs, papers, runs, uploads, watching
from papersnitch_client.errors import ClientError

CODES = """\b
Exit codes: 0 done; 1 the site refused, or a file was; 2 the command line is
wrong; 3 a run did not succeed; 4 no token, or one that opens nothing here;
5 the site was not reached."""


class Commands(click.Group):
    """Ends every command with a sentence instead of a traceback, and with a code scripts can tell apart."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ClientError as error:
            click.secho("Error: ", fg="red", nl=False, err=True)
            click.echo(str(error), err=True)
            sys.exit(error.exit)


@click.group(cls=Commands, epilog=CODES, context_settings={"help_option_names": ["-h", "--help"]})
def papersnitch() -> None:
    """Check how ready papers are to be reproduced, with a PaperSnitch elsewhere.

    The site and its token come from PAPERSNITCH_URL and PAPERSNITCH_TOKEN, or from `papersnitch login`.
    """


for noun in (door, papers, uploads, runs, watching, logs, files, cohorts):
    for command in noun.COMMANDS:
        papersnitch.add_command(command)
