"""Absolute paths in code: places that exist on the authors' machines only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dashboard.judging.evidence import Place
from jobs.repositories.facts.fact import Fact, Repository

_SOMEONES = re.compile(
    r"(?<![\w.:/])(/(home|Users|mnt|data\d*|scratch|root|nfs|gpfs|lustre|media|raid|ssd\d*)/[\w.@-]+/|[A-Z]:[\\/]{1,2}\w)"
)
_ASIDE = re.compile(r"(^|/)(tests?|\.github)/|(^|/)test_[^/]*$")
_WHOLE_FILE = r".*\.(sh|bash|slurm|sbatch|ya?ml|cfg|ini|json|r|jl|m|lua)"


def check_absolute_paths(repository: Repository) -> dict[str, Fact]:
    """has_absolute_paths, in Python's strings and in scripts and settings."""
    found = (*_in_python(repository), *_in_scripts(repository))
    places = tuple(place for place in found if not _ASIDE.search(place.path))
    files = sorted({place.path for place in places})
    note = f"In {len(files)} files." if len(files) > 1 else ""
    return {"has_absolute_paths": Fact(bool(places), places, note)}


def _in_python(repository: Repository) -> Iterator[Place]:
    for path, tree in repository.snapshot.python_files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SOMEONES.match(node.value):
                yield repository.snapshot.place(path, node.lineno)


def _in_scripts(repository: Repository) -> Iterator[Place]:
    snapshot = repository.snapshot
    for path in snapshot.named(_WHOLE_FILE):
        for number, line in enumerate(snapshot.lines(path), 1):
            if _SOMEONES.search(line) and not line.lstrip().startswith(("#", "%", "//")):
                yield snapshot.place(path, number)
