"""A link that was just made: carried to the next page, shown there and nowhere again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session

KEY = "shown_once"


@dataclass(frozen=True)
class Fresh:
    """The address, whom it is for, and whether a letter with it is on its way."""

    address: str
    email: str
    was_sent: bool


def keep(fresh: Fresh) -> None:
    session[KEY] = [fresh.address, fresh.email, fresh.was_sent]


def take() -> Fresh | None:
    """The link made last, once."""
    held = session.pop(KEY, None)
    return Fresh(*held) if held else None
