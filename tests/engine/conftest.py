"""The engine's tests run on connections as workers have them."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.engine import pipeline
from dashboard.extensions import db


@pytest.fixture
def in_app(in_app: Flask) -> Flask:
    pipeline.install(db.engine)
    return in_app
