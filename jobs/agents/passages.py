"""Passages: a paper or a repository cut into pieces short enough to read, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from dashboard.judging.evidence import Place, Quote
from jobs.papers.document import Document
from jobs.papers.instructions import instructs
from jobs.papers.sentences import Sentence, sentences_of
from jobs.repositories.snapshot import Snapshot

LONGEST = 500  # Characters of a passage of a paper: two to four sentences.
LINES = 20  # Lines of a file in a passage, and the characters kept of them.
LONGEST_LINES = 1500
MOST_FILES = 400
LONGEST_FILE = 200_000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKUP = (".md", ".markdown", ".html", ".htm")


Where = TypeVar("Where", Quote, Place)


@dataclass(frozen=True)
class Passage(Generic[Where]):
    """A piece of a text: where it stands, and the words by which it is searched."""

    where: Where
    searched: str


def of_paper(document: Document, visible: Sequence[str]) -> list[Passage[Quote]]:
    """Runs of neighbouring sentences of one page and section, each beginning with the last sentence of the one before.

    `visible` holds the pages' texts with what no model may see blanked out.
    """
    kept = (one for one in sentences_of(document) if one.section_kind != "references")
    groups = groupby(kept, key=lambda one: (one.page, one.section))
    passages = (
        _of_section(page, start, end, visible, section.title + " " + section.kind if section else "front")
        for (page, section), sentences in groups
        for start, end in _runs(list(sentences))
    )
    return [passage for passage in passages if passage.searched.strip()]


def of_repository(snapshot: Snapshot) -> list[Passage[Place]]:
    """Runs of lines of each file that was read. The place's `line` is the first, its `text` all of them."""
    return [passage for path in snapshot.own_files[:MOST_FILES] for passage in _of_file(snapshot, path)]


def seen_in(path: str, text: str) -> str:
    """A file's text as a reader sees it, line for line: without comments in markup, and without orders to a model."""
    if path.lower().endswith(_MARKUP):
        text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    lines = text[:LONGEST_FILE].split("\n")
    return "\n".join(line for at in range(0, len(lines), LINES) for line in _without_orders(lines[at : at + LINES]))


def _without_orders(lines: list[str]) -> list[str]:
    """The lines, those that give a model orders blanked; all of them where one order runs over several."""
    if not instructs("\n".join(lines)):
        return lines
    kept = ["" if instructs(line) else line for line in lines]
    return [""] * len(lines) if instructs("\n".join(kept)) else kept


def _of_section(page: int, start: int, end: int, visible: Sequence[str], heading: str) -> Passage[Quote]:
    text = visible[page - 1][start:end]
    return Passage(Quote(page, start, end, text), f"{heading}\n{text}" if text.strip() else "")


def _runs(sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    first = 0
    for last, sentence in enumerate(sentences):
        following = sentences[last + 1] if last + 1 < len(sentences) else None
        if following and following.end - sentences[first].start <= LONGEST:
            continue
        yield sentences[first].start, sentence.end
        overlaps = last > first and following and following.end - sentence.start <= LONGEST
        first = last if overlaps else last + 1


def _of_file(snapshot: Snapshot, path: str) -> Iterator[Passage[Place]]:
    lines = seen_in(path, snapshot.text(path)).split("\n")
    for first in range(0, len(lines), LINES):
        text = "\n".join(lines[first : first + LINES])[:LONGEST_LINES]
        if text.strip():
            yield Passage(Place(path, first + 1, snapshot.commit, text), f"{path.replace('/', ' ')}\n{text}")
