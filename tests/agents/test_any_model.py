"""What holds for every model, however weak: run against the scripted one, and by `make test-ai` against a real one."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

import pytest

from tests.agents import scripts
from tests.agents.model_server import Asked, Turn
from tests.agents.reading import Assessed, Endpoint, assessed
from tests.handlers.conftest import Chain

REAL = os.environ.get("TEST_MODEL_URL", "")
ANSWERS = {"met", "not_met", "not_applicable", "not_assessed"}
MOODS = (
    scripts.honest, scripts.inventing, scripts.bare, scripts.always(scripts.MALFORMED),
    scripts.first(1, scripts.WRONG_SCHEMA), scripts.first(1, scripts.inventing), scripts.always(scripts.EMPTY),
    scripts.always(scripts.REFUSAL), scripts.first(1, scripts.TRUNCATED), scripts.first(1, scripts.BUSY),
)  # fmt: skip


def weak(asked: Asked) -> Turn:
    """Does something else with each criterion, and little of it well."""
    return MOODS[zlib.crc32(asked.criterion["id"].encode()) % len(MOODS)](asked)


@pytest.fixture(params=["schema", "tool", "text"])
def any_model(request: pytest.FixtureRequest, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers ask a model: the one TEST_MODEL_URL names, in the form TEST_MODEL_FORMAT, else the scripted one."""
    if not REAL:
        with endpoint(weak, format=request.param):
            yield
        return
    if request.param != os.environ.get("TEST_MODEL_FORMAT", "schema"):
        pytest.skip("the endpoint is asked in one form")
    monkeypatch.setenv("PAPERSNITCH_MODEL", f"openai:{os.environ['TEST_MODEL']}")
    monkeypatch.setenv("PAPERSNITCH_MODEL_URL", REAL)
    monkeypatch.setenv("PAPERSNITCH_MODEL_KEY", os.environ.get("TEST_MODEL_KEY", ""))
    monkeypatch.setenv("PAPERSNITCH_MODEL_FORMAT", request.param)
    yield


@pytest.fixture
def paper_check(good_paper: Chain, any_model: None) -> Assessed:
    return assessed(good_paper, ["pineau"])


def test_every_criterion_gets_one_of_the_four_answers_and_a_reason(paper_check: Assessed) -> None:
    verdicts = paper_check.verdicts()
    assert verdicts.keys() <= paper_check.verdicts("rules").keys() and len(verdicts) >= 10
    assert {verdict["answer"] for verdict in verdicts.values()} <= ANSWERS
    assert all(verdict["reason"] for verdict in verdicts.values())


def test_no_quote_is_kept_that_does_not_stand_in_the_paper(paper_check: Assessed) -> None:
    assert paper_check.verdicts() and paper_check.all_verified()


def test_what_was_used_is_told(paper_check: Assessed) -> None:
    used = paper_check.output["usage"]
    assert used["calls"] >= len(paper_check.verdicts())
    assert used["tokens_in"] > 0 and used["tokens_out"] > 0 and used["seconds"] > 0


def test_lines_of_the_repository_stand_in_its_files(good_paper: Chain, any_model: None) -> None:
    found = assessed(good_paper, ["ml_code_completeness"], "ai_checks_repo")
    texts = good_paper.json("fetch_repo", "repository.json")["texts"]
    places = [place for verdict in found.verdicts().values() for place in verdict["places"]]
    assert all(texts[one["path"]].split("\n")[one["line"] - 1].strip()[:240] == one["text"] for one in places)
    assert all(verdict["places"] for verdict in found.verdicts().values() if verdict["answer"] == "met")


def test_spending_stops_at_the_cap(good_paper: Chain, any_model: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERSNITCH_RUN_CAP", "15000 tokens")
    found = assessed(good_paper, ["pineau"])
    assert found.output["usage"]["run"]["tokens"] <= 15000
    assert any("spending cap" in verdict["reason"] for verdict in found.verdicts().values())
