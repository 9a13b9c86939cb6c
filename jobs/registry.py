"""Handlers by name. A definition names `extract_text`, or `own-workflow/ask` of a package, never a dotted path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import jobs.handlers
from dashboard.engine.errors import PermanentError
from dashboard.engine.handler_names import advice
from dashboard.engine.reuse import Sight
from jobs import plugins
from jobs.context import NodeContext

Output = Mapping[str, Any]
Handle = Callable[[NodeContext], Output]
Sees = Callable[[NodeContext, Sight], Sight]


@dataclass(frozen=True)
class Handler:
    """A named piece of work. `version` is part of what decides whether an earlier output may be reused.

    `sees` is for handlers whose output rests on more or less than all that came before them: it is given the whole
    sight of the node and returns what counts. Their attempts are always hashed, so that others can take them.
    """

    name: str
    version: str
    handle: Handle
    sees: Sees | None = None


_handlers: dict[str, Handler] = {}


def handler(name: str, version: str = "1", sees: Sees | None = None) -> Callable[[Handle], Handle]:
    """Register the decorated function under `name`."""

    def register(handle: Handle) -> Handle:
        if name in _handlers and _handlers[name].handle is not handle:
            raise ValueError(f"Two handlers are called {name!r}.")
        _handlers[name] = Handler(name, version, handle, sees)
        return handle

    return register


def find(name: str) -> Handler:
    """The handler of that name; PermanentError when this worker has none."""
    if name not in _handlers:
        load_all()
    if name not in _handlers:
        known = ", ".join(sorted(_handlers)) or "none"
        raise PermanentError(
            f"No handler is called {name!r} on this worker. It has: {known}. {advice(name, _handlers)}"
        )
    return _handlers[name]


def names() -> frozenset[str]:
    """The names of all handlers this process has."""
    load_all()
    return frozenset(_handlers)


def versions() -> dict[str, str]:
    """The version of each of them, by name."""
    return {name: _handlers[name].version for name in names()}


def load_all() -> Mapping[str, Handler]:
    """Import every module of `jobs.handlers` and what listed packages offer; all handlers by name."""
    for module in iter_modules(jobs.handlers.__path__):
        import_module(f"jobs.handlers.{module.name}")
    for offered in plugins.handlers():
        _handlers[offered.name] = Handler(offered.name, offered.version, offered.function)
    return _handlers
