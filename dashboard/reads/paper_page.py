"""The paper page: one run's criteria beside the paper's pages with the evidence marked on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from dashboard.judging.evidence import Answer, Place, Quote
from dashboard.judging.judgement import Judged, JudgedRubric, Judgement
from dashboard.judging.places import address_of
from dashboard.reads import marks, pages, verdicts
from dashboard.reads.marks import Mark
from dashboard.reads.pages import Layer, PaperRun, Sheet


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `criterion` is a key (`neurips/limitations`); `text` the page whose words to show."""

    run: int | None = None
    rubric: str = ""
    answer: str = ""
    criterion: str = ""
    text: int | None = None


@dataclass(frozen=True)
class PaperPage:
    """What the page shows. `asked` is as it was answered: with the run and the rubric that are shown."""

    asked: Asked
    runs: tuple[PaperRun, ...]
    run: PaperRun
    judged: Judged | None
    sheets: tuple[Sheet, ...]

    @cached_property
    def rubric(self) -> JudgedRubric | None:
        return self.judged.rubric(self.asked.rubric) if self.judged else None

    @cached_property
    def criteria(self) -> tuple[Judgement, ...]:
        """Those of the rubric with the answer that was asked for; the chosen one is among them."""
        wanted, all_of_them = self.asked.answer, self.rubric.criteria if self.rubric else ()
        return tuple(one for one in all_of_them if wanted in ("", one.stands) or one.key == self.asked.criterion)

    @property
    def groups(self) -> list[tuple[str, list[Judgement]]]:
        """The criteria under the rubric's own headings."""
        return [(heading, list(under)) for heading, under in groupby(self.criteria, key=lambda one: one.group)]

    @cached_property
    def counts(self) -> Mapping[Answer, int]:
        """How many criteria of the rubric have each answer; only answers that were given."""
        counted = Counter(one.stands for one in self.rubric.criteria) if self.rubric else Counter()
        return {answer: counted[answer] for answer in Answer if counted[answer]}

    @cached_property
    def marks(self) -> Mapping[int, Sequence[Mark]]:
        """The marks of each page."""
        return marks.marks(self.criteria, self.asked.criterion)

    @cached_property
    def has_text(self) -> bool | None:
        return pages.has_text(self.run)

    @property
    def layer(self) -> str | None:
        """The file that holds the pages' words."""
        return self.run.files.get(pages.LINES)

    @property
    def is_waiting(self) -> bool:
        """Whether the run is still to leave something that this page shows."""
        return not self.run.is_over and (self.judged is None or pages.PICTURES not in self.run.files)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The page's address with those changes, as arguments for `url_for`; what says nothing is left out."""
        asked = replace(self.asked, **{"text": None, "criterion": "", **changes})
        told = {**vars(asked), "rubric": "" if asked.criterion else asked.rubric}  # The criterion's key names it.
        return {name: value for name, value in told.items() if value}

    def anchor(self, quote: Quote) -> str:
        """Where on the page a quote is to be seen."""
        return marks.anchor(quote)

    def pages_of(self, criterion: Judgement) -> list[int]:
        """The pages a criterion is quoted from."""
        return sorted({quote.page for quote in criterion.quotes if quote.verified})

    def also_marked(self, criterion: Judgement) -> list[Judgement]:
        return marks.also_marked(criterion, self.criteria)

    def words(self, number: int) -> Layer | None:
        """The words of a page, where they are to be seen at once: asked for, or with no picture under them."""
        return pages.words(self.layer, number) if self.layer else None

    def place(self, place: Place) -> str:
        """The address of a line of the repository; empty where its forge is not known."""
        return address_of(self.run.repository, place.commit, place.path, place.line)


def of_paper(paper_id: int, asked: Asked) -> PaperPage | None:
    """The page of that paper; None while there is no run to show. Three queries.

    Without a wish it shows the newest run that was judged, else the newest, and the first rubric.
    """
    runs = pages.of_paper(paper_id, asked.run)
    run = _chosen(runs, asked.run)
    if run is None:
        return None
    judged = verdicts.judged(run.id) if run.is_judged else None
    rubric = _rubric(judged, asked)
    return PaperPage(replace(asked, run=run.id, rubric=rubric), tuple(runs), run, judged, tuple(pages.sheets(run)))


def _chosen(runs: Sequence[PaperRun], wanted: int | None) -> PaperRun | None:
    if wanted is not None:
        return next((run for run in runs if run.id == wanted), None)
    return next((run for run in runs if run.is_judged), runs[0] if runs else None)


def _rubric(judged: Judged | None, asked: Asked) -> str:
    """The rubric of the chosen criterion, else the one asked for, else the first."""
    known = [rubric.id for rubric in judged.rubrics] if judged else []
    wishes = (asked.criterion.partition("/")[0], asked.rubric, *known[:1])
    return next((wish for wish in wishes if wish in known), "")
