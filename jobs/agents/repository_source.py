"""RepositorySource: the facts about the paper's repository as exhibits, and its files as the judge of every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.judging.evidence import Answer, Place, Verdict
from dashboard.judging.question import Exhibit, Obstacle, Question
from dashboard.judging.rubric import Criterion
from jobs.context import NodeContext
from jobs.repositories.snapshot import Snapshot, snapshot_from

NOTHING = Snapshot(commit="", url="", files={}, texts={})


@dataclass(frozen=True)
class RepositorySource:
    """The repository at its commit, and the facts stated about it; `obstacle` says why there is none to judge."""

    snapshot: Snapshot
    facts: Mapping[str, Mapping[str, Any]]
    paper_type: str = ""
    obstacle: Obstacle | None = None

    def question(self, criterion: Criterion) -> Question:
        if not criterion.applies(self.paper_type):
            reason = f"Not asked of a {self.paper_type} paper."
            return Question(criterion, obstacle=Obstacle(Answer.NOT_APPLICABLE, reason))
        if self.obstacle:
            return Question(criterion, obstacle=self.obstacle)
        return Question(criterion, tuple(self._exhibit(name) for name in criterion.evidence))

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        kept = tuple(place for place in verdict.places if self._holds(place))
        false = [place for place in verdict.places if place not in kept]
        faults = [f"{place.path}:{place.line} does not say {place.text!r} at that commit." for place in false]
        if verdict.quotes:
            faults.append("A criterion about the repository rests on its files, not on the paper.")
        return replace(verdict, places=kept, quotes=()), faults

    def _exhibit(self, name: str) -> Exhibit:
        fact = self.facts.get(name, {"value": None, "places": (), "note": ""})
        present = None if fact["value"] is None else bool(fact["value"])
        places = tuple(Place(**place) for place in fact["places"])
        return Exhibit(name, present, places=places, note=fact["note"])

    def _holds(self, place: Place) -> bool:
        """Whether that very line stands in that file at the commit; of a file as a whole, whether it is there."""
        if place.commit != self.snapshot.commit or place.path not in self.snapshot.files:
            return False
        lines = self.snapshot.lines(place.path)
        if place.line == 0:
            return True
        return 0 < place.line <= len(lines) and self.snapshot.place(place.path, place.line).text == place.text


def repository_source(context: NodeContext) -> RepositorySource:
    """The repository as `fetch_repo` and `check_repo` left it."""
    paper_type = str(context.output_of("extract_evidence").get("paper_type", ""))
    obstacle = obstacle_of(context)
    if obstacle:
        return RepositorySource(NOTHING, {}, paper_type, obstacle)
    snapshot = snapshot_from(context.read_json("fetch_repo", "repository.json"))
    return RepositorySource(snapshot, context.read_json("check_repo", "repo_facts.json")["facts"], paper_type)


def obstacle_of(context: NodeContext) -> Obstacle | None:
    """Why the repository cannot be judged; None when it can. Somebody else's repository proves nothing."""
    chosen = context.output_of("validate_links").get("repository") or {}
    fetched = context.output_of("fetch_repo")
    if context.workflow_input.get("repository") is None:
        if context.output_of("ingest_pdf").get("scanned"):
            return Obstacle(Answer.NOT_ASSESSED, "The PDF has no text, so its repository could not be looked up.")
        if chosen and not chosen.get("own"):
            return Obstacle(Answer.NOT_MET, f"The paper names no repository of its own; it only cites {chosen['url']}.")
    if fetched.get("found"):
        return None
    answer = Answer.NOT_MET if fetched.get("absent") else Answer.NOT_ASSESSED
    return Obstacle(answer, str(fetched.get("reason") or "The repository was not fetched."))
