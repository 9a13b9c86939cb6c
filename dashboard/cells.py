"""Cells of CSV files that no spreadsheet takes for formulas."""

from __future__ import annotations

from typing import Any

# What begins a formula in some spreadsheet, full-width signs included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Any) -> Any:
    """Text that begins like a formula gets a quote before it; numbers stay numbers, nothing stays empty."""
    text = value.replace("\0", "") if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
