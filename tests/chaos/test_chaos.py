"""The short version of every fault; `make chaos` plays the long one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.chaos import faults
from tests.chaos.stage import Stage

SHORT = 0.02

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Servers of this pytest worker's own: faults kill them."""
    try:
        made = Stage(Path(tempfile.mkdtemp(prefix="papersnitch-chaos-")))
    except services.ServiceError as error:
        pytest.skip(f"Faults kill servers, and need programs of this machine for that. {error}")
    yield made
    made.close()


@pytest.mark.parametrize("name", faults.names())
def test_no_invariant_breaks_under(stage: Stage, name: str) -> None:
    fault = faults.load(name)
    with stage.cleared(name):
        trial = fault.run(stage, SHORT)
        assert trial.broken == {}, f"{trial.remark}\n{stage.words()}"
    assert trial.tried > 0, "the fault never struck"
