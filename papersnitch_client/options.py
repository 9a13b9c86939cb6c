"""What many commands share: the site they ask, and `--json`."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from papersnitch_client import settings, shown
from papersnitch_client.site import Site

Command = Callable[..., Any]

LONG_SECONDS = 2.0

json_option = click.option("--json", "wants_json", is_flag=True, help="Print JSON, as the site tells it.")


def asks(command: Command) -> Command:
    """Gives the command its site as the first argument."""

    @wraps(command)
    def opened(*given: Any, **named: Any) -> Any:
        entry = settings.entry()
        with Site(entry.url, entry.token, wait) as site:
            return command(site, *given, **named)

    return opened


def wait(seconds: float) -> None:
    """Until the next try; whoever looks on is told of a long one."""
    if seconds >= LONG_SECONDS:
        shown.aside.print(f"The site is busy or away. Trying again in {seconds:.0f} s.")
    time.sleep(seconds)
