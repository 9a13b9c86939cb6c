"""What kind of paper it is, by its title and by what its abstract introduces first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs.papers.document import Document
from jobs.papers.paper_type import guess_type

Read = Callable[..., Document]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("A Survey of Signal Filters", "review"),
        ("SoK: Signal Filters in the Wild", "review"),
        ("A Perspective on Signals", "review"),
        ("Signalfilter: ein Überblick", "review"),
        ("信号滤波综述", "review"),
        ("Finding a Helpful Product Review", "method"),
        ("Waves: a Corpus of Small Signals", "dataset"),
        ("WaveBench: Filters Compared", "benchmark"),
        ("A Benchmark for Small Filters", "benchmark"),
        ("Small Filters That Learn", "method"),
    ],
)
def test_it_tells_by_the_title(read_lines: Read, title: str, kind: str) -> None:
    assert guess_type(read_lines("# Abstract", "Some words.", "# 1 Introduction", "More words."), title) == kind


@pytest.mark.parametrize(
    ("abstract", "kind"),
    [
        ("In this survey, we order the field.", "review"),
        ("This article reviews ten years of filters.", "review"),
        ("We introduce Waves, a large dataset of signals.", "dataset"),
        ("We present Waves, a collection of 9,280 summaries.", "dataset"),
        ("We introduce Waves, a benchmark for filters.", "benchmark"),
        ("We propose a new method for filters. We also release a dataset.", "method"),
        ("We introduce a dataset of waves. We present a baseline model for it.", "dataset"),
        ("We review the literature and propose a new framework.", "method"),
        ("We evaluate on two datasets.", "method"),
    ],
)
def test_it_tells_by_what_the_abstract_introduces(read_lines: Read, abstract: str, kind: str) -> None:
    document = read_lines("# Abstract", abstract, "# 1 Introduction", "Some words.")
    assert guess_type(document, "Small waves") == kind


def test_it_knows_theory_by_its_proofs(read_lines: Read) -> None:
    proofs = [line for n in range(1, 7) for line in (f"Theorem {n}. Waves add up.", "Proof. By induction.")]
    assert guess_type(read_lines("# 1 Introduction", "Some words.", *proofs), "Waves") == "theory"
    assert guess_type(read_lines("# 1 Introduction", "# 4 Experiments", "Words.", *proofs), "Waves") == "method"
