"""Values of the environment's variables, checked as they are read."""

from __future__ import annotations

from collections.abc import Mapping


class SettingsError(Exception):
    """A setting in the environment cannot be used."""


def number(env: Mapping[str, str], name: str, default: float, least: float = 0.001) -> float:
    """That variable as a number; SettingsError where it is none, or too small."""
    raw = env.get(name, "")
    try:
        value = float(raw) if raw else default
    except ValueError:
        raise SettingsError(f"{name} is {raw!r}; it must be a number.") from None
    if value < least:
        raise SettingsError(f"{name} is {raw}; it must be at least {least:g}.")
    return value


def most(env: Mapping[str, str], name: str) -> float | None:
    """A limit, which there is only where it is set."""
    return number(env, name, 0, least=0) if env.get(name) else None


def whole(limit: float | None, unit: int = 1) -> int | None:
    """A limit in whole units."""
    return None if limit is None else int(limit * unit)
