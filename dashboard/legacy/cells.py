"""What stands in a cell of the other system's row: text, JSON, a time. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.legacy.source import Row


class NotFittingError(Exception):
    """A row cannot become a run, with the sentence that says why."""


def value(row: Row, column: str | None) -> Any:
    """A column's value, or with `column.key.key` one within its JSON; None where it is empty or not there."""
    if column is None:
        return None
    if column in row:
        return _parsed(row[column])
    name, *path = column.split(".")
    found = _parsed(row.get(name))
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _parsed(raw: Any) -> Any:
    """JSON where it reads so, else text. Python writes NaN and its like there, which no database takes for JSON."""
    if not isinstance(raw, str):
        return raw
    plain = clean(raw).strip()
    if not plain.startswith(("{", "[")):
        return plain or None
    try:
        return json.loads(plain, parse_constant=_refuse)
    except ValueError:
        return plain


def _refuse(constant: str) -> None:
    raise NotFittingError(f"A column holds {constant}, which is no JSON.")


def text(row: Row, column: str | None) -> str | None:
    """A column's value as text; None where it is empty."""
    found = value(row, column)
    if found is None or found == "":
        return None
    return clean(json.dumps(found, default=str) if isinstance(found, dict | list) else str(found))


def lines(row: Row, column: str | None) -> tuple[str, ...]:
    """A text's lines, or a list's entries."""
    found = value(row, column)
    if isinstance(found, list):
        return tuple(clean(str(one)) for one in found)
    return tuple((text(row, column) or "").splitlines())


def clean(raw: str) -> str:
    """Without what no database can keep: NUL and lone surrogates."""
    return raw.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def moment(row: Row, column: str | None, zone: ZoneInfo) -> datetime | None:
    """A column's time in UTC; one that does not tell its zone is of that zone. NotFittingError where it is none."""
    found = value(row, column)
    if found is None:
        return None
    try:
        at = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    except ValueError:
        raise NotFittingError(f"{column} is no time: {str(found)[:60]!r}.") from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
