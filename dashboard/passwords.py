"""Passwords: hashed with argon2id, never too long, refused when they would be guessed early."""

from __future__ import annotations

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.engine.errors import InvalidInputError

SHORTEST = 10
LONGEST = 256
FEWEST_GUESSES = 10**7  # of somebody who tries common passwords, names, dates and keyboard rows first
LOOKED_AT = 72  # letters of it that are judged; what is longer cannot be guessed more easily

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_nobodys_hash = _hasher.hash("nobody has this password")


def hash_of(password: str, *known: str) -> str:
    """The argon2id hash to store; InvalidInputError says what is wrong with a weak password.

    `known` is what anybody knows of the person: the password must not be made of that.
    """
    if len(password) < SHORTEST:
        raise InvalidInputError(f"The password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise InvalidInputError(f"The password may have at most {LONGEST} characters.")
    if _guesses(password, known) < FEWEST_GUESSES:
        raise InvalidInputError("This password is among the first that anybody would guess. Take a few words.")
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one behind `stored`. Takes as long when there is no such person or password."""
    try:
        _hasher.verify(stored or _nobodys_hash, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _guesses(password: str, known: tuple[str, ...]) -> int:
    """How many tries somebody needs who knows what people choose."""
    from zxcvbn import zxcvbn  # a megabyte of common passwords, read where one is chosen

    forms = [(text, text.replace(" ", ""), *re.split("[@. ]", text)) for text in ("papersnitch", *known)]
    words = [word for each in forms for word in each if word]
    return int(zxcvbn(password[:LOOKED_AT], user_inputs=words)["guesses"])
