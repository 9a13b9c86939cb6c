"""Addresses: how they are written in papers, and how they were meant."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit, urlunsplit

from jobs.papers.hosts import WITHOUT_SCHEME, repository_root

_NOT_IN_ADDRESS = r"\s<>\"“”‘’{}|^`\\\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"
_LATEX = r"\\(?:[_%#&~-]|textasciitilde\b(?:\{\})?)"  # A paper's source code that came through unset.
_SCHEME = r"(?:https?|ftp)\s?:\s?/\s?/\s?"
ADDRESS = re.compile(
    rf"(?:{_SCHEME}|git@(?=[\w.-]+\.\w+:)|(?<![\w@/.-])www\.|(?<![A-Za-z@/.-]){WITHOUT_SCHEME})"
    rf"(?:[^{_NOT_IN_ADDRESS}]|{_LATEX})*",
    re.IGNORECASE,
)
_TYPESET = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
        **dict.fromkeys("\u223c\u02dc\uff5e", "~"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
        "\u2044": "/",
    }
)
GLUED = re.compile(
    r"(?<=[^/=?&:])(?=https?:/)", re.IGNORECASE
)  # But not .../web/2020/https://... or ...?url=https://...
_NEXT_SENTENCE = re.compile(
    r"(?<=[\w)/])[.;,](?=(?:We|Our|The|This|These|In|It|For|All|Code|Data|And|To|See|A)\b(?![/.\w-]))"
)
_MARKS = ".,;:!?'\"*•†‡§¶>([{∗⋆¹²³⁴⁵⁶⁷⁸⁹⁰…"
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))
_UNRESERVED = re.compile(r"%(?:7E|5F|2D|2E)", re.IGNORECASE)
_PLAIN_TREE = re.compile(r"/(?:-/)?(?:tree|src)/(?:main|master)/?$")


def tidy(found: str) -> str:
    """An address as it was meant: no spaces, no trailing punctuation, a scheme, no doubled DOI prefix."""
    url = re.sub(r"\s+", "", found.translate(_TYPESET))
    url = re.sub(r"\\textasciitilde(?:\{\})?", "~", url).replace("\\", "")
    url = _UNRESERVED.sub(lambda escape: unquote(escape.group()), url)
    url = re.sub(r"(?:https?://(?:dx\.)?doi\.org/)+(?=https?://(?:dx\.)?doi\.org/)", "", url)
    url = _without_trailing(GLUED.split(url)[0])
    url = re.sub(r"^git@([\w.-]+):", r"https://\1/", url)
    if not re.match(r"(?:https?|ftp)://", url, re.IGNORECASE):
        url = f"https://{url}"
    return _lower_host(url)


def _lower_host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # Brackets where no IPv6 address stands.
        return url
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, parts.fragment))


def _without_trailing(url: str) -> str:
    url = _NEXT_SENTENCE.split(url)[0]
    for opening, closing in _PAIRS:
        url = _before_unopened(url, opening, closing)
    return url.rstrip(_MARKS)


def _before_unopened(url: str, opening: str, closing: str) -> str:
    """What stands before a bracket that closes and was never opened: it belongs to the sentence around."""
    depth = 0
    for index, sign in enumerate(url):
        depth += (sign == opening) - (sign == closing)
        if depth < 0:
            return url[:index]
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
    path = _PLAIN_TREE.sub("", unquote(parts.path)).rstrip("/").removesuffix(".git")
    path = path.lower() if repository_root(url) else path
    return f"{host}{path}{'?' + parts.query if parts.query else ''}"


def without_branch(url: str) -> str:
    """A link to a repository's default branch as the link to the repository; any other unchanged."""
    return _PLAIN_TREE.sub("", url).removesuffix("/").removesuffix(".git") if repository_root(url) else url
