"""`benchmarks/evidence.py` on two printed papers and one repository: real engine, real git server, one JSON object."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.papers.hosting import bare_repositories
from benchmarks.papers.pipeline import Reading
from benchmarks.papers.quotes import letters_of, quotes_of, unverified
from benchmarks.papers.scores import same_repository
from benchmarks.papers.tally import Tally, judged
from benchmarks.papers.truth import NoManifestError, Paper, read_papers, read_repositories
from dashboard.judging.evidence import Quote
from jobs.papers.document import Document
from jobs.papers.reader import extract
from tests.agents import scripts
from tests.agents.model_server import serving
from tests.papers.printing import lines, print_pdf
from tests.repositories.builder import GOOD, build

ROOT = Path(__file__).resolve().parents[2]
OPEN = (
    "# Learning to Sort Small Numbers",
    "# Abstract",
    "We sort numbers. Our code is available at https://github.com/lab/tiny.",
    "# 1 Experiments",
    "We trained with Adam, a learning rate of 0.001 and a batch size of 32.",
    "All runs use the random seed 42.",
)
CLOSED = ("# A Note on Sorting", "# Abstract", "We think about sorting.", "# 1 Introduction", "It is an old problem.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers, a broken one, one that is not there; a repository that is there and one that is not."""
    papers = tmp_path_factory.mktemp("papers")
    print_pdf(papers / "open.pdf", lines(OPEN))
    print_pdf(papers / "closed.pdf", lines(CLOSED))
    (papers / "broken.pdf").write_bytes(b"no paper")
    build(papers / "bare" / "lab+tiny" / "repo", GOOD)
    manifest = [
        paper("open.pdf", repo_url="https://github.com/lab/tiny/", mentions_seed=True, has_ethics_statement=None),
        paper("closed.pdf", repo_url=None, mentions_seed=True, has_ethics_statement=True, ambiguous=["mentions_seed"]),
        paper("broken.pdf", repo_url=None, mentions_seed=False),
        paper("gone.pdf"),
    ]
    truth = {"has_readme": True, "licence": "MIT", "has_tests": True, "notebook_count": 0, "weights": [], "odd": True}
    repositories = [{"repo": "lab/tiny", "ground_truth": truth}, {"repo": "lab/gone", "ground_truth": truth}]
    (papers / "manifest.json").write_text(json.dumps(manifest))
    (papers / "repos.json").write_text(json.dumps(repositories))
    return papers


def paper(file: str, **truth: Any) -> dict[str, Any]:
    return {"file": file, "pages": 1, "ground_truth": truth, "anything": ["else"]}


@pytest.fixture(scope="module")
def run(folder: Path) -> tuple[dict[str, Any], int]:
    """The object of one whole run, which is all there is on stdout; and how often the model was asked that the
    environment names."""
    command = [sys.executable, "benchmarks/evidence.py", "--papers", str(folder), "--repos", str(folder / "bare")]
    with serving(scripts.honest) as model:
        named = {**os.environ, "PAPERSNITCH_MODEL": "openai:scripted", "PAPERSNITCH_MODEL_URL": model.url}
        done = subprocess.run(
            [*command, "--json"], cwd=ROOT, env=named, capture_output=True, text=True, timeout=170, check=False
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), len(model.asked)


@pytest.fixture(scope="module")
def told(run: tuple[dict[str, Any], int]) -> dict[str, Any]:
    return run[0]


def test_a_model_is_not_asked_unless_the_command_says_so(run: tuple[dict[str, Any], int]) -> None:
    told, calls = run
    assert "model" not in told
    assert calls == 0


def test_it_counts_flags_without_the_ambiguous_and_the_unknown(told: dict[str, Any]) -> None:
    assert told["fields"] == {
        "has_ethics_statement": {"tp": 0, "fp": 0, "tn": 0, "fn": 1},
        "mentions_seed": {"tp": 1, "fp": 0, "tn": 0, "fn": 0},
    }
    assert told["strict"] == {"accuracy": 0.5, "mcc": None}


def test_it_counts_own_repositories(told: dict[str, Any]) -> None:
    assert told["own_repository"] == {"right": 1, "of": 1, "false_claims": 0}


def test_it_verifies_every_quote(told: dict[str, Any]) -> None:
    assert told["quotes"]["shown"] > 0
    assert told["quotes"]["unverified"] == 0


def test_it_fetches_repositories_from_the_folder_and_judges_their_facts(told: dict[str, Any]) -> None:
    assert told["repositories"] == {"right": 3, "of": 4}


def test_it_tells_what_failed_and_why(told: dict[str, Any]) -> None:
    reasons = {one.get("file") or one["repo"]: one["reason"] for one in told["failed"]}
    assert reasons.keys() == {"broken.pdf", "gone.pdf", "lab/gone"}
    assert "not a PDF" in reasons["broken.pdf"]
    assert "has no copy of https://github.com/lab/gone" in reasons["lab/gone"]


def test_a_folder_without_a_manifest_is_refused_in_plain_words(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.evidence", "--papers", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "manifest.json cannot be read" in done.stderr and "Traceback" not in done.stderr


def test_make_keeps_standard_output_clean_while_it_prepares(tmp_path: Path) -> None:
    talkative = tmp_path / "python"
    talkative.write_text("#!/bin/sh\necho Installing the packages\n")
    talkative.chmod(0o755)
    of = [f"PYTHON={talkative}", f"BIN={Path(sys.executable).parent}", f"PAPERS={tmp_path}", "JSON=1"]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # no make above this one
    command = ["make", "bench-evidence", *of]
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == ""
    assert "Installing the packages" in done.stderr and "manifest.json cannot be read" in done.stderr


def test_a_manifest_may_leave_out_nearly_everything(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('[{"file": "a.pdf"}, {"file": "b.pdf", "ground_truth": null}]')
    assert read_papers(tmp_path) == [Paper(tmp_path / "a.pdf", {}), Paper(tmp_path / "b.pdf", {})]
    assert read_repositories(tmp_path) == []


def test_a_manifest_that_is_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"file": "a.pdf"}')
    with pytest.raises(NoManifestError):
        read_papers(tmp_path)


def test_bare_repositories_are_found_in_either_layout(tmp_path: Path) -> None:
    build(tmp_path / "lab+one", GOOD)
    build(tmp_path / "lab+two" / "repo", GOOD)
    (tmp_path / "lab+none").mkdir()
    (tmp_path / "notes.txt").write_text("")
    assert bare_repositories(tmp_path) == {"lab/one": tmp_path / "lab+one", "lab/two": tmp_path / "lab+two" / "repo"}


def test_a_quote_that_is_not_printed_is_caught_though_the_stored_text_has_it(tmp_path: Path) -> None:
    document = document_of(tmp_path, "The seed is 42.")
    quote = document.quote(1, 0, 15)
    assert unverified({quote}, document, ["The seed\r\nis 42."]) == []
    assert unverified({quote}, document, ["The seed is 43."]) == [quote]


def test_a_quote_at_another_offset_is_caught_though_the_page_has_it(tmp_path: Path) -> None:
    document = document_of(tmp_path, "The seed is 42.")
    moved = Quote(1, 1, 16, "The seed is 42.")
    assert unverified({moved}, document, ["The seed is 42."]) == [moved]


def test_on_a_page_read_by_ocr_the_stored_text_alone_can_tell(tmp_path: Path) -> None:
    drawn = document_of(tmp_path, "The seed is 42.")
    scan = replace(drawn, pages=tuple(replace(page, ocr=True) for page in drawn.pages))
    quote, moved = scan.quote(1, 0, 15), Quote(1, 1, 16, "The seed is 42.")
    assert unverified({quote, moved}, scan, [""]) == [moved]
    assert unverified({quote}, drawn, [""]) == [quote]


def test_hyphens_ligatures_and_spaces_are_no_difference() -> None:
    assert letters_of("ef\ufb01cient opti-\nmi\ufffesation") == letters_of("efficient optimisation")


def test_quotes_are_found_wherever_a_file_holds_them() -> None:
    quote = {"page": 1, "start": 0, "end": 3, "text": "one", "boxes": [[0, 0, 1, 1]]}
    files = {"evidence.json": {"findings": [{"quote": quote}]}, "findings.json": {"rubrics": [{"quotes": [quote]}]}}
    assert quotes_of(Reading(Paper(Path("a.pdf"), {}), files=files)) == {Quote(1, 0, 3, "one")}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://github.com/Lab/Tiny", "http://www.github.com/lab/tiny.git/", True),
        ("https://github.com/lab/tiny/tree/main/code", "https://github.com/lab/tiny", True),
        ("https://github.com/lab/tiny", "https://github.com/lab/tiny2", False),
        ("https://lab.example.org/code.html", "http://lab.example.org/code.html/", True),
        ("https://lab.example.org/code.html", None, False),
        (None, None, True),
    ],
)
def test_addresses_of_one_repository_are_the_same(one: str | None, other: str | None, same: bool) -> None:
    assert same_repository(one, other) is same


def test_the_figures_of_a_tally() -> None:
    tally = sum((judged(True, True), judged(True, False), judged(False, False), judged(False, True)), Tally())
    assert tally == Tally(1, 1, 1, 1)
    assert (tally.accuracy, tally.precision, tally.recall, tally.mcc) == (0.5, 0.5, 0.5, 0.0)
    assert (Tally().accuracy, Tally(tp=2).mcc) == (None, None)


def document_of(folder: Path, sentence: str) -> Document:
    pdf = print_pdf(folder / "one.pdf", lines([sentence]))
    extract(folder, str(pdf))
    return Document.from_json((folder / "text.json").read_bytes())
