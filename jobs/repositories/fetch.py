"""One commit of a repository, brought here as objects: from a mirror, or over the network with everything shut."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.engine.errors import TransientError
from jobs.repositories.address import Address
from jobs.repositories.errors import AbsentError, NoRepositoryError
from jobs.repositories.git import Git, GitFailedError, never
from jobs.repositories.mirrors import find_detour, find_mirrored
from jobs.repositories.preflight import Endpoint, find_endpoint
from jobs.repositories.settings import Settings

_ABSENT = ("not found", "could not read username", "returned error: 401", "returned error: 404", "returned error: 410")
_NO_COMMIT = ("expected commit type",)
_EMPTY = ("couldn't find remote ref", "remote ref head")
_REDIRECTED = re.compile(r"returned error: 30[1-8]|redirect")
_OWN_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"


@dataclass(frozen=True)
class Fetched:
    """A commit that can be read through `git`. `mirror` is true when the operator's copy was read."""

    git: Git
    commit: str
    url: str
    mirror: bool


def fetch(address: Address, settings: Settings, scratch: Path, stopped: Callable[[], bool] = never) -> Fetched:
    """Bring the newest commit of the default branch into `scratch`, an empty folder the caller deletes.

    Raises NoRepositoryError (a finding) where there is nothing to have, TransientError where trying again may help.
    """
    git = Git(scratch / "repository.git", scratch, settings.limits, stopped)
    if (stored := find_mirrored(address.url, settings)) is not None:
        return _from_mirror(git, stored, address)
    if (detour := find_detour(address, settings)) is not None:
        return _from_detour(git, *detour, address)
    endpoint = find_endpoint(address, settings)
    return Fetched(git, _fetch_commit(git, endpoint), endpoint.address.url, mirror=False)


def _from_detour(git: Git, there: Address, settings: Settings, address: Address) -> Fetched:
    """What an operator's mirror lacks may well exist: that is no finding about the paper."""
    try:
        commit = _fetch_commit(git, find_endpoint(there, settings))
    except AbsentError as error:
        raise NoRepositoryError(f"The mirror at {there.authority} has no copy of {address.url}.") from error
    return Fetched(git, commit, address.url, mirror=True)


def _from_mirror(git: Git, stored: Path, address: Address) -> Fetched:
    try:
        if stored.is_dir():
            git.repository = stored.resolve()
            commit = _commit_named(git, "HEAD")
        else:
            _make_empty(git)
            commit = _unbundle(git, stored.resolve())
    except GitFailedError as error:
        raise NoRepositoryError(f"The mirror of {address.url} holds no readable commit.") from error
    return Fetched(git, commit, address.url, mirror=True)


def _make_empty(git: Git) -> None:
    """A bare repository with nothing in it: no template, so no hooks."""
    git.run("init", "--quiet", "--bare", "--template=", str(git.repository))


def _unbundle(git: Git, bundle: Path) -> str:
    """The bundle's HEAD, or else its main or first branch."""
    listed = git.run("bundle", "unbundle", str(bundle)).decode("utf-8", "replace")
    refs = {name: commit for commit, _, name in (line.partition(" ") for line in listed.splitlines())}
    for name in ("HEAD", "refs/heads/main", "refs/heads/master", *refs):
        if name in refs:
            return _commit_named(git, refs[name])
    raise GitFailedError("The bundle is empty.")


def _fetch_commit(git: Git, endpoint: Endpoint) -> str:
    limits = git.limits
    address, pinned = endpoint.address, endpoint.resolved
    network = {
        f"protocol.{address.scheme}.allow": "always",
        "http.curloptResolve": f"{address.host}:{address.port}:{f'[{pinned}]' if ':' in pinned else pinned}",
        "http.lowSpeedLimit": "1",
        "http.lowSpeedTime": str(limits.stall_seconds),
    }
    shape = ("--depth=1", f"--filter=blob:limit={limits.blob_bytes}", "--no-tags", "--no-recurse-submodules")
    _make_empty(git)
    try:
        git.run("fetch", "--quiet", *shape, "--", address.git_url, "+HEAD:refs/papersnitch/head", config=network)
        # A filtered fetch leaves a note to fetch what is missing when it is read. Reading must never reach the network.
        (git.repository / "config").write_text(_OWN_CONFIG, encoding="ascii")
        return _commit_named(git, "refs/papersnitch/head")
    except GitFailedError as error:
        raise _translated(str(error), address) from error


def _commit_named(git: Git, name: str) -> str:
    return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode("ascii").strip()


def _translated(words: str, address: Address) -> Exception:
    """What git's words mean: a finding where the repository is the matter, transient where the host or the way is."""
    lowered = words.lower()
    if any(phrase in lowered for phrase in _EMPTY):
        return AbsentError(f"The repository at {address.url} is empty.")
    if any(phrase in lowered for phrase in _NO_COMMIT):
        return NoRepositoryError(f"The default branch of {address.url} leads to no commit.")
    if any(phrase in lowered for phrase in _ABSENT):
        return AbsentError(f"There is no public repository at {address.url}.")
    if _REDIRECTED.search(lowered):
        return NoRepositoryError(f"{address.url} redirects elsewhere, which is not followed.")
    return TransientError(f"{address.authority} broke off the fetch: {words.splitlines()[-1]}")
