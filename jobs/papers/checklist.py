"""Checklist: the paper's own answers to the NeurIPS checklist, and which pages are that form and not the paper."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.judging.evidence import Finding
from jobs.papers.document import Document, Section

_ANSWERED = re.compile(r"Answer\s*:\s*\[?\s*(Yes|No|N/?A|TODO)\b", re.IGNORECASE)
_ITEM = re.compile(r"(?:^|\n)\s*(1[0-6]|[1-9])\.\s*(?=[A-Z])")
_OLD_ITEM = re.compile(r"\(([a-e])\)(?P<question>[^\[\]]{10,400}?)\[\s*(Yes|No|N/?A)\s*\]", re.IGNORECASE)
_OLD_GROUP = re.compile(r"(?:^|\n)\s*([1-5])\.\s*(?=(?:For all|If you)\b)")
_TITLES = (
    "claims", "limitations", "theory", "experimental result reproducibility", "open access", "experimental setting",
    "experiment statistical", "experiments compute", "code of ethics", "broader impact", "safeguards", "licenses",
    "new assets", "crowdsourcing", "institutional review", "declaration of llm",
)  # fmt: skip


@dataclass(frozen=True)
class Declared:
    """Answers by item: `neurips` by the number of the form since 2023, `neurips_2021` by group and letter before."""

    answers: dict[str, dict[str, str]]
    findings: tuple[Finding, ...]


def mark_checklist(document: Document) -> Document:
    """The document with a `checklist` section over the form, also where its heading was not recognised."""
    if any(section.kind == "checklist" for section in document.sections):
        return _without_inner_headings(document)
    for page in document.pages:
        if len(_ANSWERED.findall(page.text)) >= 2 or len(_OLD_ITEM.findall(page.text)) >= 4:
            form = Section("Checklist", "checklist", page.number, _first_item(page.text))
            sections = sorted([*document.sections, form], key=lambda section: (section.page, section.start))
            return _without_inner_headings(Document(document.pages, tuple(sections), document.annotations))
    return document


def _first_item(text: str) -> int:
    match = _ITEM.search(text) or _OLD_GROUP.search(text)
    return match.start() if match else 0


def _without_inner_headings(document: Document) -> Document:
    """Headings such as "2. Limitations" within the form are its items, not sections of the paper."""
    kept: list[Section] = []
    last_answer = max((page.number for page in document.pages if _form_like(page.text)), default=0)
    inside = False
    for section in document.sections:
        inside = section.kind == "checklist" or (inside and section.page <= last_answer)
        if not inside or section.kind == "checklist":
            kept.append(section)
    return Document(document.pages, tuple(kept), document.annotations)


def _form_like(text: str) -> bool:
    return bool(_ANSWERED.search(text) or _OLD_ITEM.search(text))


def declared_in(document: Document) -> Declared:
    """The answers the authors gave, each with the place where they stand."""
    answers: dict[str, dict[str, str]] = {"neurips": {}, "neurips_2021": {}}
    findings: list[Finding] = []
    item = group = ""
    for page in document.pages:
        if not _form_like(page.text):
            continue
        for match in re.finditer(f"{_ITEM.pattern}|{_ANSWERED.pattern}|{_OLD_ITEM.pattern}", page.text, re.IGNORECASE):
            number, answer, letter, _, old_answer = match.groups()
            if number:
                item = _item_number(page.text, match.end(), number)
                group = number
                continue
            form, key = ("neurips", item) if answer else ("neurips_2021", f"{group}{letter}")
            said = _plain_answer(answer or old_answer)
            if key and said and key not in answers[form]:
                answers[form][key] = said
                quote = document.quote(page.number, match.start(), _justification_end(page.text, match.end()))
                findings.append(Finding("checklist_answer", quote, {"form": form, "item": key, "answer": said}))
    return Declared({form: found for form, found in answers.items() if found}, tuple(findings))


def _item_number(text: str, start: int, printed: str) -> str:
    """The item's number by its title where that is known: forms are edited and renumbered."""
    title = " ".join(text[start : start + 60].lower().split())
    return next((str(n) for n, words in enumerate(_TITLES, 1) if title.startswith(words)), printed)


def _plain_answer(found: str) -> str:
    return {"yes": "Yes", "no": "No", "na": "NA", "n/a": "NA"}.get(found.lower(), "")


def _justification_end(text: str, start: int) -> int:
    tail = re.compile(r"\n\s*(?:Guidelines\s*:|(?:1[0-6]|[1-9])\.\s+[A-Z]|\([a-e]\)|•)").search(text, start)
    return min(tail.start() if tail else len(text), start + 600)
