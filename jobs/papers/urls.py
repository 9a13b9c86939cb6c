"""Addresses: how they are written in papers, tidied, and what kind of thing they lead to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

REPOSITORY_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co")
_DATA_HOSTS = (
    "zenodo.org", "figshare.com", "osf.io", "kaggle.com", "dataverse", "openml.org", "physionet.org", "synapse.org",
    "archive.ics.uci.edu", "data.mendeley.com", "datadryad.org", "cancerimagingarchive.net", "grand-challenge.org",
    "ieee-dataport.org",
)  # fmt: skip
_PAPER_HOSTS = (
    "doi.org", "arxiv.org", "aclanthology.org", "aclweb.org", "openreview.net", "proceedings", "dl.acm.org",
    "ieeexplore", "springer.com", "sciencedirect.com", "semanticscholar.org", "pubmed", "ncbi.nlm.nih.gov",
)  # fmt: skip
_KNOWN = r"(?:github|gitlab|bitbucket|codeberg|huggingface|zenodo|doi|osf|kaggle|figshare|openml)"

ADDRESS = re.compile(
    rf"(?:(?:https?|ftp)\s?:\s?/\s?/\s?|(?<![\w@/.])www\.|(?<![A-Za-z@/.-])(?:[a-z0-9-]+\.)?{_KNOWN}\.(?:com|org|co|io|net)/)"
    r"[^\s<>\"“”‘’{}|^`\\]*",
    re.IGNORECASE,
)
_NOT_PROJECTS = {
    "blog",
    "docs",
    "features",
    "topics",
    "orgs",
    "about",
    "settings",
    "marketplace",
    "sponsors",
    "papers",
    "spaces",
}
_PLAIN_TREE = re.compile(r"/(?:-/)?(?:tree|src)/(?:main|master)/?$")


def tidy(found: str) -> str:
    """An address as it was meant: no spaces, no trailing punctuation, a scheme, no doubled DOI prefix."""
    url = re.sub(r"\s+", "", found)
    url = re.sub(r"(?:https?://(?:dx\.)?doi\.org/)+(?=https?://(?:dx\.)?doi\.org/)", "", url)
    url = _without_trailing(url)
    if not re.match(r"(?:https?|ftp)://", url, re.IGNORECASE):
        url = f"https://{url}"
    parts = urlsplit(url)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, parts.fragment))


def _without_trailing(url: str) -> str:
    while url:
        bare = url.rstrip(".,;:!?'\"*•†‡§¶>")
        for opening, closing in ("()", "[]", "{}"):
            if bare.endswith(closing) and bare.count(closing) > bare.count(opening):
                bare = bare[:-1]
        if bare == url:
            return url
        url = bare
    return url


def is_address(url: str) -> bool:
    """Whether there is a host with a dot in it to go to."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return bool(re.fullmatch(r"(?:[\w-]+\.)+[^\W\d_]{2,}|\d+\.\d+\.\d+\.\d+", host))


def key_of(url: str) -> str:
    """What two spellings of one address share."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = _PLAIN_TREE.sub("", parts.path).rstrip("/").removesuffix(".git")
    return f"{host}{path.lower() if host in REPOSITORY_HOSTS else path}{'?' + parts.query if parts.query else ''}"


def repository_root(url: str) -> str | None:
    """`https://host/owner/name` for an address in a repository; None for anything else, `github.io` included."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    steps = [step for step in parts.path.split("/") if step]
    if host not in REPOSITORY_HOSTS or len(steps) < 2 or steps[0].lower() in _NOT_PROJECTS:
        return None
    if host == "huggingface.co" and steps[0] == "datasets":
        return f"https://{host}/{'/'.join(steps[:3])}" if len(steps) > 2 else None
    return f"https://{host}/{steps[0]}/{steps[1].removesuffix('.git')}"


def without_branch(url: str) -> str:
    """A link to a repository's default branch as the link to the repository; any other unchanged."""
    return _PLAIN_TREE.sub("", url).removesuffix("/").removesuffix(".git") if repository_root(url) else url


def kind_of(url: str, words: str) -> str:
    """code, data, model, paper or other: by the address, then by the words of the sentence it stands in."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.lower()
    if "huggingface.co" in host:
        return "data" if path.startswith("/datasets") else "model"
    if any(known in host for known in _DATA_HOSTS):
        return "data"
    if any(known in host for known in _PAPER_HOSTS):
        return "paper"
    if repository_root(url):
        return "data" if re.search(r"dataset|[-_/]data$|corpus", path) else "code"
    return _kind_by_words(words.lower())


def _kind_by_words(words: str) -> str:
    for kind, pattern in (
        ("code", r"\bcodes?\b|\bour (?:implementation|repository|toolkit|software)\b|código|codebase"),
        ("data", r"\bdata ?sets?\b|\bdata\b|corpus|corpora|benchmark|ground truth|\bdados\b|\bdatos\b"),
        ("model", r"\b(?:pre-?trained|weights|checkpoints?|models?)\b"),
    ):
        if re.search(pattern, words):
            return kind
    return "other"
