"""A bar of docs/interface.md as it is printed, and the figures it is judged by. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bar:
    """What was measured, and the most that it may be; without a limit it is told and not judged."""

    name: str
    value: float
    limit: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool | None:
        return None if self.limit is None else self.value <= self.limit

    def line(self) -> str:
        """The bar as one line of JSON."""
        return json.dumps(
            {"bar": self.name, "value": self.value, "limit": self.limit, "holds": self.holds, **self.more}
        )


def quantile(values: Sequence[float], share: float) -> float:
    """The value that at least that share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds: the middle and the slow end."""
    return {"p50_ms": round(1000 * quantile(seconds, 0.5), 1), "p95_ms": round(1000 * quantile(seconds, 0.95), 1)}
