"""Following: one hop from a short address to what it stands for, and from a project's page to its one repository."""

from __future__ import annotations

import http.client
import re
from html.parser import HTMLParser

from dashboard.engine.errors import PermanentError, TransientError
from jobs.papers.asking import Answer, OutOfTimeError, ask
from jobs.papers.hosts import host_of, repository_root
from jobs.papers.urls import is_address, tidy

_SECONDS = 8.0
_MOST = 512 * 1024
_HOPS = 3  # Of a page's own redirects: to https, to www, to a trailing slash.
_UNWILLING = (OSError, http.client.HTTPException, ValueError, PermanentError, TransientError, OutOfTimeError)
_TEMPLATES = re.compile(r"\.github\.io$|template|/nerfies$|/jekyll|academic-?pages|/bulma", re.IGNORECASE)
_SAYS_CODE = re.compile(r"\b(?:code|github|gitlab|repository|source)\b", re.IGNORECASE)


def stands_for(url: str, allow_private: frozenset[str] = frozenset()) -> str:
    """What a short address leads to, by its own answer alone; empty when it does not say."""
    for method in ("HEAD", "GET"):
        answer = _asked(method, url, allow_private)
        if answer and is_address(answer.leads_to):
            return tidy(answer.leads_to)
    return ""


def repository_on(url: str, allow_private: frozenset[str] = frozenset()) -> str:
    """The one repository a web page names, or the one it calls code among several; empty when that is not clear."""
    links = _Links()
    links.feed(_page(url, allow_private))
    named = {root: says for address, says in links.found if (root := _root(address))}
    called_code = [root for root, says in named.items() if _SAYS_CODE.search(says)]
    clear = next((roots for roots in (list(named), called_code) if len(roots) == 1), [""])
    return clear[0]


def _root(address: str) -> str:
    root = repository_root(tidy(address)) if is_address(tidy(address)) else None
    return "" if root is None or host_of(root) == "huggingface.co" or _TEMPLATES.search(root) else root


def _page(url: str, allow_private: frozenset[str]) -> str:
    for _ in range(_HOPS):
        answer = _asked("GET", url, allow_private)
        if answer is None or not answer.leads_to:
            return answer.body.decode("utf-8", "replace") if answer and "html" in answer.kind else ""
        url = answer.leads_to
    return ""


def _asked(method: str, url: str, allow_private: frozenset[str]) -> Answer | None:
    try:
        return ask(method, url, _SECONDS, allow_private, _MOST if method == "GET" else 0)
    except _UNWILLING:
        return None


class _Links(HTMLParser):
    """The links of a page, each with the words it is shown by."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            address = dict(attrs).get("href") or ""
            self._open = address.startswith(("http://", "https://", "//"))
            self.found += [(f"https:{address}" if address.startswith("//") else address, "")] if self._open else []

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._open:
            address, says = self.found[-1]
            self.found[-1] = address, f"{says} {data}".strip()[:200]
