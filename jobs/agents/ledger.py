"""The ledger: what every call of a run may cost and did cost, written before and after, so that no crash forgets it.

It is kept where the checkpoints are, through the same saver and under the same fence, as pending writes of a thread of
the run's own with a page for each node. An entry is written once and never changed, so two nodes of a run need no
lock: each writes its reservation first and counts afterwards, and of two that together pass the cap one sees it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint

from jobs.agents.settings import Cap, Prices

RESERVED, SETTLED = "reserved", "settled"


class SpendingCapError(Exception):
    """The call was not made: with it the run could have passed its spending cap."""


@dataclass(frozen=True)
class Usage:
    """What a call used. `measured` is False where the server did not say or never answered: then it is the most the
    call could have used."""

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    measured: bool = True

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True)
class Entry:
    """One try at a call: whose, what for, and what it used or at most could."""

    id: str
    node: int
    criterion: str
    usage: Usage


class Ledger:
    """The spending of one run, as seen by one of its nodes."""

    def __init__(
        self, saver: BaseCheckpointSaver[str], run: int, node: int, cap: Cap, prices: Prices | None = None
    ) -> None:
        self._saver, self._node, self._cap, self._prices = saver, node, cap, prices
        place = {"thread_id": f"run:{run}:spent", "checkpoint_ns": ""}
        page = str(uuid.UUID(int=node))
        self._thread: RunnableConfig = {"configurable": place}
        self._page: RunnableConfig = {"configurable": {**place, "checkpoint_id": page}}
        if saver.get_tuple(self._page) is None:
            saver.put(self._thread, {**empty_checkpoint(), "id": page}, {"source": "input", "step": -1}, {})

    def reserve(self, criterion: str, most: Usage) -> str:
        """Set aside the most a call can use, before it is made; its id. SpendingCapError when that would be too
        much."""
        entry = uuid.uuid4().hex
        self._write(RESERVED, entry, criterion, most)
        if self._worth([one.usage for one in self.entries()]) > self._cap.amount:
            self.settle(entry, criterion, Usage())
            raise SpendingCapError(f"the run's spending cap of {self._cap} is reached")
        return entry

    def settle(self, entry: str, criterion: str, used: Usage) -> None:
        """Put down what the call used. A reservation that is never settled counts in full."""
        self._write(SETTLED, entry, criterion, used)

    def entries(self) -> list[Entry]:
        """Every call of the run, each once: as settled, else as reserved."""
        written = [write for page in self._saver.list(self._thread) for write in page.pending_writes or ()]
        known: dict[str, Entry] = {}
        for _task, _channel, record in sorted(written, key=lambda write: write[1] == SETTLED):
            known[record["id"]] = Entry(**{**record, "usage": Usage(**record["usage"])})
        return list(known.values())

    def of_node(self) -> dict[str, Any]:
        """What the node used in all its attempts; of that for each criterion, call by call."""
        mine = [entry for entry in self.entries() if entry.node == self._node and entry.usage != Usage()]
        by_criterion: dict[str, list[Usage]] = {}
        for entry in sorted(mine, key=lambda entry: entry.criterion):
            by_criterion.setdefault(entry.criterion, []).append(entry.usage)
        told = {name: {**self._summary(used), "each": [*map(self._call, used)]} for name, used in by_criterion.items()}
        return {**self._summary(entry.usage for entry in mine), "criteria": told}

    def of_run(self) -> dict[str, Any]:
        """What the run has used so far."""
        return self._summary(entry.usage for entry in self.entries() if entry.usage != Usage())

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

    def _call(self, usage: Usage) -> dict[str, Any]:
        """One call in figures."""
        return {**asdict(usage), "cost": self._cost(usage.tokens_in, usage.tokens_out)}

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        return round(self._prices.cost(tokens_in, tokens_out), 6) if self._prices else None

    def _worth(self, usages: Iterable[Usage]) -> float:
        if self._cap.unit == "tokens" or self._prices is None:
            return sum(one.tokens for one in usages)
        return sum(self._prices.cost(one.tokens_in, one.tokens_out) for one in usages)

    def _write(self, channel: str, entry: str, criterion: str, usage: Usage) -> None:
        record = {"id": entry, "node": self._node, "criterion": criterion, "usage": asdict(usage)}
        self._saver.put_writes(self._page, [(channel, record)], f"{channel}-{entry}")
