"""Twenty seconds of `make soak`; the long one takes ten minutes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.chaos.stage import Stage
from tests.soak import report, strikes
from tests.soak.soaking import soak

SECONDS = 20.0

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Servers of this test's own: strikes kill them."""
    try:
        made = Stage(Path(tempfile.mkdtemp(prefix="papersnitch-soak-")))
    except services.ServiceError as error:
        pytest.skip(f"Strikes kill servers, and need programs of this machine for that. {error}")
    yield made
    made.close()


def test_nothing_breaks_while_everything_is_struck(stage: Stage) -> None:
    soaked = soak(stage, SECONDS)
    told = "\n".join(report.lines(soaked))
    assert soaked.broken == {}, told
    assert soaked.struck.keys() == strikes.ALL.keys(), told
    assert {"web process", "worker", "horse", "sweeper", "MariaDB"} <= {growth.role for growth in soaked.growth}, told
