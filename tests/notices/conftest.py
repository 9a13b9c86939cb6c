"""An installation that tells people: a mail server and a webhook's receiver of the test's own, and a team to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import update

from dashboard.config import Settings, from_environment
from dashboard.engine import claims, outcomes, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.clock import now
from dashboard.engine.deliveries import delivery
from dashboard.engine.outcomes import Failure
from dashboard.engine.transactions import transaction
from dashboard.models import Team, User, WorkflowDefinition
from tests import factories
from tests.letterbox import HOST, Letterbox, letterbox
from tests.notices.receiver import Receiver, receiver

BASE = "https://papers.example.org"


@dataclass(frozen=True)
class Scene:
    """A team of two and a workflow of one node."""

    team: Team
    ada: User
    bob: User
    workflow: WorkflowDefinition


@pytest.fixture
def engine_url(mariadb_schema: object) -> Iterator[str]:
    """MariaDB alone: nothing here is said in other words to SQLite but what the engine's own tests try on both."""
    yield mariadb_schema.url  # type: ignore[attr-defined]
    mariadb_schema.empty()  # type: ignore[attr-defined]


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as listening:
        yield listening


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


@pytest.fixture
def settings(environment: dict[str, str], box: Letterbox, hook: Receiver) -> Settings:
    told = {"SMTP_URL": f"smtp+plain://{HOST}:{box.port}", "MAIL_FROM": "papersnitch@example.org", "BASE_URL": BASE,
            "LETTER_MINUTES": "5", "WEBHOOK_PRIVATE_HOSTS": hook.host}  # fmt: skip
    return from_environment({**environment, **told})


@pytest.fixture
def scene(in_app: Flask) -> Scene:
    team = factories.team()
    ada, bob = factories.user(team, "admin"), factories.user(team)
    return Scene(team, ada, bob, factories.definition(nodes=[{"id": "only", "handler": "first"}], edges=[]))


def started(scene: Scene, by: User | None = None) -> int:
    """A run of Ada's, unless it is another's."""
    paper = factories.paper(scene.team)
    return runs.create_and_start(scene.workflow.id, paper.id, scene.team.id, {}, (by or scene.ada).id)


def taken() -> Claim:
    claim = claims.claim_next(Wish("default", "tester", 60.0))
    assert claim is not None
    return claim


def succeed() -> None:
    assert outcomes.succeed(taken(), {"score": 72}).landed


def fail(message: str = "it broke") -> None:
    assert outcomes.fail(taken(), Failure("ValueError", message, is_permanent=True)).landed


def make_due() -> None:
    """As if the time of every delivery had come."""
    with transaction() as connection:
        connection.execute(update(delivery).values(due_at=now()))
