"""Search by meaning, to be measured: static embeddings from the package wordllama, alone and joined with BM25."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from jobs.agents.search import WordSearch

AMONG = 30  # Places each way may name before the two lists are joined.
SMOOTHING = 60  # The usual constant of reciprocal rank fusion.


@dataclass(frozen=True)
class MeaningSearch:
    """The nearest by the cosine of their embeddings."""

    passages: Sequence[str]

    def best(self, query: str, most: int) -> list[int]:
        if not self.passages:
            return []
        nearness = self._embedded @ _embed([query])[0]
        return [int(number) for number in np.argsort(-nearness, kind="stable")[:most]]

    @cached_property
    def _embedded(self) -> Any:
        return _embed(list(self.passages))


@dataclass(frozen=True)
class JointSearch:
    """BM25 and meaning, joined by the ranks they give."""

    passages: Sequence[str]

    def best(self, query: str, most: int) -> list[int]:
        worth: dict[int, float] = {}
        for search in (self._words, self._meaning):
            for rank, number in enumerate(search.best(query, AMONG)):
                worth[number] = worth.get(number, 0.0) + 1 / (SMOOTHING + rank)
        return sorted(worth, key=lambda number: (-worth[number], number))[:most]

    @cached_property
    def _words(self) -> WordSearch:
        return WordSearch(self.passages)

    @cached_property
    def _meaning(self) -> MeaningSearch:
        return MeaningSearch(self.passages)


def _embed(texts: list[str]) -> Any:
    return _model().embed(texts, norm=True)


@cache
def _model() -> Any:
    """The weights that came with the package; nothing is loaded from anywhere."""
    import wordllama

    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
