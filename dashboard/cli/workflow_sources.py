"""Where the command line finds workflows: in files, and in packages that PAPERSNITCH_PLUGINS lists."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dashboard.engine import workflow_file
from dashboard.engine.errors import InvalidInputError

ENDINGS = (".yaml", ".yml", ".json")


def read(source: str | Path, known: Collection[str] | None = None) -> dict[str, Any]:
    """The record of a file, or of a package's workflow as `own-workflow/name`; InvalidInputError says each fault."""
    file = Path(source)
    if file.is_file():
        record = _read_file(file, known)
    elif file.suffix in ENDINGS or len(file.parts) != 2:
        raise InvalidInputError(f"There is no file {source}.")
    else:
        record = workflow_file.checked(importlib.import_module("jobs.plugins").workflow(str(source)), known)
    return {"name": file.stem, **record}


def known_handlers() -> Collection[str] | None:
    """The handlers this machine has; None on a web host, where `jobs` need not be installed."""
    try:
        registry = importlib.import_module("jobs.registry")
    except ModuleNotFoundError as error:
        if error.name not in ("jobs", "jobs.registry"):
            raise
        return None
    return set(registry.load_all())


def _read_file(file: Path, known: Collection[str] | None) -> dict[str, Any]:
    try:
        return workflow_file.read(file.read_text("utf-8"), known)
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{file.name} is no text: {error.reason}.") from error
    except InvalidInputError as error:
        raise InvalidInputError("\n  ".join([f"{file.name} cannot be read:", *error.sentences])) from error
