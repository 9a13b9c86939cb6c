"""Quotable: where words stand in a stored text, whatever became of spaces, hyphens, ligatures and quotation marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

SHORTEST = 10  # Letters and signs that count; fewer stand in every paper and prove nothing.
SHORTEST_CJK = 5
_DROPPED = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\ufffe\-‐‑‒–—−\"'`´“”„‘’‚«»]")
_ENDING = re.compile(r"[.,;:…\s]+$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Quotable:
    """A text, and where each of its signs that count stands in it."""

    text: str

    def find(self, words: str) -> tuple[int, int] | None:
        """Start and end of those words; None when they are too few, or are not there as whole words and numbers."""
        needle = _counting(_ENDING.sub("", words))
        if len(needle) < (SHORTEST_CJK if _CJK.search(needle) else SHORTEST):
            return None
        return next((span for span in self._spans(needle) if not _cuts(self.text, *span)), None)

    def _spans(self, needle: str) -> Iterator[tuple[int, int]]:
        signs, places = self._folded
        at = signs.find(needle)
        while at >= 0:
            yield places[at], places[at + len(needle) - 1] + 1
            at = signs.find(needle, at + 1)

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        signs: list[str] = []
        places: list[int] = []
        for offset, sign in enumerate(self.text):
            spelt = _counting(sign)
            signs.append(spelt)
            places += [offset] * len(spelt)
        return "".join(signs), places


def _counting(text: str) -> str:
    """The signs that count: ligatures and full-width forms spelt out, letter case aside."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", _DROPPED.sub("", text)).casefold())


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether those offsets cut a word or a number in two: 0.1 is not said where 0.15 stands."""
    return _joined(text, start) or _joined(text, end)


def _joined(text: str, offset: int) -> bool:
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if before.isdigit() and after in ".," and text[offset + 1 : offset + 2].isdigit():
        return True
    if before in ".," and after.isdigit() and text[offset - 2 : offset - 1].isdigit():
        return True
    if _CJK.match(before) or _CJK.match(after):
        return False
    return (before.isdigit() and after.isdigit()) or (before.isalpha() and after.isalpha())
