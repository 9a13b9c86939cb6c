"""Which site, and with which token: from the environment, or from a file that only its owner may read.

The file keeps a token for each site, so that none is ever sent to another site than its own.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from papersnitch_client.errors import ClientError, NoTokenError

URL, TOKEN, FILE = "PAPERSNITCH_URL", "PAPERSNITCH_TOKEN", "PAPERSNITCH_CONFIG"
ONLY_MINE = 0o600


@dataclass(frozen=True)
class Entry:
    """Where the site is, and the token that opens it."""

    url: str
    token: str


def entry(environment: Mapping[str, str] = os.environ) -> Entry:
    """As the environment says, else as `papersnitch login` left it; NoTokenError when neither is enough."""
    token, kept = environment.get(TOKEN, "").strip(), {} if environment.get(TOKEN) else _kept(path(environment))
    url = (environment.get(URL) or kept.get("site") or "").strip().rstrip("/")
    if not url:
        raise NoTokenError(f"No site is known here. Run `papersnitch login`, or set {URL} and {TOKEN}.")
    token = token or kept.get("tokens", {}).get(url, "")
    if not token:
        raise NoTokenError(f"No token for {url} is kept here. Run `papersnitch login --url {url}`, or set {TOKEN}.")
    return Entry(url, token)


def keep(kept: Entry, environment: Mapping[str, str] = os.environ) -> Path:
    """Keep the token, and this site as the one that is meant from now on; the file it lies in."""
    place = path(environment)
    tokens = (_kept(place).get("tokens") or {}) | {kept.url: kept.token}
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE), "w") as file:
        json.dump({"site": kept.url, "tokens": tokens}, file, indent=2)
    unfinished.replace(place)
    return place


def path(environment: Mapping[str, str] = os.environ) -> Path:
    """The file; `PAPERSNITCH_CONFIG` names another."""
    return Path(environment.get(FILE) or Path(click.get_app_dir("papersnitch")) / "config.json")


def _kept(place: Path) -> dict[str, Any]:
    try:
        words = place.read_text()
    except FileNotFoundError:
        return {}
    if os.name == "posix" and stat.S_IMODE(place.stat().st_mode) & ~ONLY_MINE:
        raise ClientError(f"Others may read {place}, and it holds tokens. Run: chmod 600 {place}")
    try:
        kept: dict[str, Any] = json.loads(words)
    except ValueError:
        raise ClientError(f"{place} is no JSON. Remove it and run `papersnitch login`.") from None
    return kept
