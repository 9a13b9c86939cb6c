"""The benchmark of the search, on a paper whose sentences are known."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks.retrieval import measured
from tests.agents.reading import SAMPLES


def test_it_counts_the_quotes_that_are_among_the_nearest_and_no_others(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "good.pdf", tmp_path)
    said = {
        "states_code_available": {"quote": "Our code and the trained weights are available at", "page": 1},
        "reports_compute": {"quote": "words that stand nowhere in this paper", "page": 1},
        "has_ethics_statement": {"quote": None, "page": None},
        "has_error_bars_or_std": {"quote": "Deep networks keep both at a cost that a battery does not", "page": 1},
    }
    records = [
        {"file": "good.pdf", "ground_truth": {"evidence": said}},
        {"file": "not-there.pdf", "ground_truth": {"evidence": said}},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(records))
    found = measured(tmp_path, ["bm25"])
    assert (found["sought"], found["bm25"]["found"], found["bm25"]["recall@5"]) == (2, 1, 0.5)
    assert found["bm25"]["by flag"] == {"has_error_bars_or_std": "0/1", "states_code_available": "1/1"}
