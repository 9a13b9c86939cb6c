"""The doorbell may be out of order, but holds nobody up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from dashboard.engine import doorbell


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """The URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_redis_that_hangs_is_given_up_within_seconds(app: Flask, silent_redis: str) -> None:
    app.extensions["redis"] = doorbell.connect(silent_redis)
    began = time.monotonic()
    with app.app_context():
        doorbell.ring(["default", "net", "ai"])
    assert time.monotonic() - began < 2 * doorbell.PATIENCE_SECONDS
    app.extensions.pop("redis").close()
