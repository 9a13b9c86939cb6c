"""A team into which rows are imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashboard.legacy.importing import Import, Told
from dashboard.legacy.mapping import Mapping
from dashboard.models import Team
from tests import factories
from tests.legacy.rows import SAMPLES, mapped

Importing = Callable[..., list[Told]]


@pytest.fixture
def team(in_app: Flask) -> Team:
    return factories.team()


@pytest.fixture
def bring(team: Team) -> Importing:
    """`bring(rows)` imports them for the team, with the sample PDFs at hand; what became of each."""

    def imported(
        rows: Iterable[dict[str, Any]], mapping: Mapping | None = None, folder: Path = SAMPLES, dry: bool = False
    ) -> list[Told]:
        return list(Import(mapping or mapped(), team.id, folder, dry).run(rows))

    return imported
