"""Reader: a model at work on the criteria of one node, and what it used."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from dashboard.judging.criterion import Criterion
from dashboard.judging.question import Source
from dashboard.judging.rules import RulesAssessor
from jobs.agents.calls import Calls
from jobs.agents.chat_model import ChatModel, chat_model
from jobs.agents.check_graph import Bench
from jobs.agents.ledger import Ledger
from jobs.agents.model_assessor import ModelAssessor
from jobs.agents.paper_source import PaperSource
from jobs.agents.repository_source import RepositorySource
from jobs.agents.searched_paper import SearchedPaper
from jobs.agents.searched_repository import SearchedRepository
from jobs.agents.settings import ModelSettings
from jobs.context import NodeContext
from jobs.slate import slate


@dataclass(frozen=True)
class Reader:
    """A model that is asked beside the rules."""

    model: ChatModel

    @property
    def name(self) -> str:
        return self.model.settings.name

    def bench(self, context: NodeContext, criteria: Mapping[str, Criterion], source: Source) -> Bench:
        """The bench of the checks' graph, with passages to read and the rules beside."""
        calls = Calls(
            self.model,
            self._ledger(context),
            is_over=lambda: context.cancelled() or _must_stop(),
            tell=lambda line: context.log(line, "warning"),
        )
        turns = BoundedSemaphore(self.model.settings.parallel)
        return Bench(criteria, _searched(source), ModelAssessor(calls), beside=RulesAssessor(), turns=turns)

    def usage(self, context: NodeContext) -> dict[str, Any]:
        """What the node used in all its attempts, and beside it the run so far."""
        ledger = self._ledger(context)
        return {**ledger.of_node(), "run": ledger.of_run(), "cap": str(self.model.settings.cap)}

    def _ledger(self, context: NodeContext) -> Ledger:
        settings = self.model.settings
        return Ledger(context.spending(), context.node.id, settings.name, settings.cap, settings.prices)


@contextmanager
def reader_with(settings: ModelSettings) -> Iterator[Reader]:
    """A reader with the model of these settings."""
    with chat_model(settings) as model:
        yield Reader(model)


def _searched(source: Source) -> Source:
    if isinstance(source, PaperSource):
        return SearchedPaper(source)
    assert isinstance(source, RepositorySource)
    return SearchedRepository(source)


def _must_stop() -> bool:
    """Whether this process is told to let go of its node: no call begun now would be of use."""
    held = slate.read()
    return held is not None and held.is_overdue(time.monotonic())
