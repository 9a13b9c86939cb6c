"""How often a search finds what a person found: `python -m benchmarks.retrieval --papers DIR`.

DIR holds PDFs and `manifest.json` with a person's quote for each flag of a paper. The query is the one the checks use
for the criterion that asks the same; a quote is found when one of the five nearest passages holds most of it. Beside
BM25, which the checks use, embeddings are measured where the package wordllama is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.embeddings import JointSearch, MeaningSearch
from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Answer, Quote
from dashboard.judging.rubric import load
from jobs.agents.passages import Passage, of_paper
from jobs.agents.queries import query_for
from jobs.agents.quotable import Quotable
from jobs.agents.search import Search, WordSearch
from jobs.confined import RefusalError
from jobs.papers.document import Document
from jobs.papers.extraction import extract
from jobs.papers.pdfium import opened

NEAREST = 5
NOBODY = Answer.NOT_ASSESSED
# No rubric asks for a seed: the question is what a rubric of one's own would ask.
SEED = Criterion("own", "seed", "Random seed", "Is the seed stated?", "paper", NOBODY, NOBODY, evidence=("seed",))
ASKED_BY = {
    "states_code_available": "neurips/open_access",
    "mentions_dataset": "pineau/dataset_statistics",
    "mentions_seed": SEED.key,
    "reports_hyperparameters": "pineau/hyperparameters",
    "reports_compute": "pineau/infrastructure",
    "has_limitations_section": "neurips/limitations",
    "has_ethics_statement": "neurips/broader_impacts",
    "has_error_bars_or_std": "neurips/error_bars",
}
WAYS: Mapping[str, Callable[[list[str]], Search]] = {
    "bm25": WordSearch, "wordllama": MeaningSearch, "both": JointSearch,
}  # fmt: skip


@dataclass(frozen=True)
class Sought:
    """A person's quote on a flag, and where it stands in the paper's stored text."""

    flag: str
    page: int
    start: int
    end: int


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    options.add_argument("--papers", type=Path, required=True)
    names = list(WAYS) if find_spec("wordllama") else ["bm25"]
    print(json.dumps(measured(options.parse_args().papers, names), indent=2))


def measured(folder: Path, names: list[str]) -> dict[str, Any]:
    """How many quotes were sought, and for each way to search what `told` says."""
    sought: list[Sought] = []
    found: dict[str, list[Sought]] = {name: [] for name in names}
    seconds: Counter[str] = Counter()
    for document, evidence in read(folder):
        mine = located(document, evidence)
        passages = of_paper(document, [page.text for page in document.pages])
        sought += mine
        for name in names:
            begun = perf_counter()
            search = WAYS[name]([passage.searched for passage in passages])
            found[name] += [one for one in mine if is_found(one, passages, search)]
            seconds[name] += perf_counter() - begun
    return {"sought": len(sought), **{name: told(found[name], sought, seconds[name]) for name in names}}


def told(found: list[Sought], sought: list[Sought], seconds: float) -> dict[str, Any]:
    """The recall, in all and by flag, and the seconds to index and ask."""
    total, hits = (Counter(one.flag for one in those) for those in (sought, found))
    return {
        f"recall@{NEAREST}": round(len(found) / len(sought), 3) if sought else None,
        "found": len(found),
        "by flag": {flag: f"{hits[flag]}/{count}" for flag, count in sorted(total.items())},
        "seconds": round(seconds, 2),
    }


def read(folder: Path) -> Iterator[tuple[Document, Mapping[str, Any]]]:
    """The text of each paper that can be read, with what a person quoted of it."""
    for record in json.loads((folder / "manifest.json").read_text()):
        try:
            with opened(str(folder / record["file"])) as document:
                yield extract(document), record["ground_truth"].get("evidence") or {}
        except (RefusalError, OSError) as error:
            print(f"{record['file']}: {error}", file=sys.stderr)


def located(document: Document, evidence: Mapping[str, Any]) -> list[Sought]:
    """Where each quote stands."""
    said = {flag: one for flag, one in evidence.items() if flag in ASKED_BY and one and one.get("quote")}
    pages = {flag: (one["page"], Quotable(document.page(one["page"]).text)) for flag, one in said.items()}
    spans = {flag: (page, words.find(said[flag]["quote"])) for flag, (page, words) in pages.items()}
    return [Sought(flag, page, *span) for flag, (page, span) in spans.items() if span]


def is_found(sought: Sought, passages: Sequence[Passage[Quote]], search: Search) -> bool:
    nearest = (passages[number].where for number in search.best(query_for(criterion_of(sought.flag)), NEAREST))
    return any(_overlap(sought, where) > (sought.end - sought.start) / 2 for where in nearest)


def criterion_of(flag: str) -> Criterion:
    rubric, _, name = ASKED_BY[flag].partition("/")
    return SEED if ASKED_BY[flag] == SEED.key else next(one for one in load(rubric).criteria if one.id == name)


def _overlap(sought: Sought, passage: Quote) -> int:
    if sought.page != passage.page:
        return 0
    return min(sought.end, passage.end) - max(sought.start, passage.start)


if __name__ == "__main__":
    main()
