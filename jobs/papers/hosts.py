"""Hosts: what kind of thing an address leads to, by the host it names and the words around it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REPOSITORY_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co")
_NESTED = re.compile(r"^(?:gitlab\.|git\.)")  # Where groups hold groups, here and at universities.
SHORTENERS = (
    "git.io", "bit.ly", "goo.gl", "t.co", "tinyurl.com", "ow.ly", "rb.gy", "is.gd", "aka.ms", "t.ly", "cutt.ly",
    "shorturl.at", "tiny.cc", "dub.sh", "g.co", "hf.co", "w3id.org", "purl.org",
)  # fmt: skip
_ARCHIVES = re.compile(
    r"(?:^|\.)(?:zenodo\.org|figshare\.com|osf\.io|codeocean\.com|softwareheritage\.org)$|dataverse|"
    r"10\.5281/zenodo|10\.6084/m9\.figshare|10\.17605/osf|10\.24433/co",
    re.IGNORECASE,
)  # Where code is kept as well as data.
_ANONYMOUS = ("anonymous.4open.science", "anonymousgithub.com")
_DATA_HOSTS = (
    "kaggle.com", "openml.org", "physionet.org", "synapse.org", "archive.ics.uci.edu", "data.mendeley.com",
    "datadryad.org", "cancerimagingarchive.net", "grand-challenge.org", "ieee-dataport.org",
)  # fmt: skip
_PAPER_HOSTS = (
    "doi.org", "arxiv.org", "aclanthology.org", "aclweb.org", "openreview.net", "proceedings", "dl.acm.org",
    "ieeexplore", "springer.com", "sciencedirect.com", "semanticscholar.org", "pubmed", "ncbi.nlm.nih.gov",
)  # fmt: skip
_NAMES = r"(?:github|gitlab|bitbucket|codeberg|huggingface|zenodo|doi|osf|kaggle|figshare|openml|bit|git|tinyurl|goo)"
WITHOUT_SCHEME = (
    rf"(?:(?:[a-z0-9-]+\.)?{_NAMES}\.(?:com|org|co|io|net|ly|gl)/|"
    r"[a-z0-9-]+\.(?:github|gitlab)\.io\b|anonymous\.4open\.science/)"
)
_NOT_PROJECTS = {
    "blog", "docs", "features", "topics", "orgs", "about", "settings", "marketplace", "sponsors", "papers", "spaces",
    "collections", "search", "apps", "login", "explore", "help", "users", "groups",
}  # fmt: skip
_INSIDE = {"-", "tree", "blob", "raw", "issues", "wikis", "wiki", "merge_requests", "releases", "commit", "commits"}
_CODE_WORDS = (
    r"\bcodes?\b|\bour (?:implementation|repository|toolkit|software)\b|\bcodebase\b|\bsource files\b|\bartifacts?\b|"
    r"\bscripts\b|\bsoftware\b|código|codigo\b|quellcode|quelltext|programmcode|codice\b|代码|コード|코드"
)
_KINDS = (
    ("code", _CODE_WORDS),
    ("data", r"\bdata ?sets?\b|\bdata\b|corpus|corpora|benchmark|ground truth|\bdados\b|\bdatos\b|\bdonnées\b|daten\b"),
    ("model", r"\b(?:pre-?trained|weights|checkpoints?|models?)\b"),
)


def host_of(url: str) -> str:
    """The host without `www.`; empty when the address has none."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def repository_root(url: str) -> str | None:
    """`https://host/owner/name` for an address in a repository; None for anything else, `github.io` included."""
    host, steps = host_of(url), [step for step in urlsplit(url).path.split("/") if step]
    nested = bool(_NESTED.match(host))
    if not (host in REPOSITORY_HOSTS or nested) or len(steps) < 2 or steps[0].lower() in _NOT_PROJECTS:
        return None
    if host == "huggingface.co" and steps[0] == "datasets":
        return f"https://{host}/{'/'.join(steps[:3])}" if len(steps) > 2 else None
    depth = next((at for at, step in enumerate(steps) if step in _INSIDE), len(steps)) if nested else 2
    return f"https://{host}/{'/'.join(steps[:depth]).removesuffix('.git')}" if depth > 1 else None


def is_shortener(url: str) -> bool:
    """Whether the address only stands for another."""
    return host_of(url) in SHORTENERS


def is_anonymous(url: str) -> bool:
    """Whether the address is a copy made for reviewers who must not know whose work it is."""
    return host_of(url) in _ANONYMOUS


def kind_of(url: str, words: str) -> str:
    """code, data, model, paper or other: by the address, then by the words of the sentence it stands in."""
    words = words.lower()
    return _kind_by_address(host_of(url), urlsplit(url).path.lower(), words) or _kind_by_words(words)


def _kind_by_address(host: str, path: str, words: str) -> str:
    if host in _ANONYMOUS:
        return "code"
    if host == "huggingface.co":
        return "data" if path.startswith("/datasets") else "model"
    if _ARCHIVES.search(host) or _ARCHIVES.search(path):
        return "code" if re.search(_CODE_WORDS, words) and not re.search(r"\bdata ?sets?\b|corpus", words) else "data"
    if any(known in host for known in _DATA_HOSTS):
        return "data"
    if any(known in host for known in _PAPER_HOSTS):
        return "paper"
    return _kind_of_repository(path) if repository_root(f"https://{host}{path}") else ""


def _kind_of_repository(path: str) -> str:
    return "data" if re.search(r"dataset|[-_/]data$|corpus", path) else "code"


def _kind_by_words(words: str) -> str:
    return next((kind for kind, pattern in _KINDS if re.search(pattern, words)), "other")
