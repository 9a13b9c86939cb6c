"""The faults, one module each: `FAULT` names its row of the table, `run(stage, scale)` inflicts it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from tests.chaos.stage import Stage
from tests.chaos.trial import Trial


class Fault(Protocol):
    """A module of this package. `scale` 1.0 is the long run."""

    FAULT: str

    def run(self, stage: Stage, scale: float) -> Trial: ...


def names() -> list[str]:
    """The modules of the faults."""
    return sorted(module.name for module in iter_modules(__path__))


def load(name: str) -> Fault:
    """The fault of that module."""
    return cast(Fault, import_module(f"{__name__}.{name}"))


def all_of(wanted: str | None) -> Mapping[str, Fault]:
    """Every fault by name, or the one wanted."""
    return {name: load(name) for name in names() if wanted in (None, name)}
