"""Which files are run, not imported, and what they call."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from jobs.repositories.facts.fact import Repository

_CODE = r".*\.(py|r|rmd|jl|m|lua|sh|ipynb|java|go|rs|cpp|cc|scala|js|ts|pl|slurm|sbatch)"
_LIBRARY = re.compile(
    r"(^|[_/])(utils?|helpers?|data_?loaders?|datasets?|options?|opts?|config(s|uration)?|args|losses|layers|callbacks)"
    r"(_|\.py$)|__init__\.py$|(^|/)tests?/|_test\.py$|(^|/)(setup|conftest)\.py$",
    re.IGNORECASE,
)
_PREPARES = re.compile(
    r"(create|build|make|prepare|pre-?process|convert|download|install|setup|plot|generate)[_-]", re.I
)
_TEST_FUNCTION = re.compile(r"^\s*(async )?def test_\w+\(|unittest\.TestCase|^import pytest|^from pytest", re.M)
_WHO_TRAINS = re.compile(r"train|learner|experiment|runner|agent|solver|engine|self", re.I)
_SETS_UP = {"insert", "append", "use", "filterwarnings", "basicConfig", "setLevel"}


def runnable_files(repository: Repository) -> list[str]:
    """Own code files that may be run: no helpers, no tests, nothing that only prepares."""
    paths = repository.snapshot.named(_CODE)
    return [path for path in paths if not _LIBRARY.search(path) and not prepares(path)]


def prepares(path: str) -> bool:
    """True for what downloads, converts or installs, going by its name."""
    return _PREPARES.match(PurePosixPath(path).name) is not None


def does_something(repository: Repository, path: str) -> bool:
    """True for a file that does something when run; a Python module of definitions alone does not."""
    if not path.endswith(".py"):
        return True
    tree, text = repository.snapshot.syntax_tree(path), repository.snapshot.text(path)
    if PurePosixPath(path).name.startswith("test_") and _TEST_FUNCTION.search(text):
        return False
    if tree is None:
        return "__main__" in text or not text
    return any(_has_effect(statement) for statement in tree.body)


def calls_of(repository: Repository, path: str) -> set[str]:
    """The names of all functions a file calls."""
    tree = repository.snapshot.syntax_tree(path) if path.endswith(".py") else None
    if tree is None:
        return set(re.findall(r"\b(\w+)\s*\(", repository.snapshot.text(path)))
    return {_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and not _switches_mode(node)}


def local_imports(repository: Repository, path: str) -> list[str]:
    """The files of the repository that a Python file imports, wherever in it."""
    tree = repository.snapshot.syntax_tree(path)
    modules: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
            modules.update(f"{node.module}.{alias.name}" if node.module else alias.name for alias in node.names)
    files = {f"/{module.replace('.', '/')}.py" for module in modules if module}
    return [own for own in repository.snapshot.own_files if any(f"/{own}".endswith(file) for file in files)]


def opening_line(repository: Repository, path: str) -> int:
    """The line that makes a script a script: its main guard, where it has one; else 0."""
    lines = repository.snapshot.lines(path)
    return next((number for number, line in enumerate(lines, 1) if re.match(r"if __name__\s*==", line)), 0)


def words_of(path: str) -> str:
    """A file's name as words: `evalModel.py` is `eval_Model`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", PurePosixPath(path).stem)


def _has_effect(statement: ast.stmt) -> bool:
    """A loop, a call with an effect, a main guard; not a definition, an import, a docstring, the setting of a path."""
    if isinstance(statement, ast.If):
        return "__name__" in ast.dump(statement.test)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and _called(statement.value) not in _SETS_UP
    return isinstance(statement, ast.For | ast.While | ast.With)


def _switches_mode(call: ast.Call) -> bool:
    """`model.train()` only tells layers which mode they are in; `trainer.train()` trains."""
    if call.args or call.keywords or not isinstance(call.func, ast.Attribute) or call.func.attr != "train":
        return False
    owner = call.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return not _WHO_TRAINS.search(name)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
