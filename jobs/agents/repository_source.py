"""RepositorySource: the facts about the paper's repository as exhibits, and its files as the judge of every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.judging.evidence import Verdict
from dashboard.judging.material import RepositoryMaterial, no_repository
from dashboard.judging.proof import RepositoryText
from dashboard.judging.question import Obstacle, Question
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
        return RepositoryMaterial(self.facts, self.paper_type, self.obstacle).question(criterion)

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        stored = RepositoryText(self.snapshot.commit, self.snapshot.files, self.snapshot.texts)
        kept = tuple(place for place in verdict.places if stored.holds(place))
        false = [place for place in verdict.places if place not in kept]
        faults = [f"{place.path}:{place.line} does not say {place.text!r} at that commit." for place in false]
        if verdict.quotes:
            faults.append("A criterion about the repository rests on its files, not on the paper.")
        return replace(verdict, places=kept, quotes=()), faults


def repository_source(context: NodeContext) -> RepositorySource:
    """The repository as `fetch_repo` and `check_repo` left it."""
    paper_type = str(context.output_of("extract_evidence").get("paper_type", ""))
    obstacle = obstacle_of(context)
    if obstacle:
        return RepositorySource(NOTHING, {}, paper_type, obstacle)
    snapshot = snapshot_from(context.read_json("fetch_repo", "repository.json"))
    return RepositorySource(snapshot, context.read_json("check_repo", "repo_facts.json")["facts"], paper_type)


def obstacle_of(context: NodeContext) -> Obstacle | None:
    """Why the repository cannot be judged; None when it can."""
    return no_repository(context.upstream_outputs, context.workflow_input.get("repository") is not None)
