"""The model's settings: what they mean, and what is refused with which words."""

from __future__ import annotations

import pytest

from dashboard.environment import SettingsError
from jobs.agents.settings import ModelSettings, model_settings

ONE = {"PAPERSNITCH_MODEL": "openai:qwen3:8b"}


def settings(**more: str) -> ModelSettings:
    found = model_settings(ONE | {f"PAPERSNITCH_{name}": value for name, value in more.items()})
    assert found
    return found


def test_without_a_name_there_is_no_model() -> None:
    assert model_settings({}) is None and model_settings({"PAPERSNITCH_MODEL": " "}) is None


def test_a_model_may_have_a_colon_in_its_name() -> None:
    assert (settings().provider, settings().model, settings().name) == ("openai", "qwen3:8b", "openai:qwen3:8b")


@pytest.mark.parametrize(
    ("cap", "amount", "unit"),
    [("", 1_000_000, "tokens"), ("5000", 5000, "tokens"), ("1 token", 1, "tokens"), ("2.50 eur", 2.5, "EUR")],
)
def test_a_cap_is_in_tokens_or_money(cap: str, amount: float, unit: str) -> None:
    found = settings(RUN_CAP=cap, MODEL_PRICE_IN="1", MODEL_PRICE_OUT="2").cap
    assert (found.amount, found.unit) == (amount, unit)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"MODEL": "gpt-5"}, "must be provider:model"),
        ({"MODEL": "os.system:rm"}, "must be provider:model"),
        ({"MODEL_URL": "ftp://host/v1"}, "must be an address"),
        ({"MODEL_URL": "http://me:secret@host/v1"}, "holds a password"),
        ({"MODEL_FORMAT": "xml"}, "schema, tool, text"),
        ({"MODEL_TIMEOUT": "soon"}, "must be a number"),
        ({"MODEL_PARALLEL": "0"}, "at least 1"),
        ({"MODEL_TIMEOUT": "nan"}, "at least"),
        ({"MODEL_PRICE_IN": "1"}, "must both be"),
        ({"RUN_CAP": "plenty"}, "it must be such as"),
        ({"RUN_CAP": "5 EUR"}, "PAPERSNITCH_MODEL_PRICE_IN"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(more: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        settings(**more)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("told", "meant"), [("", 0.0), ("0.7", 0.7), ("default", None)])
def test_a_temperature_may_be_left_to_the_provider(told: str, meant: float | None) -> None:
    assert settings(MODEL_TEMPERATURE=told).temperature == meant


def test_the_key_is_not_in_the_words_of_the_settings() -> None:
    assert "sk-canary" not in repr(settings(MODEL_KEY="sk-canary"))
