"""Which files of a repository are worth reading, and their bytes as text."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from jobs.repositories.git import Git
from jobs.repositories.objects import Entry, read_blobs
from jobs.repositories.settings import Limits

_CODE = re.compile(
    r"\.(py|pyx|ipynb|r|rmd|qmd|jl|m|lua|c|cc|cpp|cxx|cu|cuh|h|hpp|jsonnet|libsonnet|stan|java|scala|kt|go|rs|js|ts|"
    r"swift|pl|do|sh|bash|zsh|ps1|bat|slurm|sbatch|mk|nf|smk|def|dockerfile)",
    re.IGNORECASE,
)
_PROSE_OR_SETTINGS = re.compile(
    r"\.(md|markdown|mkd|mdown|rst|adoc|asciidoc|txt|org|in|cff|bib|html|toml|cfg|ini|ya?ml|json|lock|gradle|xml|gin|"
    r"properties)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(readme|licen[sc]e|copying|unlicense|notice|citation|makefile|dockerfile|containerfile|singularity|apptainer|"
    r"jenkinsfile|pipfile|description|namespace|snakefile|gemfile|environment|requirements|install|codemeta|authors)",
    re.IGNORECASE,
)
_NOTEBOOK_FACTOR = 8  # Notebooks carry pictures in their text.
_BINARY_SAMPLE = 8000
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_texts(git: Git, entries: list[Entry]) -> dict[str, str]:
    """The text of the files worth reading, those near the root first, within the limits; links to files followed."""
    chosen = _within_budget([entry for entry in entries if _is_worth_reading(entry, git.limits)], git.limits)
    blobs = read_blobs(git, sorted({entry.object_id for entry in chosen}))
    texts = {
        entry.path: text
        for entry in chosen
        if entry.object_id in blobs and (text := as_text(blobs[entry.object_id])) is not None
    }
    return {path: text for path, text in _linked(texts, entries).items() if text}


def as_text(raw: bytes) -> str | None:
    """The bytes as text, or None when they are not text. Line ends become newlines."""
    encoding = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in raw[:_BINARY_SAMPLE]:
        return None
    text = raw.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _is_worth_reading(entry: Entry, limits: Limits) -> bool:
    if entry.is_submodule or entry.size is None:
        return False
    path = PurePosixPath(entry.path)
    most = limits.text_bytes * (_NOTEBOOK_FACTOR if path.suffix.lower() == ".ipynb" else 1)
    known = _CODE.fullmatch(path.suffix) or _PROSE_OR_SETTINGS.fullmatch(path.suffix) or _NAMED.match(path.name)
    return entry.size <= most and (entry.is_link or known is not None)


def _within_budget(entries: list[Entry], limits: Limits) -> list[Entry]:
    """As many as fit: the root's files first, then code before prose before settings, shallow before deep."""
    kept, spent = [], 0
    for entry in sorted(entries, key=_rank):
        spent += entry.size or 0
        if spent <= limits.all_text_bytes:
            kept.append(entry)
    return kept


def _rank(entry: Entry) -> tuple[bool, bool, int, int, str]:
    path = PurePosixPath(entry.path)
    depth = len(path.parts)
    return depth > 1, not _CODE.fullmatch(path.suffix), depth, entry.size or 0, entry.path


def _linked(texts: dict[str, str], entries: list[Entry]) -> dict[str, str]:
    """Each symbolic link gets the text of the file it names, looked up among the texts, never on a disk."""
    links = {entry.path for entry in entries if entry.is_link}
    return {path: _target(path, text, texts, links) if path in links else text for path, text in texts.items()}


def _target(path: str, target: str, texts: dict[str, str], links: set[str]) -> str:
    parts = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(target.strip()).parts:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    named = "/".join(parts)
    return "" if named in links else texts.get(named, "")
