"""Packages that bring handlers and workflows of their own: imported only where PAPERSNITCH_PLUGINS lists them.

A package says what it offers in its entry points: a function of a NodeContext in the group `papersnitch.handlers`, a
function that returns a workflow in `papersnitch.workflows`. No other package's entry points are looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from typing import Any

from dashboard.config import listed_plugins
from dashboard.engine.errors import EngineError

HANDLERS, WORKFLOWS = "papersnitch.handlers", "papersnitch.workflows"


class PluginError(EngineError):
    """A listed package is not installed, or what it offers cannot be loaded."""


@dataclass(frozen=True)
class Offered:
    """What a package offers as `package/name`: a function, and the version of the package it comes from."""

    name: str
    version: str
    function: Callable[..., Mapping[str, Any]]


def handlers() -> Iterator[Offered]:
    """The handlers of every listed package."""
    return _offered(HANDLERS)


def workflow(name: str) -> Mapping[str, Any]:
    """The record of the workflow that a listed package offers as `package/name`; PluginError when none does."""
    offered = {each.name: each for each in _offered(WORKFLOWS)}
    if name not in offered:
        there_are = ", ".join(sorted(offered)) or "none"
        raise PluginError(
            f"No package that PAPERSNITCH_PLUGINS lists has the workflow {name!r}. There are: {there_are}."
        )
    return offered[name].function()


def _offered(group: str) -> Iterator[Offered]:
    for package in listed_plugins(os.environ):
        try:
            found = distribution(package)
        except PackageNotFoundError:
            raise PluginError(
                f"PAPERSNITCH_PLUGINS lists {package}, which is not installed here: install it, or strike it out."
            ) from None
        for point in found.entry_points.select(group=group):
            yield Offered(f"{package}/{point.name}", found.version, _loaded(point, package))


def _loaded(point: EntryPoint, package: str) -> Callable[..., Mapping[str, Any]]:
    try:
        function = point.load()
    except Exception as error:  # importing runs the package's own code, which may raise anything
        raise PluginError(f"{package}: {point.value} cannot be loaded: {type(error).__name__}: {error}") from error
    if not callable(function):
        raise PluginError(f"{package}: {point.value} is no function.")
    loaded: Callable[..., Mapping[str, Any]] = function
    return loaded
