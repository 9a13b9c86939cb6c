"""How things look on a terminal: states with their signs, times, sizes, and words of papers with nothing acting."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 500  # into a pipe: a row stays one line
out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
aside = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDE)

ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
STATES = {
    "SUCCEEDED": ("✓", "green"), "FAILED": ("✗", "bold red"), "POISONED": ("✗", "bold red"),
    "UPSTREAM_FAILED": ("⊘", "red"), "CANCELLED": ("⊘", "yellow"), "CANCELLING": ("⊘", "yellow"),
    "SKIPPED": ("↷", "yellow"), "PAUSED": ("‖", "yellow"), "HELD": ("‖", "yellow"), "RUNNING": ("▶", "cyan"),
}  # fmt: skip
UNITS = ("bytes", "kB", "MB", "GB")


def as_json(told: Any) -> None:
    """For programs: what the site told, whole, on one line."""
    click.echo(json.dumps(told))


def text(words: object) -> Text:
    """Words of a paper or a log: they are shown, and no sign in them moves the cursor or colours what follows."""
    return Text(plain(words))


def plain(words: object) -> str:
    return ACTING.sub("�", COLOUR.sub("", str(words)))


def state(status: str | None) -> Text:
    """Sign, word, colour."""
    if not status:
        return Text("–")
    sign, style = STATES.get(status, ("·", ""))
    return Text(f"{sign} {status.lower().replace('_', ' ')}", style=style)


def score(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def time(when: str | None) -> str:
    """In the time of this machine."""
    return _moment(when).astimezone().strftime("%Y-%m-%d %H:%M") if when else "–"


def clock(when: str) -> str:
    return _moment(when).astimezone().strftime("%H:%M:%S")


def lasted(since: str | None, until: str | None) -> str:
    """From then to then, or to now."""
    if not since:
        return "–"
    end = _moment(until) if until else datetime.now(UTC)
    seconds = max(0, int((end - _moment(since)).total_seconds()))
    minutes, hours = seconds // 60 % 60, seconds // 3600
    return f"{hours} h {minutes} m" if hours else f"{minutes} m {seconds % 60} s" if minutes else f"{seconds} s"


def size(number: float) -> str:
    """In steps of a thousand, as disks are sold."""
    unit = 0
    while number >= 1000 and unit < len(UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {UNITS[unit]}" if unit == 0 else f"{number:.1f} {UNITS[unit]}"


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """A table without frames; those columns are set to the right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        is_number = name in numbers
        made.add_column(name, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return made


def _moment(when: str) -> datetime:
    moment = datetime.fromisoformat(when)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
