"""Beside the answer that stands: what the other assessors of a criterion said, each in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.reports.filters import WORDS


def others(criterion: Mapping[str, Any]) -> list[str]:
    """Who else answered what, why, and where the words stand that it rests on."""
    beside = (verdict for verdict in criterion["verdicts"] if verdict["assessor"] != criterion["assessor"])
    return [_told(verdict) for verdict in beside]


def _told(verdict: Mapping[str, Any]) -> str:
    words = [f"p. {quote['page']}: “{' '.join(quote['text'].split())}”" for quote in verdict["quotes"]]
    lines = [f"{place['path']}:{place['line']}" for place in verdict["places"]]
    rests_on = f" ({'; '.join([*words, *lines])})" if words or lines else ""
    return f"{verdict['assessor']}: {WORDS[verdict['answer']]}. {verdict['reason']}{rests_on}"
