"""Differences: what a run found otherwise than the run before it: links, repository, answers, score. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dashboard.judging.evidence import Answer

Record = Mapping[str, Any]


class Kind(StrEnum):
    """What can be different, in the order in which it is told."""

    LINK_DIED = "link_died"
    LINK_BACK = "link_back"
    LINK_MOVED = "link_moved"
    REPOSITORY_GONE = "repository_gone"
    REPOSITORY_BACK = "repository_back"
    REPOSITORY_MOVED = "repository_moved"
    NEW_COMMITS = "new_commits"
    CRITERION = "criterion"
    SCORE = "score"


# One of them, and several.
WORDS = {
    Kind.LINK_DIED: ("link died", "links died"),
    Kind.LINK_BACK: ("link is back", "links are back"),
    Kind.LINK_MOVED: ("link moved", "links moved"),
    Kind.REPOSITORY_GONE: ("repository is gone", "repositories are gone"),
    Kind.REPOSITORY_BACK: ("repository is back", "repositories are back"),
    Kind.REPOSITORY_MOVED: ("repository moved", "repositories moved"),
    Kind.NEW_COMMITS: ("repository has new commits", "repositories have new commits"),
    Kind.CRITERION: ("criterion differs", "criteria differ"),
    Kind.SCORE: ("score differs", "scores differ"),
}


@dataclass(frozen=True)
class Side:
    """What one run saw and concluded: its links by address, its repository as `fetch_repo` told of it, its answers by
    rubric and criterion, its score."""

    links: Mapping[str, Record]
    repository: Record
    answers: Mapping[tuple[str, str], Answer]
    score: float | None


@dataclass(frozen=True)
class Difference:
    """`subject` is a link's or repository's address, or a rubric with one of its criteria."""

    kind: Kind
    subject: str
    before: str
    after: str


def differences(before: Side, after: Side) -> list[Difference]:
    """All of them. What could not be told this time (no network, a host that would not say) is no difference."""
    looked_at = (_links, _repository, _answers, _score)
    return [one for differs in looked_at for one in differs(before, after)]


def summary(counts: Mapping[str, int]) -> str:
    """How often each kind was found, in a sentence: `2 links died, 1 score differs.`"""
    told = [in_words(kind, counts[kind]) for kind in Kind if counts.get(kind)]
    return f"{', '.join(told)}." if told else "Nothing has changed."


def in_words(kind: Kind, number: int) -> str:
    """`2 links died`"""
    return f"{number:,} {WORDS[kind][number != 1]}"


def _links(before: Side, after: Side) -> Iterator[Difference]:
    for url, now in after.links.items():
        if was := before.links.get(url):
            yield from _link(url, was, now)


def _link(url: str, was: Record, now: Record) -> Iterator[Difference]:
    words = _health(was), _health(now)
    if now.get("alive") is False and was.get("alive") is not False:
        yield Difference(Kind.LINK_DIED, url, *words)
    if now.get("alive") is True and was.get("alive") is False:
        yield Difference(Kind.LINK_BACK, url, *words)
    if now.get("moved_to") and "moved_to" in was and now["moved_to"] != was["moved_to"]:
        yield Difference(Kind.LINK_MOVED, url, str(was["moved_to"] or url), str(now["moved_to"]))


def _health(link: Record) -> str:
    return "it answered" if link.get("alive") else str(link.get("note") or "not asked")


def _repository(before: Side, after: Side) -> Iterable[Difference]:
    was, now = before.repository, after.repository
    if was.get("found") and now.get("found"):
        return _moved_on(was, now)
    if was.get("found") and now.get("absent"):
        return [Difference(Kind.REPOSITORY_GONE, str(was["url"]), _commit(was), str(now.get("reason", "")))]
    if was.get("absent") and now.get("found"):
        return [Difference(Kind.REPOSITORY_BACK, str(now["url"]), str(was.get("reason", "")), _commit(now))]
    return []


def _moved_on(was: Record, now: Record) -> Iterator[Difference]:
    if was.get("url") != now.get("url"):
        yield Difference(Kind.REPOSITORY_MOVED, str(was.get("url")), str(was.get("url")), str(now.get("url")))
    if was.get("commit") != now.get("commit"):
        yield Difference(Kind.NEW_COMMITS, str(now.get("url")), _commit(was), _commit(now))


def _commit(repository: Record) -> str:
    return f"commit {str(repository.get('commit') or '')[:10]}"


def _answers(before: Side, after: Side) -> Iterator[Difference]:
    for (rubric, criterion), now in after.answers.items():
        was = before.answers.get((rubric, criterion), now)
        if was != now:
            yield Difference(Kind.CRITERION, f"{rubric}/{criterion}", str(was), str(now))


def _score(before: Side, after: Side) -> Iterator[Difference]:
    if None not in (before.score, after.score) and before.score != after.score:
        yield Difference(Kind.SCORE, "score", f"{before.score:g}", f"{after.score:g}")
