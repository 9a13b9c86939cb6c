"""The read-only view of a repository at one commit: what the checks see of it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from dashboard.judging.evidence import Place
from dashboard.judging.proof import LONGEST_LINE

_THIRD_PARTY = re.compile(
    r"(^|/)(third[_-]?party|3rd[_-]?party|vendor(ed)?|externals?|node_modules|site-packages|submodules|\.?venv|\.git|"
    r"\.ipynb_checkpoints|__pycache__)/",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Snapshot:
    """`files` gives each path's size in bytes, None where it was too big to fetch; `texts` what was read of them."""

    commit: str
    url: str
    files: Mapping[str, int | None]
    texts: Mapping[str, str]
    submodules: tuple[str, ...] = ()
    _trees: dict[str, ast.Module | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def own_files(self) -> tuple[str, ...]:
        """Paths without those of copied-in third-party code, near the root first."""
        own = (path for path in self.files if not _THIRD_PARTY.search(path))
        return tuple(sorted(own, key=lambda path: (path.count("/"), path.lower())))

    def named(self, pattern: str, *, under: str | None = None) -> tuple[str, ...]:
        """Own paths whose file name matches the whole pattern, letter case aside; only those in `under`, if given
        ("" is the root)."""
        matches = re.compile(pattern, re.IGNORECASE).fullmatch
        return tuple(
            path for path in self.own_files if matches(PurePosixPath(path).name) and under in {None, folder_of(path)}
        )

    def text(self, path: str) -> str:
        """A file's text; empty where it was not read."""
        return self.texts.get(path, "")

    def lines(self, path: str) -> list[str]:
        """A file's lines. Line n of the file is item n - 1."""
        return self.text(path).split("\n")

    def place(self, path: str, line: int = 0) -> Place:
        """Line `line` of a file with its words, or the file as a whole."""
        text = self.lines(path)[line - 1].strip()[:LONGEST_LINE] if line else ""
        return Place(path, line, self.commit, text)

    def python_files(self) -> Iterator[tuple[str, ast.Module]]:
        """Own Python files that parse, with their syntax trees."""
        for path in self.own_files:
            tree = self.syntax_tree(path) if path.endswith(".py") else None
            if tree is not None:
                yield path, tree

    def syntax_tree(self, path: str) -> ast.Module | None:
        """A Python file's syntax tree; None where it was not read or is not Python 3."""
        if path not in self._trees:
            self._trees[path] = _parse(self.texts[path]) if path in self.texts else None
        return self._trees[path]


def snapshot_from(record: Mapping[str, Any]) -> Snapshot:
    """The snapshot in a `repository.json`."""
    files = {file["path"]: file["size"] for file in record["files"]}
    return Snapshot(
        record["commit"], record.get("url", ""), files, record["texts"], tuple(record.get("submodules", ()))
    )


def folder_of(path: str) -> str:
    """The folder a path is in; "" for the root."""
    return path.rpartition("/")[0]


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
