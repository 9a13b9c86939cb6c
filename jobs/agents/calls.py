"""Calls: a model asked until it answers, within its patience and the run's cap, each try put down in the ledger."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from langchain_core.messages import BaseMessage

from dashboard.engine.errors import EngineError, PermanentError, TransientError
from dashboard.engine.spending import Usage
from jobs.agents.chat_model import ChatModel, Reply
from jobs.agents.faults import CallFault
from jobs.agents.ledger import Ledger

MOST_TRIES = 5
LONGEST_WAIT = 30.0  # Seconds between two tries, unless the server names its own.
GLANCE = 0.2  # How often a wait looks up whether it is still wanted.


@dataclass
class Calls:
    """Asks for the steps of one graph. Once a call fails for good no other is begun: the node is going to fail.

    `is_over` tells that nobody waits for the answers any more; `tell` takes a line for the log.
    """

    model: ChatModel
    ledger: Ledger
    is_over: Callable[[], bool] = lambda: False
    tell: Callable[[str], None] = lambda _line: None
    _failure: list[EngineError] = field(default_factory=list)

    def ask(self, criterion: str, messages: Sequence[BaseMessage]) -> Reply:
        """The model's reply. SpendingCapError before a call that could pass the cap; TransientError when the server
        stays busy or away, PermanentError when it will never answer this."""
        give_up = time.monotonic() + self.model.settings.patience
        for tries in range(1, MOST_TRIES + 1):
            self._go_on()
            try:
                return self._try(criterion, messages)
            except CallFault as fault:
                wait = fault.wait if fault.wait is not None else _pause(tries)
                if not fault.is_passing:
                    raise self._fail(PermanentError(str(fault))) from None
                if tries == MOST_TRIES or time.monotonic() + wait > give_up:
                    raise self._fail(TransientError(f"{fault} ({tries} tries)")) from None
                self.tell(f"{criterion}: {fault} Asking again in {wait:.1f} s.")
                self._wait(wait)
        raise AssertionError("the last try returns or raises")

    def _try(self, criterion: str, messages: Sequence[BaseMessage]) -> Reply:
        most, begun = self.model.most(messages), time.monotonic()
        call = self.ledger.reserve(criterion, most)
        try:
            reply = self.model.ask(messages)
        except CallFault as fault:
            seconds = time.monotonic() - begun
            used = Usage(seconds=seconds) if fault.is_free else replace(most, seconds=seconds)
            self.ledger.settle(call, used)
            raise
        used = reply.usage or replace(most, seconds=time.monotonic() - begun)
        self.ledger.settle(call, used)
        return reply

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._go_on()
            time.sleep(min(left, GLANCE))

    def _go_on(self) -> None:
        if self._failure:
            raise self._failure[0]
        if self.is_over():
            raise TransientError("Stopped before the next call to the model.")

    def _fail(self, error: EngineError) -> EngineError:
        self._failure.append(error)
        return error


def _pause(tries: int) -> float:
    """Seconds before the next try: longer each time, and not the same for all who wait."""
    return min(LONGEST_WAIT, 2.0 ** (tries - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 (not a secret)
