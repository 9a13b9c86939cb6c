"""The ledger: what every call of a run may cost and did cost, held against its cap.

Two nodes of a run need no lock: each puts its reservation down first and counts afterwards, and of two that together
pass the cap one sees it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from dashboard.engine.spending import Call, Spending, Usage
from jobs.agents.settings import Cap, Prices


class SpendingCapError(Exception):
    """The call was not made: with it the run could have passed its spending cap."""


@dataclass(frozen=True)
class Ledger:
    """The spending of one run, as seen by one of its nodes."""

    spending: Spending
    node: int
    model: str
    cap: Cap
    prices: Prices | None = None

    def reserve(self, criterion: str, most: Usage) -> Call:
        """Set aside the most a call can use, before it is made. SpendingCapError when that would be too much."""
        call = self._call(uuid.uuid4().hex, criterion, most)
        self.spending.reserve(call)
        if self._worth([one.usage for one in self.spending.calls()]) > self.cap.amount:
            self.settle(call, Usage())
            raise SpendingCapError(f"the run's spending cap of {self.cap} is reached")
        return call

    def settle(self, call: Call, used: Usage) -> None:
        """Put down what the call used. A reservation that is never settled counts in full."""
        self.spending.settle(self._call(call.id, call.purpose, used))

    def of_node(self) -> dict[str, Any]:
        """What the node used in all its attempts; of that for each criterion, call by call."""
        mine = [call for call in self.spending.calls() if call.node == self.node and call.usage != Usage()]
        by_criterion: dict[str, list[Usage]] = {}
        for call in sorted(mine, key=lambda call: call.purpose):
            by_criterion.setdefault(call.purpose, []).append(call.usage)
        told = {name: {**self._summary(used), "each": [*map(self._told, used)]} for name, used in by_criterion.items()}
        return {**self._summary(call.usage for call in mine), "criteria": told}

    def of_run(self) -> dict[str, Any]:
        """What the run has used so far."""
        return self._summary(call.usage for call in self.spending.calls() if call.usage != Usage())

    def _summary(self, usages: Iterable[Usage]) -> dict[str, Any]:
        """Calls, tokens, seconds and cost of some calls."""
        all_of = list(usages)
        tokens_in, tokens_out = sum(one.tokens_in for one in all_of), sum(one.tokens_out for one in all_of)
        return {
            "calls": len(all_of),
            "tokens": tokens_in + tokens_out,
            "tokens_in": tokens_in,
            "tokens_out": tokens_out,
            "seconds": round(sum(one.seconds for one in all_of), 3),
            "cost": self._cost(tokens_in, tokens_out),
            "unmeasured": sum(not one.measured for one in all_of),
        }

    def _told(self, usage: Usage) -> dict[str, Any]:
        """One call in figures."""
        return {**asdict(usage), "cost": self._cost(usage.tokens_in, usage.tokens_out)}

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        return round(self.prices.cost(tokens_in, tokens_out), 6) if self.prices else None

    def _worth(self, usages: Iterable[Usage]) -> float:
        if self.cap.unit == "tokens" or self.prices is None:
            return sum(one.tokens for one in usages)
        return sum(self.prices.cost(one.tokens_in, one.tokens_out) for one in usages)

    def _call(self, name: str, criterion: str, usage: Usage) -> Call:
        return Call(name, self.node, criterion, self.model, usage, self._cost(usage.tokens_in, usage.tokens_out))
