"""The worked example of docs/ai.md, exactly as it is printed there."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.engine.questions import AnswerNeededError
from jobs import registry
from jobs.registry import Handle
from tests.agents.reading import read
from tests.handlers.conftest import Chain
from tests.papers.printing import lines, print_pdf

DOCS = Path(__file__).resolve().parents[2] / "docs" / "ai.md"
PROMISE = "The code will be made publicly available once the paper is accepted."


@pytest.fixture
def promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handle:
    """The handler, saved from the page and loaded as any other."""
    monkeypatch.setattr(registry, "_handlers", dict(registry.load_all()))
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    (tmp_path / "promises.py").write_text(code)
    spec = importlib.util.spec_from_file_location("promises", tmp_path / "promises.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "promises", module)
    spec.loader.exec_module(module)
    return registry.find("promises").handle


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Chain]:
    monkeypatch.setenv("PAPERSNITCH_CHECK_LINKS", "0")
    return lambda *texts: read(
        print_pdf(tmp_path / "p.pdf", lines(["A paper of few words.", *texts])), tmp_path / "run"
    )


def test_it_waits_for_a_person_and_ends_with_the_answer(promises: Handle, paper: Callable[..., Chain]) -> None:
    chain = paper(PROMISE)
    context = chain.context("promises", {})
    with pytest.raises(AnswerNeededError) as asked:
        promises(context)
    (question,) = asked.value.questions
    assert (question.words, list(question.choices)) == (f"Was this kept? {PROMISE}", ["kept", "broken"])
    context.workbench.answered[question.key] = "broken"  # type: ignore[attr-defined]
    assert promises(context) == {"promises": 1, "outcome": "broken"}
    assert chain.json("promises", "promises.json") == [{"page": 1, "words": PROMISE}]


def test_it_asks_nobody_where_nothing_is_promised(promises: Handle, paper: Callable[..., Chain]) -> None:
    assert promises(paper().context("promises", {})) == {"promises": 0, "outcome": "nothing promised"}
