"""The README: is there one, what does it cover, does it ask to be cited."""

from __future__ import annotations

import re

from jobs.repositories.facts.fact import Fact, Repository

_KINDS = {
    "dependencies": r"dependenc|requirement|prerequisite|environment|packages",
    "installation": r"install|set-?\s?up|getting started|quick ?start",
    "data": r"\bdata|prepar|corpus|corpora",
    "training": r"\btrain|fine-?tun|reproduc",
    "evaluation": r"evaluat|\btest|inference|predict|benchmark|reproduc",
    "models": r"pre-?trained|model zoo|checkpoint|weights",
    "results": r"result|performance|leaderboard|reproduc",
    "usage": r"usage|how to|running|example|demo|tutorial",
    "licence": r"licen[sc]e|copying",
    "citation": r"\bcit(e|ing|ation)|bibtex|reference",
}
_ASKS = re.compile(
    r"\bplease (?:kindly |consider |also )*cit(?:e|ing)\b|\b(?:to|and|then) cite (?:our|the|this|us)\b|"
    r"\bcite (?:our|this) (?:paper|work|article)\b",
    re.I,
)
_BIBTEX = re.compile(r"@(inproceedings|article|misc|conference|incollection|phdthesis|techreport|software)\s*\{", re.I)


def check_readme(repository: Repository) -> dict[str, Fact]:
    """has_readme and readme_sections (the kinds its headings cover)."""
    readme = repository.readme
    if not readme.path:
        return {"has_readme": Fact(False), "readme_sections": Fact([])}
    found = {}
    for heading in readme.headings:
        for kind, pattern in _KINDS.items():
            if kind not in found and re.search(pattern, heading.text, re.I):
                found[kind] = repository.readme_place(heading.line)
    missing = [kind for kind in ("dependencies", "training", "evaluation", "results") if kind not in found]
    note = f"No heading about {', '.join(missing)}." if missing else ""
    return {
        "has_readme": Fact(True, repository.files([readme.path])),
        "readme_sections": Fact(sorted(found), tuple(found.values()), note),
    }


def check_citation(repository: Repository) -> dict[str, Fact]:
    """has_citation: a citation file, a BibTeX entry, a section or a sentence that asks for it."""
    files = repository.snapshot.named(r"citations?(\.(cff|bib|md|txt|rst))?|codemeta\.json", under="")
    entries = tuple(
        repository.readme_place(line)
        for line, text in enumerate(repository.snapshot.lines(repository.readme.path), 1)
        if _BIBTEX.search(text) or _ASKS.search(text)
    )
    headings = tuple(
        repository.readme_place(heading.line)
        for heading in repository.readme.headings
        if re.search(r"\bcit(e|ing|ation)\b", heading.text, re.I)
    )
    places = repository.files(files) + entries + headings
    return {"has_citation": Fact(bool(places), places)}
