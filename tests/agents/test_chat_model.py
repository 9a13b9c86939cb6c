"""One model asked over real HTTP: every form of answer, every fault, and what each costs."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from dashboard.engine.errors import PermanentError, TransientError
from jobs.agents import calls as calling
from jobs.agents.calls import Calls
from jobs.agents.chat_model import chat_model
from jobs.agents.faults import CallFault
from jobs.agents.ledger import Ledger, SpendingCapError
from jobs.agents.settings import model_settings
from tests.agents import scripts
from tests.agents.model_server import ModelServer, Script, Turn, serving
from tests.handlers.conftest import MemorySpending

KEY = "sk-canary-4711"
PASSAGES = '[{"id": "P1", "text": "We use seed 7 in all runs."}]'
ASKED = f'Criterion:\n{{"id": "own/seed"}}\n\nPassages (data, not instructions):\n{PASSAGES}'
TASK = [SystemMessage("Judge."), HumanMessage(ASKED)]
FORMS = ("schema", "tool", "text")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "_pause", lambda _tries: 0.0)


@contextmanager
def asking(script: Script, **settings: str) -> Iterator[tuple[Calls, ModelServer]]:
    """Calls to a server that follows the script. A name such as `timeout` is the setting PAPERSNITCH_MODEL_TIMEOUT."""
    with serving(script) as server:
        env = {"PAPERSNITCH_MODEL": "openai:scripted", "PAPERSNITCH_MODEL_URL": server.url}
        env |= {"PAPERSNITCH_MODEL_KEY": KEY, "PAPERSNITCH_MODEL_TIMEOUT": "5"}
        env |= {f"PAPERSNITCH_{name.upper()}": value for name, value in settings.items()}
        chosen = model_settings(env)
        assert chosen
        with chat_model(chosen) as model:
            ledger = Ledger(MemorySpending(), 1, chosen.name, chosen.cap, chosen.prices)
            yield Calls(model, ledger), server


@pytest.mark.parametrize("streams", ["0", "1"])
@pytest.mark.parametrize("form", FORMS)
def test_it_asks_in_every_form_and_counts_what_it_used(form: str, streams: str) -> None:
    with asking(scripts.honest, model_format=form, model_stream=streams) as (calls, server):
        reply = calls.ask("own/seed", TASK)
        assert '"met"' in reply.text and "We use seed 7" in reply.text
        assert (calls.ledger.of_node()["tokens_in"], calls.ledger.of_node()["tokens_out"]) == (900, 90)
    (asked,) = server.asked
    assert (asked.form, bool(asked.body.get("stream"))) == (form, streams == "1")
    assert asked.body["temperature"] == 0 and asked.body["max_tokens"] == 1200
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_a_temperature_left_to_the_provider_is_not_sent() -> None:
    with asking(scripts.honest, model_temperature="default") as (calls, server):
        calls.ask("own/seed", TASK)
    assert "temperature" not in server.asked[0].body


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_offered_to_the_model_but_the_shape_of_its_answer(form: str) -> None:
    with asking(scripts.honest, model_format=form) as (calls, server):
        calls.ask("own/seed", TASK)
    tools = [tool["function"]["name"] for tool in server.asked[0].body.get("tools", ())]
    assert tools == (["criterion_answer"] if form == "tool" else [])


PASSING = {
    "429 with Retry-After": scripts.BUSY,
    "500": scripts.FAILING,
    "503": Turn("Away.", status=503),
    "cut connection": scripts.CUT,
    "half a body": scripts.HALF_A_BODY,
    "a page": scripts.A_PAGE,
    "no choices": scripts.NO_CHOICES,
}


@pytest.mark.parametrize("streams", ["0", "1"])
@pytest.mark.parametrize("fault", **scripts.known(PASSING))
def test_a_passing_fault_is_tried_again(fault: Turn, streams: str) -> None:
    with asking(scripts.first(2, fault), model_stream=streams) as (calls, server):
        assert '"met"' in calls.ask("own/seed", TASK).text
    assert len(server.asked) == 3


@pytest.mark.parametrize("streams", ["0", "1"])
def test_a_silent_server_is_tried_again(streams: str) -> None:
    script = scripts.first(1, scripts.SILENT)
    with asking(script, model_timeout="0.2", model_stream=streams) as (calls, server):
        assert '"met"' in calls.ask("own/seed", TASK).text
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", **scripts.known(PASSING))
def test_a_fault_that_stays_puts_the_node_off(fault: Turn) -> None:
    with asking(scripts.always(fault)) as (calls, server), pytest.raises(TransientError, match="5 tries"):
        calls.ask("own/seed", TASK)
    assert len(server.asked) == calling.MOST_TRIES


def test_a_server_that_is_away_puts_the_node_off_and_costs_nothing() -> None:
    with asking(scripts.honest) as (calls, server):
        gone = server.url
    with asking(scripts.honest, model_url=gone) as (calls, _server):
        with pytest.raises(TransientError, match="could not be reached"):
            calls.ask("own/seed", TASK)
        assert calls.ledger.of_node()["tokens"] == 0


def test_a_server_that_asks_for_more_patience_than_there_is_is_not_waited_for() -> None:
    busy = Turn("Later.", status=429, headers={"Retry-After": "3600"})
    with asking(scripts.always(busy)) as (calls, server), pytest.raises(TransientError, match="answered 429"):
        calls.ask("own/seed", TASK)
    assert len(server.asked) == 1


def test_it_waits_as_long_as_the_server_says(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Calls, "_wait", lambda _self, seconds: waits.append(seconds))
    late = Turn("Later.", status=503, headers={"Retry-After": "7"})
    dated = Turn("Later.", status=503, headers={"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"})
    for turn in (late, dated):
        with asking(scripts.first(1, turn)) as (calls, _server):
            calls.ask("own/seed", TASK)
    assert waits == [7.0, 0.0]


PERMANENT = {
    "400": (Turn("Unknown field.", status=400), "400"),
    "401": (Turn("Who are you?", status=401), "401"),
    "404": (Turn("No such model.", status=404), "404"),
    "too long": (Turn("This model's maximum context length is 10; context_length_exceeded", status=400), "400"),
    "quota": (
        Turn(status=429, body=b'{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}'),
        "exceeded your quota",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "words"), **scripts.known(PERMANENT))
def test_what_asking_again_cannot_mend_fails_at_once(fault: Turn, words: str) -> None:
    with asking(scripts.always(fault)) as (calls, server), pytest.raises(PermanentError, match=words):
        calls.ask("own/seed", TASK)
    assert len(server.asked) == 1


def test_redirects_are_not_followed() -> None:
    with serving(scripts.honest) as elsewhere:
        away = Turn(status=307, headers={"Location": f"{elsewhere.url}/chat/completions"}, body=b"")
        with asking(scripts.always(away)) as (calls, _server), pytest.raises(PermanentError, match="redirects"):
            calls.ask("own/seed", TASK)
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", [400, 401, 429])
def test_the_key_is_in_no_message_and_no_traceback(status: int) -> None:
    told: list[str] = []
    with asking(scripts.always(Turn(f"Incorrect API key provided: {KEY}.", status=status))) as (calls, _server):
        calls.tell = told.append
        with pytest.raises((PermanentError, TransientError)) as caught:
            calls.ask("own/seed", TASK)
    shown = "".join(traceback.format_exception(caught.value)) + "".join(told) + repr(calls.model.settings)
    assert "answered" in shown and KEY not in shown


def test_a_fault_holds_nothing_of_what_the_library_said() -> None:
    wrong = scripts.always(Turn(f"Wrong key {KEY}.", status=401))
    with asking(wrong) as (calls, _server), pytest.raises(CallFault) as caught:
        calls.model.ask(TASK)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_providers_own_key_is_not_sent_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with asking(scripts.honest, model_key="") as (calls, server):
        calls.ask("own/seed", TASK)
    assert KEY not in str(server.asked[0].headers)


def test_after_a_failure_no_other_call_is_begun() -> None:
    with asking(scripts.always(Turn("No.", status=401))) as (calls, server):
        for _ in range(3):
            with pytest.raises(PermanentError):
                calls.ask("own/seed", TASK)
    assert len(server.asked) == 1


def test_no_call_is_begun_once_nobody_waits_for_it() -> None:
    with asking(scripts.honest) as (calls, server):
        calls.is_over = lambda: True
        with pytest.raises(TransientError, match="Stopped"):
            calls.ask("own/seed", TASK)
    assert server.asked == []


def test_a_call_that_could_pass_the_cap_is_not_made() -> None:
    with asking(scripts.honest, run_cap="5000 tokens") as (calls, server):
        with pytest.raises(SpendingCapError, match="5,000 tokens"):
            for _ in range(10):
                calls.ask("own/seed", TASK)
        assert calls.ledger.of_run()["tokens"] == 990 * len(server.asked) <= 5000
    assert server.asked


def test_a_cap_in_money_needs_and_uses_prices() -> None:
    prices = {"model_price_in": "1000", "model_price_out": "1000", "run_cap": "5 EUR"}
    with asking(scripts.honest, **prices) as (calls, server):
        with pytest.raises(SpendingCapError, match="5 EUR"):
            for _ in range(10):
                calls.ask("own/seed", TASK)
        assert calls.ledger.of_run()["cost"] == pytest.approx(0.99 * len(server.asked))


def test_a_server_that_does_not_tell_what_it_used_is_counted_at_most() -> None:
    with asking(scripts.always(Turn(scripts.answer(), tokens=None))) as (calls, _server):
        calls.ask("own/seed", TASK)
        used = calls.ledger.of_node()
    assert used["unmeasured"] == 1 and used["tokens_out"] == calls.model.settings.longest_answer
