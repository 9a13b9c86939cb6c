"""Programs with tokens of the lab's people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from dashboard.engine import tokens
from tests import factories
from tests.views.conftest import Browser, Lab, make_lab
from tests.views.conftest import failed as failed
from tests.views.conftest import finished as finished
from tests.views.conftest import lab as lab
from tests.views.conftest import member as member
from tests.views.conftest import running as running
from tests.views.conftest import sign_in as sign_in

BASE = "/api/v1"


@dataclass(frozen=True)
class Program:
    """A script with a token: asks below /api/v1, or where a `next` or `Location` leads."""

    client: Browser
    token: str

    def get(self, address: str, **options: Any) -> TestResponse:
        return self._open("GET", address, **options)

    def post(self, address: str, **options: Any) -> TestResponse:
        return self._open("POST", address, **options)

    def told(self, address: str) -> Any:
        answer = self.get(address)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def _open(self, method: str, address: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        address = address if address.startswith(BASE) else BASE + address
        return self.client.open(address, method=method, headers=headers, **options)


Hire = Callable[..., Program]


@pytest.fixture
def hire(app: Flask) -> Hire:
    """A program of the lab's person in that role, whose token may do so much."""
    app.test_client_class = Browser

    def hired(of: Lab, role: str = "member", scope: str = "write") -> Program:
        with app.app_context():
            token = tokens.make(factories.id_of(of.emails[role]), of.team_id, "a script", scope, 7)
        return Program(app.test_client(), token)  # type: ignore[arg-type]

    return hired


@pytest.fixture
def program(hire: Hire, lab: Lab) -> Program:
    """A member's, which may write."""
    return hire(lab)


@pytest.fixture
def stranger(app: Flask, hire: Hire) -> Program:
    """Of another team."""
    with app.app_context():
        other = make_lab()
    return hire(other, "admin", "admin")


def is_problem(answer: TestResponse, status: int) -> bool:
    """Whether the answer is that problem, as RFC 9457 writes it."""
    told = answer.get_json() if answer.content_type == "application/problem+json" else {}
    return answer.status_code == status and told.get("status") == status and bool(told["title"] and told["detail"])
