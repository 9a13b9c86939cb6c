"""What an operator decides about repositories: which hosts, which mirrors, how much, how long."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DEFAULT_HOSTS = "github.com,gitlab.com,bitbucket.org,huggingface.co,codeberg.org"


@dataclass(frozen=True)
class Limits:
    """How much of a repository is taken. Bytes and seconds; the defaults hold for nearly all of science's code."""

    seconds: float = 180.0
    connect_seconds: float = 15.0
    stall_seconds: int = 30
    pack_bytes: int = 512 * 1024 * 1024
    blob_bytes: int = 2 * 1024 * 1024
    listing_bytes: int = 64 * 1024 * 1024
    files: int = 100_000
    text_bytes: int = 256 * 1024
    all_text_bytes: int = 16 * 1024 * 1024
    memory_bytes: int = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True)
class Mirror:
    """Repositories whose address starts with `prefix` are read from `directory`, without network."""

    prefix: str
    directory: Path


@dataclass(frozen=True)
class Detour:
    """Repositories whose address starts with `prefix` are fetched from the operator's own mirror at `url` instead."""

    prefix: str
    url: str


# The sample papers name repositories that exist only here, as bundles beside the papers.
SAMPLE_MIRROR = Mirror("https://github.com/papersnitch-samples/", SAMPLES)


@dataclass(frozen=True)
class Settings:
    """`private_hosts` are the operator's own, as `host` or `host:port`; to `plain_hosts` among them we speak http."""

    hosts: frozenset[str]
    private_hosts: frozenset[str] = frozenset()
    plain_hosts: frozenset[str] = frozenset()
    mirrors: tuple[Mirror, ...] = ()
    detours: tuple[Detour, ...] = ()
    limits: Limits = Limits()

    def allows(self, host: str, port: int) -> bool:
        """True when a repository may be fetched from that host."""
        return (port == 443 and host in self.hosts) or self.is_private(host, port)

    def on(self, detour: Detour) -> Settings:
        """Settings under which that detour's host is the only one: no link in a paper is ever read with them."""
        host = frozenset({_bare(detour.url)})
        plain = host if detour.url.startswith("http://") else frozenset[str]()
        return replace(self, hosts=frozenset(), private_hosts=host, plain_hosts=plain)

    def is_private(self, host: str, port: int) -> bool:
        """True when the operator named that host as their own, so that its address need not be public."""
        return f"{host}:{port}" in self.private_hosts or (port == 443 and host in self.private_hosts)


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the environment: REPOSITORY_HOSTS, REPOSITORY_PRIVATE_HOSTS, REPOSITORY_MIRRORS,
    REPOSITORY_SECONDS and REPOSITORY_MEGABYTES."""
    private = _words(environment.get("REPOSITORY_PRIVATE_HOSTS", ""))
    plain = frozenset(_bare(word) for word in private if word.startswith("http://"))
    stands_for = _pairs(environment.get("REPOSITORY_MIRRORS", ""))
    mirrors = (Mirror(prefix, Path(place)) for prefix, place in stands_for if not _is_url(place))
    return Settings(
        hosts=frozenset(_words(environment.get("REPOSITORY_HOSTS") or DEFAULT_HOSTS)),
        private_hosts=frozenset(_bare(word) for word in private),
        plain_hosts=plain,
        mirrors=(*mirrors, SAMPLE_MIRROR),
        detours=tuple(Detour(prefix, place) for prefix, place in stands_for if _is_url(place)),
        limits=_limits(environment),
    )


def _words(listed: str) -> list[str]:
    return [word.strip().lower() for word in listed.split(",") if word.strip()]


def _bare(address: str) -> str:
    """`http://127.0.0.1:8010/lab` as `127.0.0.1:8010`."""
    scheme, found, rest = address.partition("://")
    host = (rest if found else scheme).partition("/")[0].lower()
    return f"{host}:80" if scheme == "http" and ":" not in host else host


def _pairs(listed: str) -> list[tuple[str, str]]:
    """`prefix=place,prefix=place` with the longest prefix first."""
    pairs = (pair.partition("=") for pair in listed.split(",") if "=" in pair)
    return sorted(((prefix.strip(), place.strip()) for prefix, _, place in pairs), key=lambda pair: -len(pair[0]))


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _limits(environment: Mapping[str, str]) -> Limits:
    defaults = Limits()
    seconds = float(environment.get("REPOSITORY_SECONDS") or defaults.seconds)
    megabytes = float(environment.get("REPOSITORY_MEGABYTES") or defaults.pack_bytes / 2**20)
    return Limits(seconds=seconds, pack_bytes=int(megabytes * 2**20))
