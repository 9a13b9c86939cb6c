"""Evidence: the rules run over a paper's sentences, and what they prove of the paper as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.judging.evidence import Finding
from jobs.papers.declared import declared_in
from jobs.papers.document import Document
from jobs.papers.links import Link, links_in
from jobs.papers.paper_type import guess_type
from jobs.papers.rules.limits import LIMITS
from jobs.papers.rules.materials import MATERIALS
from jobs.papers.rules.rule import OTHERS_WORK, Rule
from jobs.papers.rules.sharing import SHARING
from jobs.papers.rules.spread import SPREAD
from jobs.papers.rules.training import TRAINING
from jobs.papers.sentences import Sentence, prose_of
from jobs.papers.wording import SAYS_SO, speaks_of_code, whose

RULES: tuple[Rule, ...] = (*SHARING, *TRAINING, *MATERIALS, *SPREAD, *LIMITS)
FLAGS = (
    "states_code_available",
    "mentions_dataset",
    "mentions_seed",
    "reports_hyperparameters",
    "reports_compute",
    "has_limitations_section",
    "has_ethics_statement",
    "has_error_bars_or_std",
)
_BY_HEADING = {"limitations": "has_limitations_section", "ethics": "has_ethics_statement"}
_BY_KIND = {rule.kind: rule.flag for rule in RULES if rule.flag}
_MOST_OF_A_KIND = 40


@dataclass(frozen=True)
class Evidence:
    """All that was found in a paper. `flags` holds every name of `FLAGS`."""

    findings: tuple[Finding, ...]
    links: tuple[Link, ...]
    flags: dict[str, bool]
    declared: dict[str, dict[str, str]]
    paper_type: str

    @property
    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(finding.kind for finding in self.findings).items()))


def gather(document: Document, title: str) -> Evidence:
    """Everything the rules find in the paper, in reading order within each kind."""
    links, declared = tuple(links_in(document)), declared_in(document)
    found = [*_from_sections(document), *_from_sentences(document)]
    told = {finding.quote.text for finding in found if finding.kind == "code_statement"}
    found += [_told_by(link) for link in links if _shares_code(link, title) and link.quote.text not in told]
    proved = {(_BY_HEADING if "by" in one.detail else _BY_KIND).get(one.kind) for one in found}
    flags = {name: name in proved for name in FLAGS}
    return Evidence((*found, *declared.findings), links, flags, declared.answers, guess_type(document, title))


def _from_sentences(document: Document) -> Iterator[Finding]:
    kept: Counter[str] = Counter()
    for sentence in prose_of(document):
        shown: set[str] = set()
        for rule in RULES:
            if rule.kind not in shown and kept[rule.kind] < _MOST_OF_A_KIND and (match := rule.match(sentence)):
                shown.add(rule.kind)
                kept[rule.kind] += 1
                yield _finding(document, sentence, rule, match.group())


def _shares_code(link: Link, title: str) -> bool:
    """Whether the words around a link share the paper's own code, in whichever way the rules for sentences miss."""
    if link.section in OTHERS_WORK or not speaks_of_code(f"{link.before} {link.after}"):
        return False
    return whose(link.before, link.after, title).score >= SAYS_SO


def _told_by(link: Link) -> Finding:
    return Finding("code_statement", link.quote, {"section": link.section, "words": link.url})


def _from_sections(document: Document) -> list[Finding]:
    """A section on limitations or ethics is evidence by its heading."""
    found: list[Finding] = []
    for section in document.sections:
        if section.kind in _BY_HEADING:
            text = document.page(section.page).text
            end = section.start + _title_length(text[section.start :], section.title)
            quote = document.quote(section.page, section.start, end)
            found.append(Finding(section.kind, quote, {"section": section.title, "by": "heading"}))
    return found


def _title_length(text: str, title: str) -> int:
    """How much of the text the title takes, its line ends included."""
    wanted = len("".join(title.split()))
    for length, _ in enumerate(text, 1):
        if len("".join(text[:length].split())) >= wanted:
            return length
    return len(text)


def _finding(document: Document, sentence: Sentence, rule: Rule, words: str) -> Finding:
    quote = document.quote(sentence.page, sentence.start, sentence.end)
    section = sentence.section.title if sentence.section else ""
    return Finding(rule.kind, quote, {"section": section, "words": words})
