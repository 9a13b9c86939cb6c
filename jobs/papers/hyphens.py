"""Hyphens at line ends: was a word divided there, or is it written with one? The rest of the paper tells."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from jobs.papers.pdfium import HYPHEN
from jobs.papers.typesetting import SetPage

_MARK = re.compile(HYPHEN)
_LETTERS = re.compile(r"[^\W\d_]*")
_AROUND_WORDS = ".,;:!?()[]{}<>\"'“”‘’…*†‡"
_NEVER_ALONE = {"self"}  # What is always followed by a hyphen where a word goes on after it.


class Settled(NamedTuple):
    """A page with each doubtful hyphen kept or dropped, and where in the doubtful text the dropped ones were."""

    page: SetPage
    dropped: list[int]

    def shifted(self, offset: int) -> int:
        """Where an offset into the doubtful text has come to."""
        return offset - bisect_left(self.dropped, offset)


class Words:
    """The words a paper uses, in lower case, as it writes them within lines."""

    def __init__(self, texts: Iterable[str]) -> None:
        written = {token for text in texts for token in text.split()}
        self._words = {token.strip(_AROUND_WORDS).lower() for token in written}

    def settle(self, page: SetPage) -> Settled:
        """The page with each HYPHEN made a hyphen or nothing."""
        if HYPHEN not in page.text:
            return Settled(page, [])
        doubtful = [mark.start() for mark in _MARK.finditer(page.text)]
        dropped = [at for at in doubtful if not self._have_hyphen(*_parts(page.text, at))]
        starts, ends = [0, *(at + 1 for at in dropped)], [*dropped, len(page.text)]
        boxes = array("f")
        for start, end in zip(starts, ends, strict=True):
            boxes += page.boxes[4 * start : 4 * end]
        text = "".join([page.text[start:end] for start, end in zip(starts, ends, strict=True)]).replace(HYPHEN, "-")
        blocks = [offset - bisect_left(dropped, offset) for offset in page.blocks]
        return Settled(SetPage(page.frame, text, boxes, blocks), dropped)

    def _have_hyphen(self, before: str, after: str) -> bool:
        """Whether two parts of a word belong together with a hyphen between them.

        A paper that writes the word elsewhere decides. Else a part that has a hyphen already was divided there:
        programs do not divide "state-of-the-art" anywhere else.
        """
        if before + after in self._words:
            return False
        if f"{before}-{after}" in self._words or before in _NEVER_ALONE:
            return True
        first, hyphen, last = before.rpartition("-")
        return bool(hyphen and first) and last + after not in self._words


def _parts(text: str, at: int) -> tuple[str, str]:
    """What stands before and after a mark, in lower case: up to white space, and as far as there are letters."""
    before = text[max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1 : at]
    after = _LETTERS.match(text, at + 1)
    return before.lstrip(_AROUND_WORDS).lower(), after.group().lower() if after else ""
