"""Why there is no repository to read. None of these is a failure of the node: they are findings."""

from __future__ import annotations


class NoRepositoryError(Exception):
    """There is nothing to read, for a reason that trying again would not change. The message is the finding."""


class AbsentError(NoRepositoryError):
    """The address leads to nothing public, or to an empty repository: what the paper promises is not there."""


class TooBigError(NoRepositoryError):
    """The repository is over a limit; the message names it."""


class TooSlowError(NoRepositoryError):
    """Fetching took longer than the limit; the message names it."""
