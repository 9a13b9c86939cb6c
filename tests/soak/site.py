"""The whole site in processes: web servers, workers and sweepers, of each kind some that nobody strikes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import sessions, tokens
from dashboard.models import Team
from tests import factories, services
from tests.chaos.stage import Stage
from tests.soak.client import Client, Tally

MODULE = "tests.soak.working"
QUEUES = "default,net,ai"
START_SECONDS = 60.0

Process = subprocess.Popen[bytes]


@dataclass
class Member:
    """A place in the site, and the process that holds it now. Who `stays` is struck by no fault of its own."""

    role: str
    stays: bool
    join: Callable[[], Process]
    process: Process = field(init=False)
    times: int = 0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process = self.join()
        self.times += 1

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None


class Site:
    """Two web servers, `workers` workers and two sweepers on the stage; the first of each kind stays."""

    def __init__(self, stage: Stage, workers: int = 3) -> None:
        self.stage, self.tally = stage, Tally()
        self._ports = [services.free_port() for _ in range(2)]
        self.addresses = [f"http://127.0.0.1:{port}" for port in self._ports]
        self.members = [
            *(Member("web", place == 0, self._joins_web(port)) for place, port in enumerate(self._ports)),
            *(Member("worker", place == 0, self._joins(QUEUES)) for place in range(workers)),
            *(Member("sweeper", place == 0, self._joins("sweeper")) for place in range(2)),
        ]

    def mortals(self, role: str) -> list[Member]:
        """Those of the role that may be struck."""
        return [member for member in self.members if member.role == role and not member.stays]

    def supervise(self) -> None:
        """As systemd or Kubernetes does: whoever has ended is started again."""
        for member in self.members:
            if member.has_ended:
                self.stage.crowd.leave(member.process)
                member.start()

    def await_web(self) -> None:
        """Return once both web servers answer."""
        give_up = time.monotonic() + START_SECONDS
        while not all(map(_answers, self.addresses)):
            assert time.monotonic() < give_up, self.stage.words()
            time.sleep(0.1)

    def program(self, team: Team, name: str) -> Client:
        """A program of a member of the team, with a token of its own and so with a rate limit of its own."""
        token = tokens.make(factories.user(team).id, team.id, name, "write", 7)
        return self._client({"Authorization": f"Bearer {token}"})

    def browser(self, team: Team) -> Client:
        """A browser in which a member of the team has signed in."""
        app = create_app(from_environment(self.stage.environment))
        browser, person = app.test_client(), factories.user(team)
        with browser.session_transaction() as session:
            session["_user_id"] = sessions.begin(person.id, "soak", None, "")
        cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return self._client({"Cookie": f"{cookie.key}={cookie.value}", "HX-Request": "true"})

    def roles(self) -> Mapping[int, str]:
        """The role of each process that is up, the database and Redis among them."""
        own = {member.process.pid: member.role for member in self.members if not member.has_ended}
        servers = {self.stage.database.pid: "MariaDB", self.stage.redis.pid: "Redis"}
        return own | {pid: role for pid, role in servers.items() if pid}

    def _client(self, headers: dict[str, str]) -> Client:
        return Client(self.addresses, self.tally, headers)

    def _joins(self, what: str) -> Callable[[], Process]:
        return lambda: self.stage.crowd.join(what, PAPERSNITCH_CHECK_LINKS="0")

    def _joins_web(self, port: int) -> Callable[[], Process]:
        return lambda: self.stage.crowd.join("web", HOST="127.0.0.1", PORT=str(port), WEB_PROCESSES="1")


def _answers(address: str) -> bool:
    try:
        return bool(requests.get(f"{address}/healthz", timeout=5).ok)
    except requests.RequestException:
        return False
