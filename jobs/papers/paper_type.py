"""Paper type: method, dataset, benchmark, review or theory, so that criteria which cannot apply are not asked."""

from __future__ import annotations

import re

from jobs.papers.document import Document
from jobs.papers.rules.rule import words

_REVIEW_TITLE = words(
    r"\b(?:survey|review|overview|tutorial|meta-analysis|perspective|roadmap|primer|sok|systemati[sz]ation|"
    r"state of the art|challenges and opportunities|position paper|literature)\b",
    r"\b(?:revisão|revisión|revue|überblick|übersicht|rassegna|panorama|état de l[’']art)\b",
    r"综述|概述|サーベイ|총설|обзор",
)
_REVIEWED_IN_TITLE = words(
    r"\b(?:peer|code|product|movie|customer|clinical|app|paper|online|amazon|yelp)[- ]reviews?\b"
)
_REVIEWS = words(
    r"\b(?:we|this (?:paper|article|work|survey|review|chapter)) (?:\w+ )?"
    r"(?:surveys?|reviews?|summari[sz]es? the (?:recent|current|existing)|gives? an overview)\b",
    r"\bin this (?:survey|review|overview|perspective|tutorial)\b|\bthis (?:survey|review|perspective)\b",
    r"\bsystematic(?:ally)? (?:literature )?review\b|\bscoping review\b",
)
_USES_DATA_TITLE = words(
    r"\b(?:on|from|across|with|in|using|over|for)\s+(?:\S+\s+){0,3}(?:data ?sets?|corpus|corpora)\b"
)
_BENCHMARK_TITLE = words(
    r"\bbench(?:mark(?:s|ing)?)?\b|(?-i:\b[A-Z]\w*Bench\b)|\bleaderboard\b|\bshared task\b|基准|ベンチマーク"
)
_DATA_TITLE = words(
    r"\b(?:meta-)?data ?sets?\b|\bcorpus\b|\bcorpora\b|\btreebank\b|\bdatabase of\b|\bconjunto de da[dt]os\b|"
    r"\bjeux? de données\b|\bdatensatz\b|数据集|语料库|データセット|コーパス|데이터셋"
)
_NEW = (
    r"\b(?:(?:we|this (?:paper|work|article)) (?:\w+ )?|and )"
    r"(?:introduce|present|release|describe|collect|construct|create|build|propose|publish)s?"
)
_INTRODUCES_DATA = words(
    rf"{_NEW}\s+(?:\S+\s+){{0,7}}?(?:data ?sets?|corpus|treebank)\b(?! (?:of|for)? ?(?:pruning|distillation))",
    rf"{_NEW}\s+\S+,?\s+an? (?:\S+ )?collection of [\d,]+",
)
_INTRODUCES_BENCHMARK = words(rf"{_NEW}\s+(?:\S+\s+){{0,7}}?(?:benchmark|test ?bed|evaluation suite)\b")
_METHOD = words(
    rf"{_NEW}\s+(?:\S+\s+){{0,6}}?(?:method|model|approach|framework|algorithm|architecture|network|toolkit|system)\b"
)
_FORMAL = re.compile(
    r"\b(?:Theorem|Lemma|Proposition|Corollary|Théorème|Satz|Teorema|Proof|Beweis|Preuve)\b\.?(?:\s+\d)?"
)
_PAGES_FOR_A_PROOF = 1.5  # A paper with fewer pages for each formal statement lives by them.


def guess_type(document: Document, title: str) -> str:
    """The best guess; `method` where nothing speaks for another."""
    front = " ".join(_abstract(document).split())
    if _REVIEW_TITLE.search(_REVIEWED_IN_TITLE.sub("", title)) or _reviews(front):
        return "review"
    if _DATA_TITLE.search(_USES_DATA_TITLE.sub("", title)) or _comes_first(_INTRODUCES_DATA, front):
        return "dataset"
    if _BENCHMARK_TITLE.search(title) or _comes_first(_INTRODUCES_BENCHMARK, front):
        return "benchmark"
    return "theory" if _is_theory(document) else "method"


def _reviews(front: str) -> bool:
    """Whether the abstract says that the paper reviews; one that also proposes something is more than a review."""
    return bool(_REVIEWS.search(front)) and not _METHOD.search(front)


def _comes_first(introduces: re.Pattern[str], front: str) -> bool:
    """Whether the abstract introduces it first: methods bring data sets along, and data sets bring baselines."""
    found, method = introduces.search(front), _METHOD.search(front)
    return found is not None and (method is None or found.start() <= method.start())


def _abstract(document: Document) -> str:
    found = (text for section, text in document.section_texts() if section.kind == "abstract")
    return next(found, document.pages[0].text[:1500] if document.pages else "")[:2500]


def _is_theory(document: Document) -> bool:
    formal = len(_FORMAL.findall(document.text))
    tried = any(section.kind in ("experiments", "results") for section in document.sections)
    dense = formal >= 8 and len(document.pages) <= _PAGES_FOR_A_PROOF * formal
    return formal >= 40 if tried else dense
