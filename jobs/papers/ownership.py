"""Ownership: which repository is the paper's own, and which it merely cites."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from jobs.papers.document import Document
from jobs.papers.hosts import kind_of, repository_root
from jobs.papers.links import Link
from jobs.papers.urls import without_branch

_ENOUGH = 3.0

_ITS_OWN = re.compile(
    r"\b(?:our|the)\s+(?:\w+[\s-]){0,3}?(?:codes?|codebase|implementation|repository|software|toolkit|scripts|models?|package)\b"
    r"[^.]{0,80}?\b(?:available|released?|found|accessed|open[- ]?sourced?|provided|public|hosted|published|shared)\b"
    r"|\bcodes?\b[^.]{0,60}\b(?:available|released|at|from|found|here|via)\b|^\W*\d{0,2}\W*(?:source )?code\s*:"
    r"|\bwe\s+(?:\w+\s+){0,3}?(?:release|open[- ]?source|publish|share|provide|make)\b"
    r"|\bour\s+(?:\w+\s+){0,2}(?:github|gitlab|git|repository|repo|code)\b|\bproject (?:page|website)\b"
    r"|\b(?:we|this paper) (?:present|introduce|propose|describe)s?\b[^.]{0,60}(?:https?:|github\.)"
    r"|código[^.]{0,40}disponí|código[^.]{0,40}disponible|\bavailable (?:at|from|on|under|online)\b",
    re.IGNORECASE,
)
_SOMEONE_ELSES = re.compile(
    r"\b(?:their|his|her|authors'|official|original|third[- ]party|existing|public(?:ly available)?)\s+(?:\w+\s+){0,2}"
    r"(?:codes?|implementation|repositor|software|release)"
    r"|\bwe (?:\w+ )?(?:use[ds]?|adopt(?:ed)?|build on|follow(?:ed)?|rely)\b"
    r"|\b(?:using|adapted from|based on|borrowed from|taken from|provided by|implementation of|downloaded from|"
    r"obtained from|following|implemented (?:in|with|by))\b",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Repository:
    """The best candidate. `own` only where the paper's words or its title make the repository its own."""

    url: str
    root: str | None
    own: bool
    why: str
    link: Link
    score: float


def choose_repository(document: Document, links: list[Link], title: str, authors: str) -> Repository | None:
    """The paper's own repository, or the likeliest of those it names with `own` false; None when it names none."""
    groups: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if _may_hold_code(link):
            groups[(repository_root(link.url) or link.url).lower()].append(link)
    judged = [_judge(document, group, title, authors) for group in groups.values()]
    return max(judged, key=lambda one: (one.own, one.score), default=None)


def _may_hold_code(link: Link) -> bool:
    if repository_root(link.url):
        return "huggingface.co" not in link.url
    said = _ITS_OWN.search(_flat(link)) and re.search(
        r"\bcodes?\b|código|implementation|software", _flat(link), re.IGNORECASE
    )
    return bool(said) and kind_of(link.url, _flat(link)) == "code" and link.section not in ("references", "checklist")


def _judge(document: Document, group: list[Link], title: str, authors: str) -> Repository:
    """Each mention speaks for or against; the best mention, the place and the names make the sum."""
    root = repository_root(group[0].url)
    judged = [(_mention_score(link), link) for link in group]
    (score, reason), best = max(judged, key=lambda one: (one[0][0], -one[1].page))
    reasons = [reason] if reason else []
    for gain, why in (_by_place(group), _by_title(root, title), _by_authors(document, root, authors)):
        score += gain
        reasons += [why] if why else []
    own = score >= _ENOUGH
    url = without_branch(best.url)
    return Repository(url, root, own, _sentence(own, reasons), best, score)


def _mention_score(link: Link) -> tuple[float, str]:
    words = _flat(link)
    if link.section == "references":
        return -4.0, "it stands in the list of references"
    if link.section == "checklist":
        return 0.0, f"page {link.page} names it in the checklist"
    near = _near(words, link)
    if _ITS_OWN.search(near) and not _claims_of_others(near):
        return 3.0, f"page {link.page} says so: “{_shortened(words)}”"
    if _SOMEONE_ELSES.search(near):
        return -3.0, f"page {link.page} speaks of using it: “{_shortened(words)}”"
    return 0.0, f"page {link.page} names it without saying whose it is"


def _claims_of_others(words: str) -> bool:
    return bool(_SOMEONE_ELSES.search(words)) and not re.search(
        r"\b(?:our|we (?:release|open|publish|share|provide|make))\b", words, re.I
    )


def _near(words: str, link: Link) -> str:
    """What the sentence says up to the address, and a little beyond: what comes later is about something else."""
    bare = link.url.removeprefix("https://").removeprefix("http://")
    spot = words.find(bare[:15])
    return words if spot < 0 else words[max(0, spot - 200) : spot + 25]


def _by_place(group: list[Link]) -> tuple[float, str]:
    first = min(link.page for link in group)
    front = [link for link in group if link.section not in ("references", "checklist") and link.page == 1]
    if front:
        return 1.5, "it is named on the first page"
    return (0.5, "") if first == 2 else (0.0, "")


def _by_title(root: str | None, title: str) -> tuple[float, str]:
    if not root:
        return 0.0, ""
    name = _SIMPLE.sub("", root.rsplit("/", 1)[1].lower())
    short = _SIMPLE.sub("", title.partition(":")[0].lower())
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", title) if word[0].isupper()).lower()
    if name and (name == short or (len(name) > 3 and name in _SIMPLE.sub("", title.lower()))):
        return 2.0, "its name is in the paper's title"
    if len(name) >= 3 and name in initials:
        return 1.5, "its name is made of the title's initials"
    return 0.0, ""


def _by_authors(document: Document, root: str | None, authors: str) -> tuple[float, str]:
    if not root or not document.pages:
        return 0.0, ""
    owner = _SIMPLE.sub("", root.split("/")[3].lower())
    page = document.pages[0]
    front = (authors + " " + page.text[: _front_end(document)]).lower()
    names = [name for name in re.findall(r"[a-z]{4,}", front) if name in owner]
    return (1.0, "its owner is named among the authors") if names else (0.0, "")


def _front_end(document: Document) -> int:
    starts = [
        section.start
        for section in document.sections
        if section.page == 1 and section.kind in ("abstract", "introduction")
    ]
    return min(starts, default=800)


def _sentence(own: bool, reasons: list[str]) -> str:
    return f"{'The paper’s own' if own else 'Not shown to be the paper’s own'}: {'; '.join(reasons)}."


def _shortened(words: str) -> str:
    return words if len(words) <= 160 else words[:157].rsplit(" ", 1)[0] + " …"


def _flat(link: Link) -> str:
    return " ".join(link.quote.text.split())
