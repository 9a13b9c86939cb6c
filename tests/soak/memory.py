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
    """What a process comes to: slopes in KiB a minute by least squares, of all its points and of their second half."""

    role: str
    pid: int
    seconds: float
    first: int
    last: int
    slope: float
    late_slope: float


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
    (_, first), (end, last) = points[0], points[-1]
    slopes = _slope(points), _slope(points[len(points) // 2 :])
    return Growth(of.role, of.pid, round(end - of.points[0][0], 1), first, last, *slopes)


def _slope(points: list[tuple[float, int]]) -> float:
    seconds, sizes = zip(*points, strict=True)
    return round(statistics.linear_regression(seconds, sizes).slope * 60, 1)


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
