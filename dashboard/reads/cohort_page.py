"""The page of a cohort: how its papers fare under one rubric, beside another cohort if asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import plots
from dashboard.judging.evidence import Answer
from dashboard.judging.rubric import Criterion, Rubric
from dashboard.judging.tally import Tally, tally
from dashboard.reads import cohorts, verdicts
from dashboard.reads.cohorts import Member
from dashboard.reads.prevalence import Gap, Prevalence, Spread, gap, percentiles, prevalence, spread

IN_A_ROW = 6

ByRun = Mapping[int, Mapping[str, Answer]]


@dataclass(frozen=True)
class CriterionRow:
    """A criterion with its answers in this cohort, and in the other one where two are compared."""

    id: str
    title: str
    group: str
    here: Prevalence
    there: Prevalence | None

    @property
    def gap(self) -> Gap | None:
        return gap(self.here.interval, self.there.interval) if self.there else None

    @property
    def stack(self) -> tuple[plots.Segment, ...]:
        """This cohort's answers as a bar."""
        here = self.here
        numbers = here.met, here.not_met, here.not_applicable, here.not_assessed
        return plots.stacked(dict(zip(map(str, Answer), numbers, strict=True)))

    @property
    def whiskers(self) -> tuple[plots.Whisker | None, ...]:
        """The share met, for each cohort on a line of its own; None where nothing was assessed."""
        lines = [(self.here, 8.5)] if self.there is None else [(self.here, 4.0), (self.there, 13.0)]
        return tuple(plots.whisker(of.interval, y) if of.interval else None for of, y in lines)


@dataclass(frozen=True)
class Ranked:
    """A judged paper: its answers, its score among the others', and the titles of the criteria it does not meet."""

    paper: Member
    answers: Mapping[str, Answer]
    counts: Tally
    percentile: float | None
    failing: tuple[str, ...]

    @property
    def first_failing(self) -> tuple[str, ...]:
        """As many of them as fit a row, else fewer and room to say that there are more."""
        return self.failing if len(self.failing) <= IN_A_ROW else self.failing[: IN_A_ROW - 2]

    @property
    def other_failing(self) -> tuple[str, ...]:
        return self.failing[len(self.first_failing) :]


@dataclass(frozen=True)
class Group:
    """One cohort's papers under the rubric: judged ones worst first, and those without answers under it."""

    ranked: tuple[Ranked, ...]
    waiting: tuple[Member, ...]
    spread: Spread | None

    @property
    def papers(self) -> int:
        return len(self.ranked) + len(self.waiting)

    @property
    def unscored(self) -> tuple[int, ...]:
        """Runs that were judged, but not by this rubric."""
        return tuple(one.judged_run for one in self.waiting if one.judged_run is not None)

    @property
    def under_way(self) -> int:
        """Papers whose newest run goes on, judged earlier or not."""
        return sum(one.is_under_way for one in [*self.waiting, *(one.paper for one in self.ranked)])


@dataclass(frozen=True)
class View:
    """All that the page shows."""

    rubric: Rubric
    criteria: tuple[CriterionRow, ...]
    here: Group
    there: Group | None

    @property
    def under_way(self) -> int:
        return self.here.under_way + (self.there.under_way if self.there else 0)

    @property
    def figures(self) -> list[tuple[Group, plots.Histogram]]:
        """The scores of each cohort that has any, all to one scale."""
        spreads = [(group, group.spread) for group in (self.here, self.there) if group and group.spread]
        tallest = max((plots.peak(found) for _, found in spreads), default=1.0)
        return [(group, plots.histogram(found, tallest)) for group, found in spreads]


def view(rubric: Rubric, version: str | None, cohort_id: int, other_id: int | None = None) -> View:
    """Read the page: four queries, whatever the number of papers and criteria. Without a version each paper counts
    as its own run judged it."""
    ids = [cohort_id] if other_id is None else [cohort_id, other_id]
    found = cohorts.members(ids)
    answers = verdicts.answers([one.judged_run for one in found if one.judged_run], rubric.id, version)
    titles = _titles(rubric.criteria, answers.values())
    here, *others = (_group([one for one in found if one.cohort_id == key], answers, titles) for key in ids)
    there = others[0] if others else None
    return View(rubric, tuple(_rows(rubric, titles, here, there)), here, there)


def _titles(criteria: Iterable[Criterion], answers: Iterable[Mapping[str, Answer]]) -> dict[str, str]:
    """Criteria in the rubric's order, then those only an older version of it asked, by name."""
    known = {criterion.id: criterion.title for criterion in criteria}
    older = sorted({key for found in answers for key in found} - known.keys())
    return known | {key: key.replace("_", " ") for key in older}


def _group(papers: Sequence[Member], answers: ByRun, titles: Mapping[str, str]) -> Group:
    judged = {
        one: answers[one.judged_run] for one in papers if one.judged_run is not None and one.judged_run in answers
    }
    counts = {one: tally(found.values()) for one, found in judged.items()}
    scores = {one.paper_id: float(count.score) for one, count in counts.items() if count.score is not None}
    places = percentiles(scores)
    ranked = [
        Ranked(one, found, counts[one], places.get(one.paper_id), _failing(found, titles))
        for one, found in judged.items()
    ]
    waiting = sorted((one for one in papers if one not in judged), key=_need)
    return Group(tuple(sorted(ranked, key=_badness)), tuple(waiting), spread(list(scores.values())))


def _failing(found: Mapping[str, Answer], titles: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(title for key, title in titles.items() if found.get(key) is Answer.NOT_MET)


def _badness(one: Ranked) -> tuple[bool, int, int, str]:
    """Worst first: the lowest score, then the most criteria not met; papers of which nothing was assessed last."""
    return one.counts.score is None, one.counts.score or 0, -one.counts.not_met, one.paper.title


def _need(one: Member) -> tuple[bool, bool]:
    """What failed first, then what goes on, then what was never started."""
    return one.run_id is None, one.is_under_way


def _rows(rubric: Rubric, titles: Mapping[str, str], here: Group, there: Group | None) -> Iterable[CriterionRow]:
    groups = {criterion.id: criterion.group for criterion in rubric.criteria}
    for key, title in titles.items():
        other = _prevalence(there, key) if there else None
        yield CriterionRow(key, title, groups.get(key, ""), _prevalence(here, key), other)


def _prevalence(group: Group, criterion: str) -> Prevalence:
    return prevalence(one.answers.get(criterion) for one in group.ranked)
