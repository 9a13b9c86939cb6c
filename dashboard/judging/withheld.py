"""Withheld: words that no reader of the paper sees, or that are addressed to a model. They prove nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.judging.evidence import Box, Quote

COVERED = 0.5  # The share of a quote's box that hidden text covers for it to be hidden too.


@dataclass(frozen=True)
class Withheld:
    """Where hidden text stands on each page, and which words (start and end) instruct a model."""

    boxes: Mapping[int, tuple[Box, ...]] = field(default_factory=dict)
    spans: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, screened: Mapping[str, Any]) -> Withheld:
        """From a `hidden_text.json`."""
        boxes: dict[int, tuple[Box, ...]] = {}
        for run in screened.get("hidden", ()):
            found = tuple((box[0], box[1], box[2], box[3]) for box in run["boxes"])
            boxes[run["page"]] = boxes.get(run["page"], ()) + found
        spans: dict[int, tuple[tuple[int, int], ...]] = {}
        for quote in (order["quote"] for order in screened.get("instructions", ()) if order.get("quote")):
            spans[quote["page"]] = (*spans.get(quote["page"], ()), (quote["start"], quote["end"]))
        return cls(boxes, spans)

    def covers(self, quote: Quote) -> bool:
        """Whether any of those words is withheld."""
        if any(start < quote.end and quote.start < end for start, end in self.spans.get(quote.page, ())):
            return True
        hidden = self.boxes.get(quote.page, ())
        return any(_covers(area, box) for area in hidden for box in quote.boxes)


def _covers(area: Box, box: Box) -> bool:
    width = min(area[2], box[2]) - max(area[0], box[0])
    height = min(area[3], box[3]) - max(area[1], box[1])
    size = (box[2] - box[0]) * (box[3] - box[1])
    return width > 0 and height > 0 and width * height >= COVERED * size
