"""MariaDB alone: a race needs connections that really run beside each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import schemas


@pytest.fixture
def engine_url(mariadb_schema: schemas.Schema) -> Iterator[str]:
    """The URL of this pytest worker's empty MariaDB database."""
    yield mariadb_schema.url
    mariadb_schema.empty()
