"""What a work-horse holds and when it must let go, on a page of memory that its worker reads from outside.

A handler may hold the interpreter, hang in C or block every signal: no thread of its own process can act then. The
worker can, if it knows which claim the horse has and until when. Moments are those of the monotonic clock, which all
processes of a machine share.
"""

from __future__ import annotations

import json
import math
import mmap
import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum

from dashboard.engine.claims import Claim

BYTES = 16_384  # several times what the longest names of a claim take


class Reason(StrEnum):
    """Why a handler is stopped."""

    SHUTDOWN = "the worker is shutting down"
    CLAIM_LOST = "the claim was lost"
    CANCELLED = "the run was cancelled"
    DEADLINE = "the node took longer than it may"


@dataclass(frozen=True)
class Held:
    """A claim in the hands of a horse, and the moment at which its handler must stop, and why."""

    claim: Claim
    stop_at: float
    reason: Reason

    def is_overdue(self, moment: float) -> bool:
        return moment >= self.stop_at


_REASONS = list(Reason)
_SUM = struct.Struct("=I")
_HEAD = struct.Struct("=dBI")  # stop_at, index of the reason, length of the claim that follows


class Slate:
    """One page, made before the fork: the horse writes, its worker reads.

    Neither waits for the other. The checksum tells a page that is being written from one that can be believed.
    """

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, BYTES)
        self._claim = b""

    def hold(self, claim: Claim, stop_at: float, reason: Reason) -> None:
        """The horse holds this claim now; its handler must stop at that moment."""
        self._claim = json.dumps(vars(claim)).encode()
        self.limit(stop_at, reason)

    def limit(self, stop_at: float, reason: Reason) -> None:
        """The handler of the claim held must stop at that moment, no longer at the one before."""
        content = _HEAD.pack(stop_at, _REASONS.index(reason), len(self._claim)) + self._claim
        self._page[: _SUM.size + len(content)] = _SUM.pack(zlib.crc32(content)) + content

    def rest(self) -> None:
        """The handler has ended, and nothing stops what follows. The claim stays until its outcome is known."""
        self.limit(math.inf, Reason.CLAIM_LOST)

    def clear(self) -> None:
        """The horse holds nothing."""
        self._claim = b""
        self.rest()

    def read(self) -> Held | None:
        """What is held; None when nothing is, or when the page is being written in this moment."""
        stop_at, index, length = _HEAD.unpack_from(self._page, _SUM.size)
        end = _SUM.size + _HEAD.size + length
        content = self._page[_SUM.size : end]
        if not length or _SUM.unpack_from(self._page)[0] != zlib.crc32(content):
            return None
        return Held(Claim(**json.loads(content[_HEAD.size :])), stop_at, _REASONS[index])


slate = Slate()  # of this process, and of the horses it forks
