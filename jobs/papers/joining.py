"""Joining: where an address really ends that a line end, or a stray space, cuts in two."""

from __future__ import annotations

import re

from jobs.papers.hosts import REPOSITORY_HOSTS, host_of, repository_root
from jobs.papers.urls import ADDRESS, tidy

_TAIL = re.compile(r"(\n| )(\S+)")
_BEGUN = re.compile(r"^(?:https?|ftp)\s?:\s?/{0,2}$", re.IGNORECASE)
_GOES_ON = re.compile(r"[/?#]$")
_MUST_GO_ON = re.compile(r"[-_=&%~\u2010\u2011\u2013]$")
_CONTINUATION = re.compile(r"[/_=?&%#~]|-\w")
_ADDRESS_LIKE = re.compile(r"[/_=?&%#]|\w\.(?:html?|php|pdf|md|git|zip|json|py|txt|csv)\b|\d", re.IGNORECASE)
_DOMAIN_TAIL = re.compile(r"(?:com|org|io|net|edu|gov|co|ai|ac|de|uk|cn|fr|ch|eu)(?:[/.]|$)|\S+\.\w{2,5}(?:/|$)")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*/?[).,;:]*$")
_PLAIN_WORD = re.compile(r"(?:an?|and|are|as|at|by|for|from|in|is|it|of|on|or|our|page|the|this|to|we|where|with)\W*$")


def whole_end(text: str, start: int, end: int) -> int:
    """The offset behind the last part of the address that starts at `start` and seems to end at `end`."""
    while tail := _TAIL.match(text, end):
        head, next_ = text[start:end], tail.group(2)
        if not (_continues_below(head, next_) if tail.group(1) == "\n" else _continues_beside(head, next_)):
            break
        end = tail.end()
    return end


def _continues_below(head: str, next_: str) -> bool:
    """Whether the first word of the next line belongs to the address at this line's end."""
    if ADDRESS.match(next_):
        return bool(_BEGUN.search(head))
    if _BEGUN.search(head) or _MUST_GO_ON.search(head) or _CONTINUATION.match(next_):
        return True
    if head.endswith("."):
        return bool(_DOMAIN_TAIL.match(next_)) and not next_[0].isupper()
    if _GOES_ON.search(head):
        return _lacks_name(head) or bool(_ADDRESS_LIKE.search(next_.rstrip(".,;)")))
    return False


def _continues_beside(head: str, next_: str) -> bool:
    """Whether a space is none: after a bare scheme or host, where nothing but the rest of an address can follow."""
    if _BEGUN.search(head):
        return bool(_DOMAIN_TAIL.match(next_))
    if not head.endswith("/") or not _lacks_name(head):
        return False
    return bool(_NAME.match(next_)) and not _PLAIN_WORD.match(next_)


def _lacks_name(head: str) -> bool:
    url = tidy(head)
    return host_of(url) in REPOSITORY_HOSTS and repository_root(url) is None
