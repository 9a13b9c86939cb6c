"""Names that people give to themselves and to teams."""

from __future__ import annotations

from dashboard.engine.errors import InvalidInputError

LONGEST = 100


def checked(name: str, whose: str) -> str:
    """The name with single spaces; InvalidInputError when there is none, or it would not fit on a line."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST or not tidy.isprintable():
        raise InvalidInputError(f"{whose} needs a name of at most {LONGEST} letters.")
    return tidy
