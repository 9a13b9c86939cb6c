"""A team of its own on a site that many tests share; its runs are carried out by the test, node by node."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from dashboard import passwords
from dashboard.engine import claims, cohorts, definitions, holding, outcomes, papers, progress, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.states import RunStatus
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, Membership, Paper, Team, User
from jobs.logbook import Logbook
from tests import factories
from tests.browser import by_hand
from tests.browser.site import PASSWORD, Site
from tests.views import conftest as acts

NODES = ("extract_text", "judge", "report")
LONGER_THAN_A_TEST = 3600
_number = itertools.count(1)


@dataclass(frozen=True)
class Stage:
    """Where the team's people sign in, and what its runs are made of: three nodes in a queue no worker serves."""

    site: Site
    team_id: int
    email: str
    workflow_id: int
    workflow: str

    @property
    def url(self) -> str:
        return self.site.url

    def person(self, role: str = "member") -> str:
        """The address of one more person in the team."""
        with self._in_app():
            team = db.session.get_one(Team, self.team_id)
            return factories.user(team, role, password_hash=passwords.hash_of(PASSWORD)).email

    def paper(self, title: str) -> int:
        with self._in_app():
            made = factories.paper(db.session.get_one(Team, self.team_id)).id
            papers.entitle(made, title)
            return made

    def cohort(self, name: str, *paper_ids: int) -> int:
        with self._in_app():
            made = cohorts.create(self.team_id, name, "", None)
            cohorts.add_papers(made, list(paper_ids), None)
            return made

    def run(self, title: str = "On Vessels") -> int:
        """A run whose first node is ready, on a new paper."""
        paper = self.paper(title)
        with self._in_app():
            return runs.create_and_start(self.workflow_id, paper, self.team_id, {}, None)

    def claim(self) -> Claim:
        """The first ready node of the team."""
        with self._in_app():
            taken = claims.claim_next(Wish(self.workflow, "a worker of the test", LONGER_THAN_A_TEST))
            assert taken is not None
            return taken

    def failed_run(self, title: str = "On Vessels", message: str = "the host said no") -> int:
        """A run whose first node failed for good, after two log lines."""
        run_id, claim = self.run(title), self.claim()
        with self._in_app():
            acts.fail(claim, message)
        return run_id

    def finish(self, run_id: int) -> None:
        """Carry out what is left of the run, which must be the team's only one with something to do."""
        for node in NODES:
            with self._in_app():
                outcomes.succeed(self.claim(), {"node": node, "run": run_id})

    def finished_run(self, title: str = "On Vessels") -> int:
        run_id = self.run(title)
        self.finish(run_id)
        return run_id

    def judged_runs(self, *answers: Mapping[str, str]) -> list[int]:
        """Finished runs of one paper, whose checks gave those answers to criteria of the NeurIPS rubric."""
        paper = self.paper("On Vessels")
        with self._in_app():
            return [by_hand.judge(db.session.get_one(Paper, paper), one) for one in answers]

    def status_of(self, run_id: int) -> str:
        with self._in_app():
            return progress.of_run(run_id).status

    def acts(self, action: str) -> int:
        """How often somebody of the team did that."""
        with self._in_app():
            wanted = (AuditEvent.team_id == self.team_id, AuditEvent.action == action)
            return db.session.scalar(select(func.count()).select_from(AuditEvent).where(*wanted)) or 0

    def at_work(self, title: str = "On Vessels") -> tuple[int, Work]:
        """A run, and its first node in the hands of a worker."""
        run_id = self.run(title)
        return run_id, Work(self, Logbook(self.claim()))

    def close_to(self, email: str) -> None:
        """That person is in the team no more."""
        with self._in_app(), writing() as session:
            person = session.scalars(select(User).where(User.email == email)).one()
            session.execute(delete(Membership).where(Membership.user_id == person.id))

    def pause_by_turns(self, run_id: int) -> None:
        """The run pauses, or goes on."""
        with self._in_app():
            is_paused = progress.of_run(run_id).status == RunStatus.PAUSED
            (runs.resume if is_paused else runs.pause)(run_id, None)

    def hold_by_turns(self, run_id: int, node_id: str) -> None:
        """The node will be held for another reason, or no more."""
        with self._in_app():
            is_held = factories.node_of(run_id, node_id).hold_reason
            holding.release(run_id, node_id, None) if is_held else holding.hold(run_id, node_id, "Wait.", None)

    @contextmanager
    def _in_app(self) -> Iterator[None]:
        with self.site.engine.app.app_context():
            yield


@dataclass(frozen=True)
class Work:
    """A node at work: each turn writes a line and says how far it is."""

    stage: Stage
    book: Logbook

    def turn(self, number: int, of: int = 100) -> None:
        self.book.add("info", f"step {number} of {of}")
        self.book.report(number, of)
        with self.stage._in_app():
            self.book.write()


def new_stage(site: Site) -> Stage:
    with site.engine.app.app_context():
        team, name = factories.team(), f"by_hand_{next(_number)}"
        email = factories.user(team, "admin", password_hash=passwords.hash_of(PASSWORD)).email
        nodes = [{"id": node, "handler": node, "queue": name} for node in NODES]
        workflow = definitions.save(name, {"nodes": nodes, "edges": [*itertools.pairwise(NODES)]})
        return Stage(site, team.id, email, workflow.id, name)
