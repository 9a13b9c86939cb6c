"""`flask worker`, `flask sweeper` and `flask cron`: the processes that do the work.

They live in `jobs`, which the dashboard must not import: the modules are found by name when a command is called.
"""

from __future__ import annotations

import importlib
from types import ModuleType

import click

from dashboard.cli.command import command

QUEUES = "default,net,ai"


@command("worker")
@click.option(
    "--queues",
    default=QUEUES,
    envvar="WORKER_QUEUES",
    show_default=True,
    show_envvar=True,
    help="Which queues it serves, the first ones first; it takes no node of any other.",
)
@click.option("--burst", is_flag=True, help="End when nothing is left to do.")
def worker(queues: str, burst: bool) -> None:
    """Run nodes until told to stop."""
    names = [name.strip() for name in queues.split(",") if name.strip()]
    if not names:
        raise click.BadParameter(f"Name at least one queue, for example {QUEUES}.", param_hint="--queues")
    _jobs_module("jobs.worker").main(names, burst)


@command("sweeper")
def sweeper() -> None:
    """Take back what dead workers held, and wake workers for what is due."""
    _jobs_module("jobs.sweeper").main()


@command("cron")
def cron() -> None:
    """Wake a worker every minute for the schedules of cohorts."""
    _jobs_module("jobs.cron").main()


def _jobs_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in ("jobs", name):
            raise
        raise click.ClickException(
            "This host has no `jobs` folder: it serves pages, and workers run elsewhere."
        ) from None
