"""Declared: the answers that a paper's authors gave to the form of their venue, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.judging.evidence import Finding
from jobs.papers.checklist import ACL_ITEM, ANSWERED, ITEM, OLD_ITEM
from jobs.papers.document import Document, Page

_TITLES = (
    "claims", "limitations", "theory", "experimental result reproducibility", "open access", "experimental setting",
    "experiment statistical", "experiments compute", "code of ethics", "broader impact", "safeguards", "licenses",
    "new assets", "crowdsourcing", "institutional review", "declaration of llm",
)  # fmt: skip
_STEP = re.compile(f"{ITEM.pattern}|{ANSWERED.pattern}|{OLD_ITEM.pattern}", re.IGNORECASE)
_NEXT = re.compile(
    r"\n[^\S\n]*(?:\d{2,4}\s+)?(?:Guidelines\s*:|(?:1[0-6]|[1-9])\.\s+[A-Z]|\([a-e]\)|•|.{0,4}\b[A-E][1-6]\.\s)"
)
_TICKS = (
    ("Yes", r"[✓✔☑\uf00c\uf046]|□3"),
    ("No", r"[✗✘☒×\uf00d]|□7"),
    ("NA", r"[□☐\uf096]"),
)  # As form fonts draw them.
_LONGEST = 600  # Characters of a justification that are kept.


@dataclass(frozen=True)
class Declared:
    """Answers by form and item: `neurips` by number, `neurips_2021` by group and letter, `acl` by letter and number."""

    answers: dict[str, dict[str, str]]
    findings: tuple[Finding, ...]


def declared_in(document: Document) -> Declared:
    """The answers the authors gave, each with the place where they stand. The first answer to an item counts."""
    answers: dict[str, dict[str, str]] = {}
    findings: list[Finding] = []
    for page, form, item, said, start, end in _answers(document):
        if item in answers.setdefault(form, {}):
            continue
        answers[form][item] = said
        quote = document.quote(page.number, start, _justification_end(page.text, end))
        findings.append(Finding("checklist_answer", quote, {"form": form, "item": item, "answer": said}))
    return Declared(answers, tuple(findings))


def _answers(document: Document) -> Iterator[tuple[Page, str, str, str, int, int]]:
    """Page, form, item, answer, and where the answer starts and ends, one after the other."""
    number = group = ""
    for page in document.pages:
        for match in _STEP.finditer(page.text):
            if not _in_form(document, page, match.end()):
                continue
            printed, answer, letter, _, old_answer = match.groups()
            if printed:
                number, group = _item_number(page.text, match.end(), printed), printed
            item, said = number if answer else f"{group}{letter}", _plain_answer(answer or old_answer or "")
            if said and item:
                yield page, "neurips" if answer else "neurips_2021", item, said, match.start(), match.end()
        for match in ACL_ITEM.finditer(page.text):
            said = next((says for says, marks in _TICKS if re.search(marks, match["mark"])), "")
            if said and _in_form(document, page, match.end()):
                yield page, "acl", match["item"], said, match.start("mark"), match.end()


def _in_form(document: Document, page: Page, offset: int) -> bool:
    section = document.section_at(page.number, offset)
    return section is not None and section.kind == "checklist"


def _item_number(text: str, start: int, printed: str) -> str:
    """The item's number by its title where that is known: forms are edited and renumbered."""
    title = " ".join(text[start : start + 60].lower().split())
    return next((str(n) for n, words in enumerate(_TITLES, 1) if title.startswith(words)), printed)


def _plain_answer(found: str) -> str:
    return {"yes": "Yes", "no": "No", "na": "NA", "n/a": "NA"}.get(found.lower(), "")


def _justification_end(text: str, start: int) -> int:
    tail = _NEXT.search(text, start)
    return min(tail.start() if tail else len(text), start + _LONGEST)
