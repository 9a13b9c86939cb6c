"""A way to call `flask` commands on the test's application."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

Flasked = Callable[..., Result]


@pytest.fixture
def flask(in_app: Flask) -> Flasked:
    """`flask("retry", 3)` runs that command; the result has `exit_code` and `output`."""
    runner = in_app.test_cli_runner()

    def call(*words: object, **options: object) -> Result:
        return runner.invoke(args=[str(word) for word in words], **options)

    return call
