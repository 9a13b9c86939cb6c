"""Tests, continuous integration and containers: what keeps code running after its authors moved on."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from jobs.repositories.facts.fact import Fact, Repository

_TESTS = (
    r"test_.*\.py|.*_tests?\.py|tests?\.py|test[A-Z].*\.py|.*_test\.(go|cc|cpp|rs|dart)|test_.*\.(cc|cpp|c|jl|rs|m|R)|.*\.(test|spec)\.[jt]sx?|test[-_].*\.r|runtests\.jl|"
    r".*Tests?\.(java|kt|scala|m)"
)
_PYTHON_TEST = re.compile(r"^\s*(async )?def test_\w*\(.*(?:\n.*){0,400}?\bassert|unittest|\bpytest\b", re.M)
_TEST_FUNCTION = re.compile(r"^\s*(async )?def test_?\w*\(", re.M)
_CI_FILES = (
    (r".*\.ya?ml", ".github/workflows"),
    (r"config\.ya?ml", ".circleci"),
    (
        r"(\.gitlab-ci|\.travis|azure-pipelines|\.?appveyor|\.cirrus|\.drone|\.woodpecker|bitbucket-pipelines)\.ya?ml|jenkinsfile",
        "",
    ),
    (r".*\.ya?ml", ".woodpecker"),
    (r".*\.ya?ml", ".gitea/workflows"),
    (r".*\.ya?ml", ".forgejo/workflows"),
)
_CONTAINERS = (
    r"(.*[-_.])?(dockerfile|containerfile)([-_.].*)?|singularity(\..*)?|apptainer(\..*)?|.*\.(def|singularity)|"
    r"(docker-)?compose.*\.ya?ml|devcontainer\.json"
)


def check_tests(repository: Repository) -> dict[str, Fact]:
    """has_tests: files that test by name and by what they hold (`test.py` is often an evaluation)."""
    found = [path for path in repository.snapshot.named(_TESTS) if _tests_something(repository, path)]
    return {"has_tests": Fact(bool(found), repository.files(found))}


def check_ci(repository: Repository) -> dict[str, Fact]:
    """has_ci: a pipeline of any of the usual services."""
    listed = [path for pattern, folder in _CI_FILES for path in repository.snapshot.named(pattern, under=folder)]
    found = [path for path in listed if _runs_something(repository, path)]
    return {"has_ci": Fact(bool(found), repository.files(found))}


def check_container(repository: Repository) -> dict[str, Fact]:
    """has_dockerfile: a Dockerfile, or the like of another container system."""
    found = [path for path in repository.snapshot.named(_CONTAINERS) if _builds(repository, path)]
    return {"has_dockerfile": Fact(bool(found), repository.files(found))}


def _in_test_folder(path: str) -> bool:
    return re.search(r"(^|/)tests?/", path) is not None


def _runs_something(repository: Repository, path: str) -> bool:
    """A workflow that only greets newcomers or closes stale issues runs no command of the repository's."""
    return "/workflows/" not in path or re.search(r"^\s*-?\s*run:", repository.snapshot.text(path), re.M) is not None


def _tests_something(repository: Repository, path: str) -> bool:
    """Python is read; elsewhere the name is the convention."""
    if not path.endswith(".py"):
        return True
    text = repository.snapshot.text(path)
    if PurePosixPath(path).name.lower() in {"test.py", "tests.py"} and not _in_test_folder(path):
        return bool(_TEST_FUNCTION.search(text)) and bool(re.search(r"\b(unittest|pytest)\b", text))
    return bool(_TEST_FUNCTION.search(text)) and bool(_PYTHON_TEST.search(text))


def _builds(repository: Repository, path: str) -> bool:
    """A `.def` or an odd name counts only where it says what it is built from."""
    text = repository.snapshot.text(path)
    return bool(re.search(r"^\s*(FROM|Bootstrap:|services:|\s*\"(image|build|dockerFile)\")", text, re.M | re.I))
