"""Paper type: method, dataset, benchmark, review or theory, so that criteria which cannot apply are not asked."""

from __future__ import annotations

import re

from jobs.papers.document import Document


def guess_type(document: Document, title: str) -> str:
    """The best guess; `method` where nothing speaks for another."""
    front = _abstract(document)
    name = title.lower()
    if re.search(r"\b(?:survey|review|overview|tutorial|meta-analysis|revisão)\b", name):
        return "review"
    if re.search(r"\bbenchmark(?:s|ing)?\b", name) and not re.search(r"\bdata ?set\b|\bcorpus\b", name):
        return "benchmark"
    if re.search(r"\b(?:meta-)?data ?sets?\b|\bcorpus\b|\bcorpora\b|\btreebank\b", name) or _introduces_data(front):
        return "dataset"
    return "theory" if _is_theory(document) else "method"


def _abstract(document: Document) -> str:
    found = (text for section, text in document.section_texts() if section.kind == "abstract")
    return next(found, document.pages[0].text[:1500] if document.pages else "")[:2500]


def _introduces_data(front: str) -> bool:
    return bool(
        re.search(
            r"\b(?:we|this paper) (?:introduce|present|release|describe|collect|"
            r"construct)s?\s+(?:\S+\s+){0,6}?(?:data ?set|corpus)\b",
            " ".join(front.split()),
            re.IGNORECASE,
        )
    )


def _is_theory(document: Document) -> bool:
    text = document.text
    proofs = len(re.findall(r"\b(?:Theorem|Lemma|Proposition|Corollary)\s+\d|\bProof\b\.?", text))
    tried = any(section.kind in ("experiments", "results") for section in document.sections)
    return proofs >= 8 * (3 if tried else 1) and not (tried and proofs < 40)
