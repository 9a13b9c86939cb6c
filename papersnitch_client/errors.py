"""What can go wrong between this machine and the site; each kind ends the command with a code of its own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from http import HTTPStatus

CLOSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Exit(IntEnum):
    """How a command ends; 2 is a command line that is wrong."""

    DONE = 0
    REFUSED = 1
    UNSUCCESSFUL = 3
    NO_ENTRY = 4
    UNREACHABLE = 5


class ClientError(Exception):
    """Something went wrong; the message says what, and what to do next."""

    exit = Exit.REFUSED


class RefusedError(ClientError):
    """The site said no; `status` is its code, `each` holds a sentence for every single thing that was wrong."""

    def __init__(self, status: int, sentence: str, each: Sequence[str] = ()) -> None:
        super().__init__("\n  ".join([sentence, *(one for one in each if one != sentence)]))
        self.status, self.sentence, self.each = status, sentence, tuple(each)
        self.exit = Exit.NO_ENTRY if status in CLOSED else Exit.REFUSED


class NoTokenError(ClientError):
    """There is no token for this site."""

    exit = Exit.NO_ENTRY


class UnreachableError(ClientError):
    """The site did not answer, or not in time."""

    exit = Exit.UNREACHABLE
