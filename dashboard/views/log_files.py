"""A log as a file: a row of text, or of JSON, for each line."""

from __future__ import annotations

import json

from dashboard.filters import plain
from dashboard.reads.logs import Line

INDENT = "\n    "


def as_text(line: Line) -> str:
    """Time, level and words; the further rows of a line are indented, so that none passes for a line of its own."""
    words = plain(line.message).replace("\n", INDENT)
    return f"{line.at.isoformat(timespec='milliseconds')} {line.level.upper():7} {words}\n"


def as_json(line: Line) -> str:
    """The line as it was logged."""
    record = {"line": line.line, "at": line.at.isoformat(), "level": line.level, "message": line.message}
    return json.dumps(record, ensure_ascii=False) + "\n"
