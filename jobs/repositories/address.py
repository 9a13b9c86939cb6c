"""A link in a paper read as the address of a repository: which host, which repository, which place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from jobs.repositories.errors import NoRepositoryError
from jobs.repositories.settings import Settings

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*\.?|[0-9a-f:]+")
_SEGMENT = re.compile(r"[A-Za-z0-9_.~+][A-Za-z0-9_.~+-]*")
_SCP_LIKE = re.compile(r"git@([A-Za-z0-9.-]+):(?!//)(.+)")
_READ_OVER_HTTPS = {"https", "http", "git", "ssh", "git+https", "git+ssh"}
_INTO_THE_REPOSITORY = {
    "-", "tree", "blob", "raw", "src", "commit", "commits", "branch", "releases", "issues", "pull", "wiki", "resolve",
}  # fmt: skip
_COLLECTIONS = {"datasets", "spaces"}


@dataclass(frozen=True)
class Address:
    """Where a repository is. `path` is the repository's own (`owner/name`), `subpath` the rest of the link."""

    scheme: str
    host: str
    port: int
    path: str
    subpath: str = ""

    @property
    def url(self) -> str:
        """The page a person would open."""
        return f"{self.scheme}://{self.authority}/{self.path}"

    @property
    def git_url(self) -> str:
        """What git is given. GitLab redirects where `.git` is missing; Hugging Face knows no `.git`."""
        return self.url if self.host == "huggingface.co" else f"{self.url}.git"

    @property
    def authority(self) -> str:
        """The host, in brackets where it is IPv6, with the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def address_of(link: str, settings: Settings) -> Address:
    """The repository a link leads to; NoRepositoryError with a plain reason where it leads to none we may fetch."""
    parts = _split(link.strip())
    host = _host(parts, link)
    scheme, port = _scheme_and_port(parts, host, settings)
    if not settings.allows(host, port):
        raise NoRepositoryError(f"{_shown(host, port)} is not among the hosts repositories are fetched from.")
    path, subpath = _divide(host, [segment for segment in parts.path.split("/") if segment], link)
    return Address(scheme, host, port, path, subpath)


def _split(link: str) -> SplitResult:
    if not link or _UNSAFE.search(link) or link.startswith("-"):
        raise NoRepositoryError(f"{link!r} is not a web address.")
    if short := _SCP_LIKE.fullmatch(link):
        link = f"https://{short[1]}/{short[2]}"
    if "://" not in link and "::" not in link:
        link = f"https://{link}"
    try:
        return urlsplit(link)
    except ValueError as error:
        raise NoRepositoryError(f"{link!r} is not a web address.") from error


def _host(parts: SplitResult, link: str) -> str:
    if parts.scheme.lower() not in _READ_OVER_HTTPS:
        raise NoRepositoryError(f"{link!r} is not an https address; repositories are fetched over https only.")
    if parts.password is not None or (parts.username and parts.username != "git"):
        raise NoRepositoryError("The address carries a user name or password; such addresses are not fetched.")
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    if not _HOST.fullmatch(host):
        raise NoRepositoryError(f"{link!r} names no host.")
    return host


def _scheme_and_port(parts: SplitResult, host: str, settings: Settings) -> tuple[str, int]:
    """Everything is asked for over https, but hosts the operator listed with http://."""
    scheme = parts.scheme.lower()
    try:
        port = parts.port if scheme in {"http", "https"} else None
    except ValueError as error:
        raise NoRepositoryError("The address has an impossible port.") from error
    if scheme == "http" and f"{host}:{port or 80}" in settings.plain_hosts:
        return "http", port or 80
    return "https", 443 if port in {None, 80} else int(port or 443)


def _divide(host: str, segments: list[str], link: str) -> tuple[str, str]:
    """The repository's own part of a path, and the rest."""
    length = _own_length(host, segments)
    own = [*segments[: length - 1], segments[length - 1].removesuffix(".git")] if length else []
    if len(own) < 2 and host != "huggingface.co":
        raise NoRepositoryError(f"{link} names no repository, only {'an account' if own else 'a host'}.")
    if not own or not all(_SEGMENT.fullmatch(segment) and segment not in {".", ".."} for segment in own):
        raise NoRepositoryError(f"{link} does not name a repository.")
    return "/".join(own), "/".join(segments[length:])


def _own_length(host: str, segments: list[str]) -> int:
    """How many segments name the repository: two on most hosts, up to a marker such as `/tree/` where groups nest."""
    if host in {"github.com", "bitbucket.org", "codeberg.org"}:
        return min(2, len(segments))
    if host == "huggingface.co":
        return min(3 if segments[:1] and segments[0] in _COLLECTIONS else 2, len(segments))
    for index, segment in enumerate(segments):
        if segment.endswith(".git"):
            return index + 1
        if index >= 2 and segment in _INTO_THE_REPOSITORY:
            return index
    return len(segments)


def _shown(host: str, port: int) -> str:
    return host if port == 443 else f"{host}:{port}"
