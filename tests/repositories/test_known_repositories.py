"""Facts about real papers' repositories against what a person found there; run where copies of them are at hand.

PAPERSNITCH_PAPERS is a folder with `repos.json`, PAPERSNITCH_REPOSITORIES one of bare repositories, `owner+name`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from jobs.repositories.address import address_of
from jobs.repositories.facts import all_facts
from jobs.repositories.fetch import fetch
from jobs.repositories.objects import list_entries
from jobs.repositories.settings import Mirror, Settings, settings_from
from jobs.repositories.snapshot import snapshot_from
from jobs.repositories.texts import read_texts

PAPERS = Path(os.environ.get("PAPERSNITCH_PAPERS", "../shared/papers"))
REPOSITORIES = Path(os.environ.get("PAPERSNITCH_REPOSITORIES", "../repositories"))


def known() -> list[Any]:
    listed = PAPERS / "repos.json"
    records = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else []
    return [pytest.param(record, id=record["repo"]) for record in records] or [pytest.param(None, id="none")]


@pytest.mark.parametrize("record", known())
def test_the_facts_are_what_a_person_found(record: dict[str, Any] | None, tmp_path: Path) -> None:
    stored = bare_repository(record["repo"]) if record else None
    if record is None or stored is None:
        pytest.skip("No repos.json, or no copy of the repository (PAPERSNITCH_PAPERS, PAPERSNITCH_REPOSITORIES)")
    facts = facts_of(record["repo"], stored, tmp_path)
    truth = {name: value for name, value in record["ground_truth"].items() if not isinstance(value, list)}
    shared = truth.keys() & facts.keys()
    assert {name: facts[name] for name in shared} == {name: truth[name] for name in shared}


def bare_repository(repo: str) -> Path | None:
    folder = REPOSITORIES / repo.replace("/", "+")
    return next((path for path in (folder / "repo", folder) if (path / "objects").is_dir()), None)


def facts_of(repo: str, stored: Path, tmp_path: Path) -> dict[str, Any]:
    owner, name = repo.split("/")
    (tmp_path / "mirror").mkdir()
    (tmp_path / "scratch").mkdir()
    (tmp_path / "mirror" / f"{name}.git").symlink_to(stored.resolve())
    settings = Settings(settings_from({}).hosts, mirrors=(Mirror(f"https://github.com/{owner}/", tmp_path / "mirror"),))
    fetched = fetch(address_of(f"https://github.com/{repo}", settings), settings, tmp_path / "scratch")
    entries = list_entries(fetched.git, fetched.commit)
    files = [{"path": entry.path, "size": entry.size} for entry in entries]
    texts = read_texts(fetched.git, entries)
    snapshot = snapshot_from({"commit": fetched.commit, "url": fetched.url, "files": files, "texts": texts})
    return {name: fact.value for name, fact in all_facts(snapshot).items()}
