"""The slate: what a process writes, the one that forked it reads, and never half of it."""

from __future__ import annotations

import math
import os

from dashboard.engine.claims import Claim
from jobs.slate import Held, Reason, Slate

CLAIM = Claim(7, "Übersicht", 3, "extract_text", "default", 2, 1, 900, "f" * 32, "host:12")


def test_the_worker_reads_what_its_horse_wrote() -> None:
    slate = Slate()
    pid = os.fork()
    if pid == 0:
        slate.hold(CLAIM, 12.5, Reason.DEADLINE)
        os._exit(0)
    os.waitpid(pid, 0)
    assert slate.read() == Held(CLAIM, 12.5, Reason.DEADLINE)


def test_a_limit_takes_the_place_of_the_one_before() -> None:
    slate = Slate()
    slate.hold(CLAIM, 12.5, Reason.DEADLINE)
    slate.limit(11.0, Reason.CANCELLED)
    assert slate.read() == Held(CLAIM, 11.0, Reason.CANCELLED)


def test_a_claim_at_rest_is_held_without_an_end() -> None:
    slate = Slate()
    slate.hold(CLAIM, 12.5, Reason.DEADLINE)
    slate.rest()
    held = slate.read()
    assert held is not None
    assert (held.claim, held.stop_at, held.is_overdue(1e12)) == (CLAIM, math.inf, False)


def test_nothing_is_held_at_first_and_after_clearing() -> None:
    slate = Slate()
    assert slate.read() is None
    slate.hold(CLAIM, 12.5, Reason.DEADLINE)
    slate.clear()
    assert slate.read() is None


def test_a_page_half_written_is_not_believed() -> None:
    """Seen to fail with the checksum taken out: some byte of the token, the attempt or the moment was another's."""
    slate = Slate()
    slate.hold(CLAIM, 12.5, Reason.DEADLINE)
    whole = slate._page[:200]
    slate.hold(Claim(**{**vars(CLAIM), "attempt": 3, "token": "0" * 32}), 99.5, Reason.DEADLINE)
    for length in range(4, 100):
        torn = slate._page[:200]
        slate._page[:length] = whole[:length]
        assert slate.read() in (None, Held(CLAIM, 12.5, Reason.DEADLINE))
        slate._page[:200] = torn


def test_the_longest_names_fit() -> None:
    slate = Slate()
    wide = Claim(2**62, "📚" * 100, 2**62, "📚" * 100, "📚" * 100, 9, 9, 2**31, "f" * 32, "📚" * 200)
    slate.hold(wide, 1.0, Reason.DEADLINE)
    assert slate.read() == Held(wide, 1.0, Reason.DEADLINE)
