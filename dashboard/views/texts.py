"""Text files as numbered lines, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = 1000
MOST_READ = 8_000_000  # characters
LONGEST = 2000
LONGEST_CHOSEN = 100_000


@dataclass(frozen=True)
class TextLine:
    """A line; `line` counts from 1, `left_out` characters of it are not among its `words`."""

    line: int
    words: str
    left_out: int


@dataclass(frozen=True)
class TextPage:
    """Lines, and with which line the page before and the one after begin. `last` counts the lines that were read."""

    lines: tuple[TextLine, ...]
    earlier: int | None
    later: int | None
    last: int
    is_cut: bool


def page(path: Path, wanted: int = 1, chosen: int = 0) -> TextPage:
    """The page with line `chosen`, of which more is shown, else the one with line `wanted`."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
        text = file.read(MOST_READ + 1)
    lines = text[:MOST_READ].removesuffix("\n").split("\n") if text else []
    first = (max(1, chosen or wanted) - 1) // PAGE * PAGE + 1
    later = first + PAGE if len(lines) >= first + PAGE else None
    shown = enumerate(lines[first - 1 : first - 1 + PAGE], first)
    cut = tuple(_cut(number, words, LONGEST_CHOSEN if number == chosen else LONGEST) for number, words in shown)
    return TextPage(cut, first - PAGE if first > 1 else None, later, len(lines), len(text) > MOST_READ)


def _cut(number: int, words: str, most: int) -> TextLine:
    return TextLine(number, words[:most], max(0, len(words) - most))
