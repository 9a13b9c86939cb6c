"""The checks with a model beside the rules: the whole graph over real HTTP, whatever the model says."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.engine.errors import PermanentError
from tests.agents import scripts
from tests.agents.model_server import Asked, Script, Turn
from tests.agents.reading import Endpoint, assessed, begun, outcome
from tests.handlers.conftest import Chain

FORMS = ("schema", "tool", "text")


@pytest.fixture(params=["0", "1"], ids=["whole", "streamed"])
def stream(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("form", FORMS)
def test_it_judges_every_criterion_with_quotes_that_stand_in_the_paper(
    good_paper: Chain, endpoint: Endpoint, form: str, stream: str
) -> None:
    with endpoint(scripts.honest, format=form, stream=stream) as server:
        found = assessed(good_paper, ["pineau"])
    verdicts = found.verdicts()
    assert {verdict["answer"] for verdict in verdicts.values()} == {"met"}
    assert all(verdict["quotes"] and verdict["quotes"][0]["boxes"] for verdict in verdicts.values())
    assert found.all_verified()
    assert sorted(one.criterion["id"] for one in server.asked) == sorted(verdicts)
    assert {one.form for one in server.asked} == {form}


def test_the_rules_answer_beside_it_and_theirs_comes_first(good_paper: Chain, endpoint: Endpoint) -> None:
    alone = assessed(good_paper, ["pineau"])
    with endpoint(scripts.honest):
        found = assessed(good_paper, ["pineau"])
    assert found.verdicts("rules") == alone.verdicts("rules")
    order = [verdict["assessor"] for verdict in found.artifact["verdicts"]["pineau"]]
    assert order == sorted(order, key=lambda name: name != "rules")
    assert (alone.output["assessor"], found.output["assessor"]) == ("rules", "rules and openai:scripted")


def test_a_verdict_tells_how_it_was_come_to(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.honest, temperature="0.5", format="tool"):
        found = assessed(good_paper, ["pineau"])
    assert all(v["how"] == {"prompt": "1", "temperature": 0.5, "format": "tool"} for v in found.verdicts().values())
    assert all(v["how"] == {} for v in found.verdicts("rules").values())


def test_where_the_two_disagree_the_findings_say_so(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.always(Turn(scripts.answer("not_met", "I see none.")))):
        found = assessed(good_paper, ["pineau"])
    found.chain.run("ai_checks_repo", "aggregate_findings")
    disagreements = found.chain.outputs["aggregate_findings"]["disagreements"]
    assert any("rules finds it met; openai:scripted finds it not met" in sentence for sentence in disagreements)


def test_the_report_sets_both_side_by_side(good_paper: Chain, endpoint: Endpoint, tmp_path: Path) -> None:
    shutil.copytree(good_paper.folder, tmp_path, dirs_exist_ok=True)
    chain = begun(replace(good_paper, folder=tmp_path), ["pineau"])
    with endpoint(scripts.always(Turn(scripts.answer("not_met", "I see <b>none</b>.")))):
        chain.run("ai_checks_pdf", "ai_checks_repo", "aggregate_findings", "compute_score", "generate_report")
    report, page = (
        chain.json("generate_report", "report.json"),
        chain.artifact("generate_report", "report.html").decode(),
    )
    metrics = next(one for one in report["rubrics"][0]["criteria"] if one["id"] == "metrics")
    assert (metrics["answer"], metrics["assessor"]) == ("met", "rules")
    assert metrics["others"] == ["openai:scripted: not met. I see <b>none</b>."]
    assert '<p class="beside">openai:scripted: not met. I see &lt;b&gt;none&lt;/b&gt;.</p>' in page
    assert "*openai:scripted: not met. I see" in chain.artifact("generate_report", "report.md").decode()
    assert report["assessors"] == ["rules and openai:scripted"]


def test_the_repository_is_judged_by_lines_that_stand_in_its_files(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.honest):
        found = assessed(good_paper, ["ml_code_completeness"], "ai_checks_repo")
    verdicts = found.verdicts()
    assert len(verdicts) == 5 and {verdict["answer"] for verdict in verdicts.values()} == {"met"}
    stored = good_paper.json("fetch_repo", "repository.json")
    for place in (place for verdict in verdicts.values() for place in verdict["places"]):
        assert stored["texts"][place["path"]].split("\n")[place["line"] - 1].strip()[:240] == place["text"]
        assert place["commit"] == stored["commit"]


@pytest.mark.parametrize("script", **scripts.known({"invented": scripts.inventing, "bare": scripts.bare}))
def test_without_a_quote_that_stands_nothing_is_met(good_paper: Chain, endpoint: Endpoint, script: Script) -> None:
    with endpoint(script) as server:
        found = assessed(good_paper, ["pineau"])
    assert {verdict["answer"] for verdict in found.verdicts().values()} == {"not_assessed"}
    assert all(not verdict["quotes"] for verdict in found.verdicts().values())
    assert {len(server.of(key)) for key in found.verdicts()} == {3}  # asked, and twice again


def test_an_invented_quote_is_objected_to_and_mended(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.first(1, scripts.inventing)) as server:
        found = assessed(good_paper, ["pineau"])
    assert {verdict["answer"] for verdict in found.verdicts().values()} == {"met"} and found.all_verified()
    again = [one for one in server.asked if one.turns]
    assert again and all(scripts.INVENTED in one.body["messages"][-1]["content"] for one in again)


UNREADABLE = {
    "malformed": scripts.MALFORMED,
    "wrong schema": scripts.WRONG_SCHEMA,
    "empty": scripts.EMPTY,
    "truncated": scripts.TRUNCATED,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reply", **scripts.known(UNREADABLE))
def test_a_reply_that_is_no_answer_is_asked_for_once_more(
    good_paper: Chain, endpoint: Endpoint, form: str, reply: Turn, stream: str
) -> None:
    with endpoint(scripts.first(1, reply), format=form, stream=stream) as server:
        found = assessed(good_paper, ["ml_code_completeness"], "ai_checks_repo")
    assert {verdict["answer"] for verdict in found.verdicts().values()} == {"met"}
    assert {len(server.of(key)) for key in found.verdicts()} == {2}


@pytest.mark.parametrize("reply", **scripts.known(UNREADABLE))
def test_a_reply_that_is_twice_no_answer_is_not_assessed(good_paper: Chain, endpoint: Endpoint, reply: Turn) -> None:
    with endpoint(scripts.always(reply)) as server:
        found = assessed(good_paper, ["pineau"])
    assert all("could not be read" in verdict["reason"] for verdict in found.verdicts().values())
    assert {verdict["answer"] for verdict in found.verdicts().values()} == {"not_assessed"}
    assert {len(server.of(key)) for key in found.verdicts()} == {2}


# In pieces of a stream LangChain keeps the field `refusal` only where a schema is asked for, as OpenAI does.
@pytest.mark.parametrize(
    ("form", "stream", "reply"),
    [
        *((form, "0", reply) for form in FORMS for reply in (scripts.REFUSAL, scripts.FILTERED)),
        *((form, "1", scripts.FILTERED) for form in FORMS),
        ("schema", "1", scripts.REFUSAL),
    ],
)
def test_a_refusal_is_told_and_not_argued_with(
    good_paper: Chain, endpoint: Endpoint, form: str, stream: str, reply: Turn
) -> None:
    with endpoint(scripts.always(reply), format=form, stream=stream) as server:
        found = assessed(good_paper, ["pineau"])
    assert {verdict["answer"] for verdict in found.verdicts().values()} == {"not_assessed"}
    assert all("declined to answer" in verdict["reason"] for verdict in found.verdicts().values())
    assert {len(server.of(key)) for key in found.verdicts()} == {1}


def test_it_asks_no_more_at_a_time_than_it_may(good_paper: Chain, endpoint: Endpoint) -> None:
    def slow(asked: Asked) -> Turn:
        turn = scripts.honest(asked)
        return Turn(turn.content, delay=0.05)

    with endpoint(slow, parallel="3") as server:
        assessed(good_paper, ["pineau"])
    assert 1 < server.most_at_once <= 3


def test_its_steps_and_waits_stand_in_the_log(good_paper: Chain, endpoint: Endpoint) -> None:
    with endpoint(scripts.first(1, scripts.BUSY)):
        found = assessed(good_paper, ["pineau"])
    lines = [line for _, line in found.chain.lines]
    assert any("answered 429" in line and "Asking again" in line for line in lines)
    assert any(line.startswith("pineau/metrics: met. The passage says so.") for line in lines)


def test_a_setting_that_cannot_be_used_is_told(good_paper: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERSNITCH_MODEL", "gpt")
    with pytest.raises(PermanentError, match="must be provider:model"):
        assessed(good_paper, ["pineau"])


def test_a_provider_that_is_not_installed_is_told(good_paper: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERSNITCH_MODEL", "groq:llama")
    with pytest.raises(PermanentError, match="groq:llama cannot be used"):
        assessed(good_paper, ["pineau"])


def test_a_paper_without_text_is_not_put_to_the_model(endpoint: Endpoint, good_paper: Chain, tmp_path: Any) -> None:
    chain = Chain(tmp_path, good_paper.paper, {"rubrics": ["pineau"]}, dict(good_paper.outputs))
    for node in ("extract_text", "extract_evidence", "screen_text"):
        for path in (good_paper.folder / node).iterdir():
            (tmp_path / node).mkdir(exist_ok=True)
            (tmp_path / node / path.name).write_bytes(path.read_bytes())
    text = json.loads((tmp_path / "extract_text" / "text.json").read_text())
    text["pages"] = [{**page, "text": " ", "blocks": []} for page in text["pages"]]
    (tmp_path / "extract_text" / "text.json").write_text(json.dumps({**text, "sections": []}))
    with endpoint(scripts.honest) as server:
        chain.run("ai_checks_pdf")
    assert server.asked == [] and outcome(chain).verdicts() == {}
