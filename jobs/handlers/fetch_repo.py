"""fetch_repo: the paper's own repository at one commit. That there is none is a finding, not a failure."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from jobs.context import NodeContext
from jobs.registry import handler
from jobs.repositories.address import Address, address_of
from jobs.repositories.errors import AbsentError, NoRepositoryError
from jobs.repositories.fetch import Fetched, fetch
from jobs.repositories.objects import Entry, list_entries
from jobs.repositories.settings import settings_from
from jobs.repositories.texts import read_texts


@handler("fetch_repo", version="2")
def fetch_repo(context: NodeContext) -> dict[str, Any]:
    """Fetch what validate_links chose, or the `repository` named in the run's input."""
    url = _chosen(context)
    if not url:
        return _not_found(context, url, "The paper names no code repository.", absent=True)
    try:
        return _fetch(context, url)
    except NoRepositoryError as finding:
        return _not_found(context, url, str(finding), absent=isinstance(finding, AbsentError))


def _chosen(context: NodeContext) -> str:
    named = context.workflow_input.get("repository")
    chosen = context.output_of("validate_links").get("repository") or {}
    return str(named or chosen.get("leads_to") or chosen.get("url") or "")


def _fetch(context: NodeContext, url: str) -> dict[str, Any]:
    settings = settings_from()
    address = address_of(url, settings)
    context.log(f"Fetching {address.url}")
    with tempfile.TemporaryDirectory(prefix="papersnitch-git-") as scratch:
        fetched = fetch(address, settings, Path(scratch), context.cancelled)
        entries = list_entries(fetched.git, fetched.commit)
        texts = read_texts(fetched.git, entries)
    context.json_artifact("repository.json", _record(fetched, entries, texts))
    context.log(f"Commit {fetched.commit}: {len(entries)} files, {len(texts)} of them read as text")
    return _found(fetched, address, entries)


def _record(fetched: Fetched, entries: list[Entry], texts: dict[str, str]) -> dict[str, Any]:
    return {
        "commit": fetched.commit,
        "url": fetched.url,
        "files": [{"path": entry.path, "size": entry.size} for entry in entries if not entry.is_submodule],
        "submodules": [entry.path for entry in entries if entry.is_submodule],
        "texts": texts,
    }


def _found(fetched: Fetched, address: Address, entries: list[Entry]) -> dict[str, Any]:
    source = "the mirror" if fetched.mirror else address.host
    return {
        "found": True,
        "absent": False,
        "reason": f"Fetched from {source}.",
        "url": fetched.url,
        "subpath": address.subpath,
        "commit": fetched.commit,
        "files": sum(not entry.is_submodule for entry in entries),
        "bytes": sum(entry.size or 0 for entry in entries),
        "mirror": fetched.mirror,
    }


def _not_found(context: NodeContext, url: str, reason: str, *, absent: bool) -> dict[str, Any]:
    """`absent` tells "there is none" from "it could not be looked at"."""
    context.log(reason, "warning")
    nothing = {"subpath": "", "commit": "", "files": 0, "bytes": 0, "mirror": False}
    return {"found": False, "absent": absent, "reason": reason, "url": url, **nothing}
