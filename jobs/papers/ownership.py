"""Ownership: which repository is the paper's own, and which it merely cites."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from jobs.papers.citing import cited_as_own
from jobs.papers.document import Document
from jobs.papers.hosts import is_anonymous, kind_of, repository_root
from jobs.papers.links import Link
from jobs.papers.urls import key_of, without_branch
from jobs.papers.wording import NEUTRAL, OTHERS, SAYS_SO, speaks_of_code, whose

_ENOUGH = 3.0
_LISTED = (-4.0, "it stands in the list of references")
_LISTS = ("references", "checklist")
_OPENING = ("front", "abstract")
_PROJECT_PAGE = re.compile(r"\b(?:project|our|demo)\s+(?:\w+\s+)?(?:page|web ?(?:site|page))\b", re.IGNORECASE)
_SIMPLE = re.compile(r"[^a-z0-9]+")
_COMMON = re.compile(  # Words in names of institutions and of repositories' owners alike.
    r"^(?:research|universit\w+|institut\w*|depart\w+|sciences?|school|learning|groups?|team|data|open|vision|language|"
    r"artificial|intelligence|computer|college|cent(?:er|re)|national|technolog\w+|engineering|laborator\w+|labs?|"
    r"machine|deep|code|papers?|projects?)$"
)


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
            groups[(repository_root(link.url) or key_of(link.url)).lower()].append(link)
    judged = [_judge(document, group, title, authors) for group in groups.values()]
    return max(judged, key=lambda one: (one.own, one.score, one.root is not None), default=None)


def project_pages(links: list[Link]) -> list[Link]:
    """Where the paper leads to a page of its own that it does not call the home of its code."""
    return [
        link
        for link in links
        if repository_root(link.url) is None
        and link.section not in _LISTS
        and _PROJECT_PAGE.search(f"{link.before} {link.after}")
        and whose(link.before, link.after).score >= SAYS_SO
    ]


def _may_hold_code(link: Link) -> bool:
    """A repository, or a page that the words around the link call the home of the paper's code."""
    if is_anonymous(link.url) or (repository_root(link.url) and "huggingface.co" not in link.url):
        return True
    said = f"{link.before} {link.after}"
    if link.section in _LISTS or kind_of(link.url, said) not in ("code", "model"):
        return False
    return speaks_of_code(said) and whose(link.before, link.after).score >= SAYS_SO


def _judge(document: Document, group: list[Link], title: str, authors: str) -> Repository:
    """Each mention speaks for or against; the best mention, the place and the names make the sum."""
    root = repository_root(group[0].url)
    judged = [(_mention(document, link, title), link) for link in group]
    (score, reason), best = max(judged, key=lambda one: (one[0][0], -one[1].page))
    reasons = [reason]
    for gain, why in (_by_place(group), _by_title(root, title), _by_authors(document, root, authors)):
        score += gain
        reasons += [why] if why else []
    own = score >= _ENOUGH
    return Repository(_address(group, best), root, own, _sentence(own, reasons), best, score)


def _mention(document: Document, link: Link, title: str) -> tuple[float, str]:
    if link.section == "references":
        said = cited_as_own(document, link)
        return (SAYS_SO, f"the paper cites it as its own: “{_shortened(said)}”") if said else _LISTED
    score, _ = whose(link.before, link.after, title)
    if is_anonymous(link.url) and score > OTHERS:
        return SAYS_SO, "it is a copy made for reviewers who must not know the authors"
    if link.section == "checklist":
        return max(NEUTRAL, score - 1.0), f"page {link.page} names it in the checklist"
    quoted = _shortened(" ".join(link.quote.text.split()))
    if NEUTRAL <= score < SAYS_SO:
        return score, f"page {link.page} names it without saying whose it is"
    return score, f"page {link.page} {'says so' if score > 0 else 'speaks of using it'}: “{quoted}”"


def _address(group: list[Link], best: Link) -> str:
    """The repository itself where the paper names it anywhere; else the place in it that the best mention names."""
    root = repository_root(best.url)
    if root is None:
        return best.url
    plain = next((link.url for link in group if key_of(link.url) == key_of(root)), None)
    if plain is None and re.search(r"\.pdf$|/(?:issues|releases|wiki|commits?|pulls?)\b", best.url, re.IGNORECASE):
        return root
    return without_branch(plain or best.url)


def _by_place(group: list[Link]) -> tuple[float, str]:
    front = [link for link in group if link.page == 1 and link.section not in _LISTS]
    opening = [link for link in front if link.section in _OPENING]
    if any(not re.search(r"\w{2}", link.before) for link in opening):
        return 3.0, "it stands by itself under the title"
    if opening:
        return 1.5, "it is named before the introduction"
    return (0.5, "it is named on the first page") if front else (0.0, "")


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
    front = (authors + " " + document.pages[0].text[: _front_end(document)]).lower()
    named = any(name in owner and not _COMMON.match(name) for name in set(re.findall(r"[a-z]{4,}", front)))
    return (1.0, "its owner is named among the authors") if named else (0.0, "")


def _front_end(document: Document) -> int:
    starts = (one.start for one in document.sections if one.page == 1 and one.kind in ("abstract", "introduction"))
    return min(starts, default=800)


def _sentence(own: bool, reasons: list[str]) -> str:
    return f"{'The paper’s own' if own else 'Not shown to be the paper’s own'}: {'; '.join(reasons)}."


def _shortened(words: str) -> str:
    return words if len(words) <= 160 else words[:157].rsplit(" ", 1)[0] + " …"
