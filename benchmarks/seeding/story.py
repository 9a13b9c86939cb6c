"""The story of an installation: which team ran which paper when, over two years, up to the runs of this minute."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from benchmarks.seeding import fates, lines, people
from benchmarks.seeding.judged import Judgement
from benchmarks.seeding.past import Keys, Past, Told
from benchmarks.seeding.people import RUNS_A_PAPER, Lab, Workflow
from dashboard.engine.dag import Dag

LASTS = timedelta(days=2 * 365)
LATELY = 30  # papers of a team that may run once more
UNFINISHED = 1000  # one run of that many is under way, and at least one of each kind where there are enough
COHORTS = {"Workshop 2023": 20, "Conference 2024": 200, "Conference 2025": 200}  # papers in each, if the team has them
LONG_LOG_TITLE = "The paper with the long log"
LONG_LOG_NODE = "extract_evidence"


@dataclass(frozen=True)
class Size:
    """How much: finished and unfinished runs, log lines in all, and those of the longest log."""

    runs: int
    logs: int
    longest_log: int


@dataclass
class Story:
    """Tells the runs one by one; the same seed tells the same."""

    size: Size
    labs: Sequence[Lab]
    workflows: Sequence[Workflow]
    judgements: Sequence[Judgement]
    keys: Keys
    chance: random.Random
    papers: dict[int, list[int]] = field(default_factory=dict)
    runs_of: dict[int, int] = field(default_factory=dict)

    def tell_all(self, past: Past) -> Iterator[int]:
        """Write everything down; yields how many runs there are, after each."""
        now = datetime.now(UTC).replace(tzinfo=None)
        self._tell_long_log(past, now - LASTS)
        states, under_way = cycle(fates.UNDER_WAY), self._under_way()
        usual, first = self.size.logs - self.size.longest_log, self.keys.next["node_log"]
        for number in range(1, self.size.runs):
            share = usual * number // max(1, self.size.runs - 1) - (self.keys.next["node_log"] - first)
            if number < self.size.runs - under_way:
                began = now - LASTS + (LASTS - timedelta(hours=1)) * number / self.size.runs
                past.tell(self._run(past, fates.finished(self._shape(number), self.chance), number, began, share))
            else:
                fate = fates.under_way(self._shape(number), next(states), self.chance)
                past.tell(self._run(past, fate, number, now - timedelta(minutes=30), share))
            yield number + 1
        self._tell_cohorts(past)
        past.flush()

    def _under_way(self) -> int:
        return min(self.size.runs // 4, max(len(fates.UNDER_WAY), self.size.runs // UNFINISHED))

    def _workflow(self, number: int) -> Workflow:
        """Its versions followed each other."""
        return self.workflows[number * len(self.workflows) // self.size.runs]

    def _shape(self, number: int) -> Dag:
        return self._workflow(number).shape

    def _run(self, past: Past, fate: fates.Fate, number: int, began: datetime, log_lines: int) -> Told:
        lab = self.chance.choices(self.labs, [lab.share for lab in self.labs])[0]
        paper_id = self._paper(past, lab, began)
        return Told(lab, self._workflow(number), paper_id, fate, began, self.chance.choice(self.judgements), log_lines)

    def _paper(self, past: Past, lab: Lab, at: datetime, title: str = "") -> int:
        """A new paper now and then, else one of the team's last ones."""
        count = self.runs_of[lab.id] = self.runs_of.get(lab.id, 0) + 1
        known = self.papers.setdefault(lab.id, [])
        if known and not title and count % RUNS_A_PAPER:
            return self.chance.choice(known[-LATELY:])
        key = self.keys.take("paper")
        row = people.paper(key, lab, at, self.chance)
        past.sheets["paper"].add({**row, "title": title or row["title"]})
        known.append(key)
        return key

    def _tell_long_log(self, past: Past, began: datetime) -> None:
        lab, workflow = self.labs[0], self.workflows[0]
        passed = fates.succeeded(workflow.shape)
        paper_id = self._paper(past, lab, began, LONG_LOG_TITLE)
        run_id = past.tell(Told(lab, workflow, paper_id, passed, began, self.judgements[0], 0))
        place = [spec.id for spec in workflow.shape.nodes].index(LONG_LOG_NODE)
        first_node = self.keys.next["workflow_node"] - len(workflow.shape.nodes)
        past.tell_log(run_id, first_node + place, 1, began, list(lines.long_log(self.size.longest_log)))

    def _tell_cohorts(self, past: Past) -> None:
        at = datetime.now(UTC).replace(tzinfo=None)
        for lab in self.labs:
            papers = iter(self.papers.get(lab.id, []))
            for name, size in COHORTS.items():
                key = self.keys.take("cohort")
                past.sheets["cohort"].add({
                    "id": key, "team_id": lab.id, "name": name, "description": "", "created_by": lab.users[0],
                    "created_at": at,
                })  # fmt: skip
                for paper_id in islice(papers, size):
                    past.sheets["cohort_paper"].add({"cohort_id": key, "paper_id": paper_id, "added_at": at})
