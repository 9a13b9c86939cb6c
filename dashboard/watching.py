"""Settings of what watches PaperSnitch: who may read its metrics, how its log lines look, where its traces go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEAST_TOKEN = 16
FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Watching:
    """`metrics_token` opens /metrics to programs; without `traces_to`, an OTLP endpoint, nothing is traced."""

    metrics_token: str | None
    log_format: str
    log_level: str
    traces_to: str | None


def from_environment(env: Mapping[str, str]) -> Watching:
    """Read them; ValueError names the variable and what it may be."""
    token = env.get("METRICS_TOKEN") or None
    if token is not None and len(token) < LEAST_TOKEN:
        raise ValueError(f"METRICS_TOKEN is shorter than {LEAST_TOKEN} characters; try: openssl rand -hex 24")
    return Watching(
        metrics_token=token,
        log_format=_one_of(env, "LOG_FORMAT", FORMATS, "text"),
        log_level=_one_of(env, "LOG_LEVEL", LEVELS, "warning"),
        traces_to=env.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
    )


def _one_of(env: Mapping[str, str], name: str, words: tuple[str, ...], default: str) -> str:
    word = (env.get(name) or default).lower()
    if word not in words:
        raise ValueError(f"{name} is {word!r}; it must be one of {', '.join(words)}.")
    return word
