"""What in a migration's SQL takes something away that the version before still uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_TABLE = re.compile(r"(?:CREATE TABLE|ALTER TABLE|DELETE FROM|\bON) `?(\w+)`?", re.IGNORECASE)
_CREATES = re.compile(r"CREATE TABLE `?(\w+)", re.IGNORECASE)
_REASONS = {
    r"^DROP TABLE|^TRUNCATE|^DELETE FROM": "removes rows",
    r"\bDROP (COLUMN|INDEX|PRIMARY)\b": "removes what queries name",
    r"\bRENAME\b": "renames",
    r"\b(CHANGE|MODIFY|ALTER) (COLUMN )?`?\w+": "changes a column",
    r"\bADD (CONSTRAINT|UNIQUE|FOREIGN|CHECK|PRIMARY)|^CREATE UNIQUE": "forbids rows that were allowed",
}


def found(statements: Iterable[str]) -> list[str]:
    """The statements that contract, each with the reason. What a migration does to its own new tables hurts nobody."""
    tidied = [" ".join(statement.split()) for statement in statements]
    own = {match[1] for match in map(_CREATES.match, tidied) if match}
    return [told for statement in tidied if _table(statement) not in own for told in _reasons(statement)]


def _table(statement: str) -> str:
    match = _TABLE.search(statement)
    return match[1] if match else ""


def _reasons(statement: str) -> Iterator[str]:
    for pattern, reason in _REASONS.items():
        if re.search(pattern, statement.replace("ALTER TABLE", "", 1).strip(), re.IGNORECASE):
            yield f"{reason}: {statement}"
    if re.search(r"\bADD COLUMN\b", statement, re.IGNORECASE) and _is_demanding(statement):
        yield f"wants a value that the version before does not give: {statement}"


def _is_demanding(statement: str) -> bool:
    upper = statement.upper()
    return "NOT NULL" in upper and " DEFAULT " not in upper and "AUTO_INCREMENT" not in upper
