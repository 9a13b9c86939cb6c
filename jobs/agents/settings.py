"""Which model assesses, how it is reached and what it may cost: from the environment, checked with plain messages."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dashboard.environment import SettingsError

FORMATS = ("schema", "tool", "text")
PROVIDER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Prices:
    """Money for a million tokens read and a million written; None where nobody said."""

    tokens_in: float
    tokens_out: float

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1_000_000


@dataclass(frozen=True)
class Cap:
    """What all calls of one run may come to: in tokens, or in the money of the prices."""

    amount: float
    unit: str

    def __str__(self) -> str:
        return f"{self.amount:,.10g} {self.unit}"


@dataclass(frozen=True)
class ModelSettings:
    """A model to be asked. `provider` and `model` are LangChain's; times are seconds.

    `timeout` is the longest silence of the server within one try, `patience` how long a call waits for a server that
    is busy or failing before the node is put off. Without `url` it is the provider's own address, without `temperature`
    the provider's own choice.
    """

    provider: str
    model: str
    url: str | None
    key: str | None = field(repr=False)
    format: str
    temperature: float | None
    streams: bool
    timeout: float
    patience: float
    parallel: int
    longest_answer: int
    prices: Prices | None
    cap: Cap

    @property
    def name(self) -> str:
        """As verdicts and reports call it."""
        return f"{self.provider}:{self.model}"


def model_settings(environment: Mapping[str, str] | None = None) -> ModelSettings | None:
    """The settings of the model; None when none is named. SettingsError says which variable is wrong and how."""
    env = os.environ if environment is None else environment
    name = env.get("PAPERSNITCH_MODEL", "").strip()
    if not name:
        return None
    provider, colon, model = name.partition(":")
    if not (colon and PROVIDER.fullmatch(provider) and model):
        raise SettingsError(f"PAPERSNITCH_MODEL is {name!r}; it must be provider:model, such as openai:gpt-5-mini.")
    prices = _prices(env)
    return ModelSettings(
        provider=provider,
        model=model,
        url=_url(env.get("PAPERSNITCH_MODEL_URL", "").strip()),
        key=env.get("PAPERSNITCH_MODEL_KEY") or None,
        format=_format(env.get("PAPERSNITCH_MODEL_FORMAT") or "schema"),
        temperature=_temperature(env),
        streams=env.get("PAPERSNITCH_MODEL_STREAM", "") in {"1", "yes", "true"},
        timeout=_number(env, "PAPERSNITCH_MODEL_TIMEOUT", 120, least=0.01),
        patience=_number(env, "PAPERSNITCH_MODEL_PATIENCE", 300),
        parallel=int(_number(env, "PAPERSNITCH_MODEL_PARALLEL", 4, least=1)),
        longest_answer=int(_number(env, "PAPERSNITCH_MODEL_LONGEST", 1200, least=16)),
        prices=prices,
        cap=_cap(env.get("PAPERSNITCH_RUN_CAP") or "1000000 tokens", prices),
    )


def _url(url: str) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError("PAPERSNITCH_MODEL_URL must be an address such as http://127.0.0.1:8000/v1.")
    if parts.username or parts.password:
        raise SettingsError("PAPERSNITCH_MODEL_URL holds a password; the key belongs in PAPERSNITCH_MODEL_KEY.")
    return url


def _format(name: str) -> str:
    if name not in FORMATS:
        raise SettingsError(f"PAPERSNITCH_MODEL_FORMAT is {name!r}; it must be one of {', '.join(FORMATS)}.")
    return name


def _temperature(env: Mapping[str, str]) -> float | None:
    name = "PAPERSNITCH_MODEL_TEMPERATURE"
    return None if env.get(name) == "default" else _number(env, name, 0.0)


def _prices(env: Mapping[str, str]) -> Prices | None:
    names = ("PAPERSNITCH_MODEL_PRICE_IN", "PAPERSNITCH_MODEL_PRICE_OUT")
    given = [name for name in names if env.get(name)]
    if len(given) == 1:
        raise SettingsError(f"{given[0]} is set, so {' and '.join(names)} must both be.")
    return Prices(*(_number(env, name, 0.0) for name in names)) if given else None


def _cap(text: str, prices: Prices | None) -> Cap:
    """`200000`, `200000 tokens` or `2.50 EUR`: whatever is no token is the money of the prices."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text.strip())
    if match is None:
        raise SettingsError(f"PAPERSNITCH_RUN_CAP is {text!r}; it must be such as '200000 tokens' or '2.50 EUR'.")
    amount, unit = float(match[1]), match[2].lower() or "tokens"
    if unit in {"token", "tokens"}:
        return Cap(amount, "tokens")
    if prices is None:
        raise SettingsError("PAPERSNITCH_RUN_CAP is money, so PAPERSNITCH_MODEL_PRICE_IN and _OUT must be set.")
    return Cap(amount, unit.upper())


def _number(env: Mapping[str, str], name: str, default: float, least: float = 0.0) -> float:
    raw = env.get(name, "")
    try:
        number = float(raw) if raw else default
    except ValueError:
        raise SettingsError(f"{name} is {raw!r}; it must be a number.") from None
    if not least <= number < float("inf"):
        raise SettingsError(f"{name} is {raw}; it must be at least {least:g}.")
    return number
