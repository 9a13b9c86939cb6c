"""`benchmarks/evidence.py --model` over real HTTP: what rules and the model say of two papers, and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.papers.criteria import PAIRS, Pair
from benchmarks.papers.pipeline import Reading
from benchmarks.papers.tally import Tally
from benchmarks.papers.tell_voices import as_lines
from benchmarks.papers.truth import Paper
from benchmarks.papers.voices import Heard, compare
from dashboard.judging.rubric import load
from tests.agents import scripts
from tests.agents.model_server import Asked, ModelServer, Script, Turn, serving
from tests.papers.printing import lines, print_pdf

ROOT = Path(__file__).resolve().parents[2]
NAME = "openai:scripted"
TOKENS = 990  # of every answer of the scripted server
TOLD = (
    "# Learning to Sort Receipts",
    "# Abstract",
    "We sort what a bakery sells. We wrote down ten thousand loaves in a shop of our own.",
    "# 1 Experiments",
    "We trained with Adam, a learning rate of 0.001 and a batch size of 32.",
    "# 2 Closing words",
    "Cakes confuse it, and that is left to others.",
)
UNTOLD = ("# A Note on Sorting", "# Abstract", "We think about sorting.", "# 1 Introduction", "It is an old problem.")
# What the first paper says on a criterion, where a reader would look for it.
SAYS = {
    "pineau/dataset_statistics": "We wrote down ten thousand loaves",
    "pineau/hyperparameters": "a learning rate of 0.001",
    "neurips/limitations": "Cakes confuse it",
}


def careful(asked: Asked) -> Turn:
    """Met by the words that say so, not met where they are not shown, and silent on everything else."""
    words = SAYS.get(asked.criterion["id"])
    if words is None:
        return Turn(scripts.answer("not_assessed", "I cannot tell."))
    found = next((passage["id"] for passage in asked.passages if words in passage["text"]), None)
    return Turn(scripts.answer("met", "It says so.", (found, words)) if found else scripts.answer("not_met", "No."))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A paper that tells and one that does not, with what people found."""
    papers = tmp_path_factory.mktemp("papers")
    print_pdf(papers / "told.pdf", lines(TOLD))
    print_pdf(papers / "untold.pdf", lines(UNTOLD))
    names = ("mentions_dataset", "reports_hyperparameters", "has_limitations_section", "mentions_seed")
    truth = {"told.pdf": dict.fromkeys(names, True), "untold.pdf": dict.fromkeys(names, False)}
    truth["untold.pdf"]["has_error_bars_or_std"] = True
    unsure = {"ambiguous": ["has_error_bars_or_std"]}
    manifest = [{"file": file, "ground_truth": {**flags, **unsure}} for file, flags in truth.items()]
    (papers / "manifest.json").write_text(json.dumps(manifest))
    return papers


@contextmanager
def asked(script: Script, folder: Path, *more: str, **settings: str) -> Iterator[tuple[dict[str, Any], ModelServer]]:
    """The object of one whole run in which the scripted server was asked."""
    with serving(script) as server:
        prices = {"PAPERSNITCH_MODEL_PRICE_IN": "2", "PAPERSNITCH_MODEL_PRICE_OUT": "10"}
        environment = {**_plain(), "PAPERSNITCH_MODEL_URL": server.url, **prices, **settings}
        done = _run(["--papers", str(folder), "--json", *more], environment)
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout), server


@pytest.fixture(scope="module")
def read(folder: Path) -> Iterator[tuple[dict[str, Any], ModelServer]]:
    """By a careful model."""
    with asked(careful, folder, "--model", NAME) as both:
        yield both


@pytest.fixture(scope="module")
def told(read: tuple[dict[str, Any], ModelServer]) -> dict[str, Any]:
    return read[0]


@pytest.fixture(scope="module")
def lied(folder: Path) -> dict[str, Any]:
    """By a model that calls everything met, with words nobody wrote; named by the environment."""
    with asked(scripts.inventing, folder, "--model", PAPERSNITCH_MODEL=NAME) as (record, _):
        return record


def test_it_finds_what_rules_miss_and_what_stands_is_still_the_rules(told: dict[str, Any]) -> None:
    limitations = told["model"]["fields"]["has_limitations_section"]
    assert limitations["rules"] == counts(tn=1, fn=1)
    assert limitations["model"] == counts(tp=1, tn=1)
    assert limitations["stands"] == counts(tn=1, fn=1)


def test_the_model_answers_where_rules_cannot(told: dict[str, Any]) -> None:
    dataset = told["model"]["fields"]["mentions_dataset"]
    assert dataset["rules"] == counts(not_assessed=2)
    assert dataset["model"] == dataset["stands"] == counts(tp=1, not_assessed=1)


def test_what_both_find_stands(told: dict[str, Any]) -> None:
    voices = told["model"]["fields"]["reports_hyperparameters"]
    assert voices["rules"] == voices["model"] == voices["stands"] == counts(tp=1, tn=1)


def test_only_flags_with_a_criterion_that_people_were_sure_of_are_compared(told: dict[str, Any]) -> None:
    assert told["model"]["fields"].keys() == {"mentions_dataset", "reports_hyperparameters", "has_limitations_section"}


def test_it_tells_what_was_used(read: tuple[dict[str, Any], ModelServer]) -> None:
    told, server = read[0]["model"], read[1]
    assert told["name"] == NAME
    assert told["calls"] == len(server.asked) > 20
    assert told["tokens"] == told["calls"] * TOKENS
    assert told["cost"] == pytest.approx(told["calls"] * (900 * 2 + 90 * 10) / 1_000_000)
    assert told["seconds"] > 0


def test_nothing_a_lying_model_says_is_met(lied: dict[str, Any]) -> None:
    heard = lied["model"]["fields"].values()
    assert [voices["model"]["tp"] + voices["model"]["fp"] for voices in heard] == [0, 0, 0]
    assert [voices["stands"] for voices in heard] == [voices["rules"] for voices in heard]
    assert lied["model"]["calls"] > 0
    assert lied["quotes"]["unverified"] == 0 < lied["quotes"]["shown"]


def test_all_other_figures_are_the_same_whatever_the_model_says(told: dict[str, Any], lied: dict[str, Any]) -> None:
    apart = {"model", "quotes"}
    assert {key: told[key] for key in told.keys() - apart} == {key: lied[key] for key in lied.keys() - apart}
    assert told["quotes"]["unverified"] == 0 and told["quotes"]["shown"] > lied["quotes"]["shown"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--model"], "No model is named"), (["--model", "scripted"], "it must be provider:model")],
)
def test_a_model_that_cannot_be_asked_is_refused_in_plain_words(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    done = _run(["--papers", str(folder), *arguments], _plain())
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and "Traceback" not in done.stderr


def test_every_criterion_that_speaks_for_a_flag_is_in_a_rubric() -> None:
    keys = {criterion.key for name in ("neurips", "pineau", "miccai") for criterion in load(name).criteria}
    assert {pair.criterion for pair in PAIRS} <= keys


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.flag)
def test_the_manual_tells_which_criterion_speaks_for_a_flag(pair: Pair) -> None:
    manual = (ROOT / "docs/evidence.md").read_text()
    silent = ": its no is not assessed" if pair.wants_more else ""
    assert f"| `{pair.flag}` | `{pair.criterion}` | {pair.differs}{silent} |" in manual


def test_a_paper_whose_run_broke_off_is_not_assessed_by_anyone() -> None:
    broken = Reading(Paper(Path("a.pdf"), {"reports_compute": True}), "It broke.")
    assert compare(NAME, [broken], []).fields == {
        "reports_compute": dict.fromkeys(("rules", "model", "stands"), Heard(Tally(), 1))
    }


def test_it_tells_where_the_model_was_wrong_and_not_where_it_was_right_or_silent() -> None:
    readings = [answering(file, answer) for file, answer in (("a.pdf", "met"), ("b.pdf", "not_met"), ("c.pdf", ""))]
    told = compare(NAME, readings, [])
    assert told.wrong == ["b.pdf: reports_compute is True, neurips/compute is not met"]
    assert any("the model is wrong: b.pdf" in line for line in as_lines(told))


def answering(file: str, answer: str) -> Reading:
    """A run on a paper that tells what it computed on, and what the model says of that; empty where it was silent."""
    verdicts = [{"assessor": NAME, "answer": answer}] if answer else []
    criterion = {"id": "compute", "answer": "not_assessed", "verdicts": verdicts}
    findings = {"rubrics": [{"id": "neurips", "criteria": [criterion]}]}
    return Reading(Paper(Path(file), {"reports_compute": True}), files={"findings.json": findings})


def counts(tp: int = 0, fp: int = 0, tn: int = 0, fn: int = 0, not_assessed: int = 0) -> dict[str, int]:
    return {"tp": tp, "fp": fp, "tn": tn, "fn": fn, "not_assessed": not_assessed}


def _plain() -> dict[str, str]:
    """The environment without a word of any model."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PAPERSNITCH_")}


def _run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/evidence.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=170, check=False
    )  # fmt: skip
