"""The command `papersnitch`, run against a real site: web server, workers and all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from dashboard.cli import workflows
from dashboard.engine import definitions, tokens
from dashboard.extensions import db
from dashboard.models import Membership, User
from papersnitch_client.main import papersnitch
from tests.browser.site import Site, serving
from tests.browser.stage import Stage, new_stage

NOWHERE = {"PAPERSNITCH_URL": "", "PAPERSNITCH_TOKEN": "", "COLUMNS": "500"}


@dataclass(frozen=True)
class Terminal:
    """Somebody's terminal: its environment names site, token, and a file of their own."""

    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(papersnitch, [*map(str, arguments)], env=NOWHERE | self.environment, **options)

    def says(self, *arguments: object) -> str:
        """What a command that succeeds prints."""
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    def told(self, *arguments: object) -> Any:
        """The same with --json."""
        return json.loads(self.says(*arguments, "--json"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch, serving(tmp_path_factory.mktemp("client") / "home", patch) as running:
        with running.engine.app.app_context():
            record = workflows.read(workflows.DEFAULT)
            definitions.save(record["name"], record)
        yield running


@pytest.fixture
def stage(site: Site) -> Stage:
    """A new team, whose runs are carried out by the test."""
    return new_stage(site)


Terminals = Callable[..., Terminal]


@pytest.fixture
def terminals(site: Site, tmp_path: Path) -> Terminals:
    """`terminals(email)` is the terminal of that person, with a token that may do so much."""

    def opened(email: str, scope: str = "write") -> Terminal:
        with site.engine.app.app_context():
            person = select(Membership).join(User, User.id == Membership.user_id).where(User.email == email)
            member = db.session.scalars(person).one()
            token = tokens.make(member.user_id, member.team_id, "a terminal", scope, 7)
        environment = {"PAPERSNITCH_URL": site.url, "PAPERSNITCH_TOKEN": token}
        return Terminal(environment | {"PAPERSNITCH_CONFIG": str(tmp_path / "own" / "config.json")})

    return opened


@pytest.fixture
def terminal(terminals: Terminals, stage: Stage) -> Terminal:
    """Of the stage's admin."""
    return terminals(stage.email)
