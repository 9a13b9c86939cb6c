"""Commands the repository itself installs: `[project.scripts]`, Poetry's scripts, `console_scripts` of a setup file."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from jobs.repositories.facts.fact import Repository, table_in

_LISTED = re.compile(r"console_scripts[\"']?\s*[:=]\s*(\[[^\]]*\]|(?:\n[ \t]+\S.*)+)")
_ENTRY = re.compile(r"^[\s\"']*([\w.-]+)\s*=\s*([\w.]+)", re.M)


def console_scripts(repository: Repository) -> dict[str, str]:
    """Each command with the file it runs; empty where that file is not in the repository."""
    return {name: _file_of(repository, module) for name, module in _entries(repository).items()}


def _entries(repository: Repository) -> dict[str, str]:
    """Each command with its module."""
    entries: dict[str, str] = {}
    for path in repository.snapshot.named(r"setup\.(py|cfg)", under=""):
        for listed in _LISTED.findall(repository.snapshot.text(path)):
            entries |= dict(_ENTRY.findall(listed.strip("[]").replace(",", "\n")))
    for path in repository.snapshot.named(r"pyproject\.toml", under=""):
        entries |= _in_pyproject(repository.snapshot.text(path))
    return entries


def _in_pyproject(text: str) -> dict[str, str]:
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    tables = (table_in(document, "project", "scripts"), table_in(document, "tool", "poetry", "scripts"))
    return {
        name: target.partition(":")[0] for table in tables for name, target in table.items() if isinstance(target, str)
    }


def _file_of(repository: Repository, module: str) -> str:
    """`pkg.train` is `pkg/train.py`, or `src/pkg/train.py`."""
    file = module.replace(".", "/") + ".py"
    return next((path for path in repository.snapshot.own_files if path == file or path.endswith(f"/{file}")), "")
