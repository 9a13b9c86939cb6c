"""What people found in the papers of a folder and in their repositories: `manifest.json` and `repos.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NoManifestError(Exception):
    """The folder has no manifest that can be read."""


@dataclass(frozen=True)
class Paper:
    """A paper and its flags. `ambiguous` names those on which people may differ; `repository` is None where the paper
    prints none, and `tells_repository` is False where people did not say."""

    file: Path
    flags: Mapping[str, bool]
    ambiguous: frozenset[str] = frozenset()
    repository: str | None = None
    tells_repository: bool = False


@dataclass(frozen=True)
class Repository:
    """A repository and what a person found in it: yes, no or a number by fact, and the licence's name."""

    name: str
    url: str
    facts: Mapping[str, Any]


def read_papers(folder: Path) -> list[Paper]:
    """The papers of the manifest; NoManifestError when there is none."""
    manifest = folder / "manifest.json"
    try:
        records = json.loads(manifest.read_text("utf-8"))
        return [_paper(folder, record) for record in records if record.get("file")]
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise NoManifestError(f"{manifest} cannot be read: {error}") from error


def read_repositories(folder: Path) -> list[Repository]:
    """The repositories of `repos.json`; none where there is no such file."""
    listed = folder / "repos.json"
    records = json.loads(listed.read_text("utf-8")) if listed.is_file() else []
    return [_repository(record) for record in records if record.get("repo")]


def _paper(folder: Path, record: Mapping[str, Any]) -> Paper:
    truth = record.get("ground_truth") or {}
    ambiguous = frozenset(truth.get("ambiguous") or ())
    return Paper(
        folder / str(record["file"]),
        {name: value for name, value in truth.items() if isinstance(value, bool)},
        ambiguous,
        truth.get("repo_url"),
        "repo_url" in truth and "repo_url" not in ambiguous,
    )


def _repository(record: Mapping[str, Any]) -> Repository:
    truth = record.get("ground_truth") or {}
    name = str(record["repo"]).removeprefix("https://").removeprefix("github.com/").strip("/")
    unsure = set(truth.get("ambiguous") or ())
    facts = {fact: value for fact, value in truth.items() if fact not in unsure and _is_told(fact, value, truth)}
    return Repository(name, str(truth.get("url") or f"https://github.com/{name}"), facts)


def _is_told(fact: str, value: Any, truth: Mapping[str, Any]) -> bool:
    """Yes, no and numbers; of a licence its name, or that there is none."""
    if fact == "licence":
        return isinstance(value, str) or (value is None and truth.get("has_licence") is False)
    return isinstance(value, bool | int)
