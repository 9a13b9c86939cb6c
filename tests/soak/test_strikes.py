"""An error of the site is excused for a moment by what struck it or its database, and by nothing else."""

from __future__ import annotations

import pytest

from tests.soak.client import OFTEN, Tally
from tests.soak.strikes import EXCUSED_SECONDS, EXCUSES, Struck, unexplained

ERROR = (100.0, "get /runs: 500")
REDIS = "Redis killed and started again"


@pytest.mark.parametrize("name", sorted(EXCUSES))
def test_a_strike_at_the_web_or_the_database_excuses_an_error_for_a_moment(name: str) -> None:
    assert unexplained([ERROR], [Struck(100.0 - EXCUSED_SECONDS, name)]) == []
    assert len(unexplained([ERROR], [Struck(99.0 - EXCUSED_SECONDS, name)])) == 1
    assert len(unexplained([ERROR], [Struck(100.5, name)])) == 1


def test_an_error_after_another_strike_names_that_strike() -> None:
    assert unexplained([ERROR], [Struck(98.0, REDIS)]) == [f"get /runs: 500, 2.0 s after: {REDIS}"]


def test_a_kind_of_request_that_was_asked_often_and_never_granted_is_counted() -> None:
    tally = Tally()
    for kind, status in (
        [("bulk", 404)] * OFTEN + [("skip", 409)] * (OFTEN - 1) + [("poll", 0)] * OFTEN + [("poll", 200)]
    ):
        tally.note(kind, status, "/")
    assert tally.never_granted() == 1
