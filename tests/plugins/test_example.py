"""The example's node without a model: a person is asked, and the graph goes on with the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.engine.questions import AnswerNeededError
from tests.handlers.conftest import Chain

ROOT = Path(__file__).resolve().parents[2]
READING = ("ingest_pdf", "extract_text", "screen_text", "extract_evidence")
QUESTION = {"title": "Energy", "question": "Does the paper tell how much energy it took?"}


def test_without_a_model_a_person_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples" / "own_workflow"))
    monkeypatch.delenv("PAPERSNITCH_MODEL", raising=False)
    from own_workflow.ask_paper import ask_paper

    chain = Chain(tmp_path, ROOT / "samples" / "good.pdf")
    chain.run(*READING)
    context = chain.context("energy", QUESTION)
    with pytest.raises(AnswerNeededError) as needed:
        ask_paper(context)
    [asked] = needed.value.questions
    assert (asked.words, asked.choices) == (QUESTION["question"], ("met", "not_met"))
    context.workbench.answered[asked.key] = "not_met"  # type: ignore[attr-defined]
    output = ask_paper(context)
    assert (output["answer"], output["by"], output["quotes"]) == ("not_met", "a person", [])
