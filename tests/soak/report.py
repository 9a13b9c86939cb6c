"""What came of a soak, for people: runs, strikes, answers, and a line a process with its growth."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from tests.soak.memory import Growth
from tests.soak.soaking import Soaked

HEAD = "process           pid  lived s  MiB after warm-up  MiB at end   KiB/min  2nd half"
LONGEST_LIVED = 4  # processes of a role that are shown: most are killed young


def lines(of: Soaked) -> Iterator[str]:
    """The report, line by line."""
    yield f"{of.seconds:g} s of load and strikes; {os.cpu_count()} cores, load average of the machine {of.load_average}"
    yield f"runs      {_listed(of.runs)}"
    yield f"strikes   {_listed(of.struck)}"
    yield f"answers   {_listed(of.answers)}"
    yield ""
    yield HEAD
    yield from map(_line, _shown(of.growth))
    yield ""
    yield from of.errors
    yield f"invariants asked {of.looks} times, broken: {_listed(of.broken) or 'none'}"


def _shown(growth: list[Growth]) -> list[Growth]:
    """The longest-lived of each role; they come by role and age."""
    roles = sorted({one.role for one in growth})
    return [one for role in roles for one in [each for each in growth if each.role == role][:LONGEST_LIVED]]


def _line(of: Growth) -> str:
    sizes = f"{of.first / 1024:18.1f} {of.last / 1024:11.1f}"
    return f"{of.role:12} {of.pid:8} {of.seconds:8.0f} {sizes} {of.slope:+9.0f} {of.late_slope:+9.0f}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
