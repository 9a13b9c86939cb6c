"""Filters of the report's templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&@])")
WORDS = {"met": "met", "not_met": "not met", "not_applicable": "not applicable", "not_assessed": "not assessed"}

Criteria = list[dict[str, Any]]


def markdown(value: object) -> str:
    """Text that Markdown shows as it is: one line, every mark escaped."""
    return MARKS.sub(r"\\\1", " ".join(str(value).split()))


def code(value: object) -> str:
    """Text as Markdown code: the fence is longer than any run of backticks in it."""
    text = " ".join(str(value).split()).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"


def sharing(name: str) -> Callable[[Criteria], dict[str, Criteria]]:
    """A filter: criteria under what they share, in the order of the rubric."""

    def share(criteria: Criteria) -> dict[str, Criteria]:
        shared: dict[str, Criteria] = {}
        for criterion in criteria:
            shared.setdefault(criterion[name], []).append(criterion)
        return shared

    return share


def bar(counts: Mapping[str, int]) -> Markup:
    """The answers as a segmented bar, an inline SVG without style."""
    total = sum(counts[name] for name in WORDS) or 1
    at, pieces = 0.0, []
    for name in WORDS:
        width = 100 * counts[name] / total
        pieces.append(f'<rect class="{name}" x="{at:.2f}" y="0" width="{width:.2f}" height="6"/>')
        at += width
    label = ", ".join(f"{counts[name]} {word}" for name, word in WORDS.items() if counts[name])
    shape = 'viewBox="0 0 100 6" preserveAspectRatio="none"'
    return Markup(f'<svg class="bar" role="img" aria-label="{label}" {shape}>{"".join(pieces)}</svg>')  # noqa: S704
