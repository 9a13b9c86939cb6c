"""How much memory each process holds and whether that grows: RSS from /proc, and a line through it after a warm-up."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.crowd.processes import children_of

PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
CHILDREN = {"web": "web process", "worker": "horse"}  # what the children of a role are
FEWEST_POINTS = 5


@dataclass
class Series:
    """A process: its role, and the pairs (second, KiB) at which it was looked at."""

    role: str
    pid: int
    points: list[tuple[float, int]] = field(default_factory=list)

    def after(self, warm_up: float) -> list[tuple[float, int]]:
        """The points that tell of growth: those from so many seconds of the process's own life on."""
        return [point for point in self.points if point[0] >= self.points[0][0] + warm_up]


@dataclass(frozen=True)
class Growth:
    """What a process's series comes to; `slope` in KiB a minute by least squares."""

    role: str
    pid: int
    seconds: float
    first: int
    last: int
    slope: float


def look(roles: Mapping[int, str], at: float, into: dict[int, Series]) -> None:
    """Add a point for each process that is up and for its children."""
    for pid, role in _with_children(roles):
        if kib := _rss(pid):
            into.setdefault(pid, Series(role, pid)).points.append((at, kib))


def growths(series: Iterable[Series], warm_up: float) -> list[Growth]:
    """Of each process that was seen often enough after its warm-up, by role, the longest-lived first."""
    found = [_growth(one, points) for one in series if len(points := one.after(warm_up)) >= FEWEST_POINTS]
    return sorted(found, key=lambda growth: (growth.role, -growth.seconds))


def _growth(of: Series, points: list[tuple[float, int]]) -> Growth:
    seconds, sizes = zip(*points, strict=True)
    slope = statistics.linear_regression(seconds, sizes).slope * 60
    return Growth(of.role, of.pid, round(seconds[-1] - of.points[0][0], 1), sizes[0], sizes[-1], round(slope, 1))


def _with_children(roles: Mapping[int, str]) -> Iterable[tuple[int, str]]:
    for pid, role in roles.items():
        yield pid, role
        if role in CHILDREN:
            yield from ((child, CHILDREN[role]) for child in children_of(pid))


def _rss(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KIB
    except (OSError, IndexError):
        return 0
