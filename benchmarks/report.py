"""From measurements to a table people read and a line machines read. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OURS, FLOOR = "ours", "floor"
PEERS = ("celery", "dbos", "rq_depends_on", "rq_raw")
FIGURE = {"P": "nodes_per_s", "C": "per_hop_ms", "F": "nodes_per_s"}
UNIT = {"P": "nodes/s", "C": "ms a hop", "F": "nodes/s"}


@dataclass(frozen=True)
class Bar:
    """What the engine must reach against a peer: that multiple of its nodes per second, or share of its time."""

    workload: str
    peer: str
    ratio: float

    def holds(self, ratio: float) -> bool:
        return ratio <= self.ratio if self.workload == "C" else ratio >= self.ratio

    def __str__(self) -> str:
        return f"{'<=' if self.workload == 'C' else '>='} {self.ratio:g}"


BARS = (
    Bar("P", "celery", 2.0),
    Bar("P", "dbos", 1.5),
    Bar("P", "rq_depends_on", 8.0),
    Bar("C", "celery", 0.6),
    Bar("C", "dbos", 0.4),
    Bar("F", "celery", 2.0),
    Bar("F", "dbos", 5.0),
)
MOST_S_RATIO = 1.2


class Figures:
    """What was measured, by workload and contender, a figure a round."""

    def __init__(self) -> None:
        self._figures: dict[tuple[str, str], list[float]] = {}
        self.claims: Mapping[str, Any] | None = None

    def add(self, *records: Mapping[str, Any]) -> None:
        """Take in measurements as they were printed."""
        for record in records:
            workload = record["workload"]
            if workload == "S":
                self.claims = record
            else:
                self._figures.setdefault((workload, record["peer"]), []).append(float(record[FIGURE[workload]]))

    def of(self, workload: str, name: str) -> list[float]:
        return self._figures.get((workload, name), [])

    def median(self, workload: str, name: str) -> float | None:
        figures = self.of(workload, name)
        return round(statistics.median(figures), 2) if figures else None

    def ratio(self, workload: str, name: str) -> float | None:
        """Ours over theirs, of the medians; None where either is missing."""
        ours, theirs = self.median(workload, OURS), self.median(workload, name)
        return ours / theirs if ours and theirs else None

    def names(self, workload: str) -> list[str]:
        """Who is told of: ours, every peer whether or not it could be measured, and whoever else was."""
        measured = [name for place, name in self._figures if place == workload]
        return list(dict.fromkeys([OURS, *PEERS, *measured]))


def summary(figures: Figures) -> dict[str, Any]:
    """Medians: nodes a second for P and F, milliseconds a hop for C, claims a second for S; null where missing."""
    told: dict[str, Any] = {
        workload: {name: figures.median(workload, name) for name in figures.names(workload)} for workload in FIGURE
    }
    claims = figures.claims
    told["S"] = {**claims["claims_per_s"], "ratio": claims["ratio"]} if claims else None
    return told


def table(figures: Figures) -> str:
    """A line for each contender in each workload, with the bars."""
    lines = [["", "contender", "median", "min - max", "", "ours/it", "bar", "holds"]]
    for workload in FIGURE:
        lines += [_line(figures, workload, name) for name in figures.names(workload)]
    if figures.claims:
        lines += _claim_lines(figures.claims)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _line(figures: Figures, workload: str, name: str) -> list[str]:
    median, spread = figures.median(workload, name), figures.of(workload, name)
    if median is None:
        return [workload, name, "missing", "", "", "", *_verdict(workload, name, None)]
    ratio = None if name == OURS else figures.ratio(workload, name)
    told = "" if ratio is None else f"{ratio:.2f}"
    return [workload, name, f"{median:g}", f"{min(spread):g} - {max(spread):g}", UNIT[workload], told,
            *_verdict(workload, name, ratio)]  # fmt: skip


def _verdict(workload: str, name: str, ratio: float | None) -> list[str]:
    bar = next((bar for bar in BARS if (bar.workload, bar.peer) == (workload, name)), None)
    if bar is None:
        return ["", ""]
    return [str(bar), "unknown" if ratio is None else "yes" if bar.holds(ratio) else "NO"]


def _claim_lines(claims: Mapping[str, Any]) -> list[list[str]]:
    lines = [
        ["S", f"{int(size):,} finished", f"{rate:g}", "", "claims/s", "", "", ""]
        for size, rate in claims["claims_per_s"].items()
    ]
    holds = "yes" if claims["ratio"] <= MOST_S_RATIO else "NO"
    return [*lines, ["S", "time, most / none", f"{claims['ratio']:g}", "", "", "", f"<= {MOST_S_RATIO:g}", holds]]
