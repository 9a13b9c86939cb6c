"""Passwords: hashed with argon2id, never too long, refused when everybody guesses them first."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.engine.errors import InvalidInputError

SHORTEST = 10
LONGEST = 256
GUESSED_FIRST = (
    "password passw0rd 1234567890 12345678910 123456789a qwertyuiop 1q2w3e4r5t iloveyou12 letmein123 welcome123 "
    "admin12345 administrator abcdefghij changeme123 papersnitch papersnitch1 password12 password123 password1234 "
    "qwerty12345 qwerty123456 football123 princess123 sunshine123 monkey1234 dragon1234 baseball123 superman123"
)
COMMON = frozenset(GUESSED_FIRST.split())

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_nobodys_hash = _hasher.hash("nobody has this password")


def hash_of(password: str) -> str:
    """The argon2id hash to store; InvalidInputError says what is wrong with a weak password."""
    if len(password) < SHORTEST:
        raise InvalidInputError(f"The password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise InvalidInputError(f"The password may have at most {LONGEST} characters.")
    if password.lower() in COMMON or len(set(password)) < 4:
        raise InvalidInputError("This password is among the first that anybody would guess.")
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one behind `stored`. Takes as long when there is no such person or password."""
    try:
        _hasher.verify(stored or _nobodys_hash, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
