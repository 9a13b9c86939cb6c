"""Search: the passages of a text nearest to a question's words, by BM25."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

logging.getLogger("bm25s").setLevel(logging.WARNING)  # It tells of each index it builds.
_WORD = re.compile(r"[^\W_]+|±")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_COMMON = frozenset(STOPWORDS_EN_PLUS)


class Search(Protocol):
    """A way to rank passages."""

    def best(self, query: str, most: int) -> list[int]:
        """The numbers of the passages nearest to the query, the nearest first."""


@dataclass(frozen=True)
class WordSearch:
    """BM25 over the stems of whole words."""

    passages: Sequence[str]

    def best(self, query: str, most: int) -> list[int]:
        asked = [term for term in dict.fromkeys(terms_of(query)) if term in self._known]
        if not asked:
            return []
        scores = self._index.get_scores(asked)
        order = np.argsort(-scores, kind="stable")[:most]
        return [int(number) for number in order if scores[number] > 0]

    @cached_property
    def _terms(self) -> list[list[str]]:
        return [list(terms_of(passage)) for passage in self.passages]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(term for terms in self._terms for term in terms)

    @cached_property
    def _index(self) -> bm25s.BM25:
        index = bm25s.BM25()
        index.index(self._terms, show_progress=False)
        return index


def terms_of(text: str) -> Iterator[str]:
    """The stems of the words that count; where words are not parted by spaces, pairs of signs."""
    stem = Stemmer.Stemmer("english").stemWord
    for word in _WORD.findall(text.lower()):
        if _CJK.fullmatch(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif word not in _COMMON:
            yield stem(word)
