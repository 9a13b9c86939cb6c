"""Log lines: a few thousand different ones, told over and over, and one log that nobody would read to its end."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from benchmarks.seeding.loading import text

DIFFERENT = 4096
PLAIN = (
    ("info", "page {0} of {1}: {0} lines, {1} words, reading order kept"),
    ("info", "quote {0} stands on page {1} (offset {0}{1})"),
    ("debug", "asked the host for https://example.org/data/{0}/{1}: 200 in {0} ms"),
    ("info", "criterion {0} of {1}: met, by the sentence “We release code and weights.”"),
    ("debug", "cache: hit {0}, miss {1}"),
    ("info", "\x1b[32mfetched\x1b[0m {0} objects, {1} KiB"),
    ("warning", "figure {0} has no text; {1} characters were read by OCR"),
    ("error", "attempt {0}: HTTPError: 50{1} for url: https://example.org/{0}"),
)
WEIGHTS = (30, 20, 18, 14, 10, 5, 2, 1)
LONG_LINE = 250  # bytes of a line of the long log: 200,000 of them are 50 MB
NEEDLE = "the needle that somebody searches for"


def usual(chance: random.Random) -> Sequence[str]:
    """Level and message of lines to choose from, written as the loader wants them."""
    kinds = chance.choices(PLAIN, WEIGHTS, k=DIFFERENT)
    return [f"{level}\t{text(words.format(chance.randrange(1, 400), chance.randrange(9)))}" for level, words in kinds]


def long_log(number: int) -> Iterator[str]:
    """The same for a log of that many lines; the needle is in the last but one, and an error in every 2,000th."""
    filling = "loss=0.{0:06d} lr=3e-4 grad_norm=1.{0:04d} tokens={0} " * 8
    for line in range(1, number + 1):
        level = "error" if line % 2000 == 0 else "info"
        words = NEEDLE if line == number - 1 else f"step {line}: {filling.format(line)}"
        yield f"{level}\t{words[:LONG_LINE]}"
