"""Text fit for a report: papers and repositories hold characters that no file of ours should carry on."""

from __future__ import annotations

import re
from typing import Any

# C0 and C1 controls but tab and line end, lone surrogates, and the marks that turn the reading direction around.
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def clean(value: Any) -> Any:
    """The value with every string in it made fit."""
    if isinstance(value, str):
        return UNFIT.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value
