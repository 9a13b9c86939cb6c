"""What must be installed: dependency files, how exactly they name versions, and what the README says instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from jobs.repositories.facts.commands import readme_commands
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.facts.requirements import Requirement, requirements_of

_FILES = (
    r"(.*[-_.])?(requirements?|dependencies)([-_.].*)?\.(txt|in)|(.*[-_.])?(conda|environment|env)([-_.].*)?\.ya?ml|"
    r"pyproject\.toml|setup\.(py|cfg)|pipfile|pixi\.toml|description|project\.toml|package\.json|cargo\.toml|go\.mod|pom\.xml|"
    r"build\.(gradle(\.kts)?|sbt)|gemfile|.*\.rockspec|deps\.edn|packages\.txt|(spec[-_]?(file|list)|pip)\.txt|"
    r"(install|packages?|dependencies|requirements|install_(packages|dependencies|requirements))\.r|vcpkg\.json|"
    r"conanfile\.(txt|py)|(flake|shell|environment)\.nix|.*\.cabal|stack\.yaml|cpanfile|mix\.exs"
)
_LOCKS = (
    r"poetry\.lock|uv\.lock|pdm\.lock|pixi\.lock|pipfile\.lock|conda-lock\.ya?ml|conda-.*\.lock|renv\.lock|packrat\.lock|"
    r"manifest\.toml|cargo\.lock|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|gemfile\.lock|requirements.*\.lock|"
    r"flake\.lock|stack\.yaml\.lock"
)
_OF_SOMETHING_ELSE = re.compile(
    r"(^|/)(docs?|tests?|\.[^/]+|website|examples?|paper|manuscript)/|"
    r"(^|[^a-z])(dev|develop|development|test|tests|testing|docs?|lint|ci)([^a-z][^/]*)?\.(txt|in|ya?ml)$",
    re.I,
)
_ONLY_IF_READ = r"pyproject\.toml|setup\.cfg|packages\.txt"
_TELL_TALES = (
    (r"(?!stack\.).*\.ya?ml", r"^dependencies\s*:"),
    (r".*\.r", r"\binstall(\.packages|_\w+)?\s*\("),
    (r"setup\.py", r"install_requires"),
    (r"description", r"^(Imports|Depends):"),
)
_DEEPEST = 2
_NOT_ON_PYPI = {
    "pytorch": "torch",
    "cv2": "opencv-python",
    "pil": "pillow",
    "skimage": "scikit-image",
    "cudatoolkit": "",
}
_IN_README = re.compile(r"dependenc|requirement|prerequisite|environment|packages|install|set-?\s?up", re.I)
_INSTALLS_PACKAGES = re.compile(
    r"\b(pip[\d.]*|conda|mamba|micromamba|poetry|pdm|pixi|pipenv|uv|uv pip) (install|env|create|sync|add)\b|setup\.py|"
    r"\b(apt|apt-get|brew|npm|yarn) install\b"
)
_PACKAGE_WORDS = re.compile(
    r"\b(python|pytorch|torch|tensorflow|keras|numpy|scipy|pandas|scikit|sklearn|jax|cuda|matlab|opencv|transformers|"
    r"matplotlib|h5py|tqdm|julia)\b",
    re.IGNORECASE,
)


def check_dependencies(repository: Repository) -> dict[str, Fact]:
    """has_requirements_file, pinned_versions, dependencies_in_readme."""
    files, locks = dependency_files(repository), lock_files(repository)
    requirements = list(requirements_of(repository, files))
    return {
        "has_requirements_file": Fact(bool(files or locks), repository.files([*files, *locks])),
        "pinned_versions": _pinned(repository, locks, requirements),
        "dependencies_in_readme": _in_readme(repository),
    }


def dependency_files(repository: Repository) -> tuple[str, ...]:
    """Dependency files that are about the whole, and name at least one dependency where that can be told."""
    return tuple(path for path in _near_root(repository, _FILES) if _names_something(repository, path))


def lock_files(repository: Repository) -> tuple[str, ...]:
    """Files that fix every version."""
    return tuple(_near_root(repository, _LOCKS))


def _near_root(repository: Repository, pattern: str) -> Iterator[str]:
    for path in repository.snapshot.named(pattern):
        if path.count("/") <= _DEEPEST and not _OF_SOMETHING_ELSE.search(path):
            yield path


def _names_something(repository: Repository, path: str) -> bool:
    """A pyproject.toml may hold nothing but a formatter's settings; a `description` may be any file."""
    name, text = _name(path), repository.snapshot.text(path)
    if re.fullmatch(_ONLY_IF_READ, name):
        return any(requirements_of(repository, (path,)))
    if words := next((words for pattern, words in _TELL_TALES if re.fullmatch(pattern, name)), None):
        return re.search(words, text, re.M) is not None
    return bool(re.sub(r"(?m)^\s*#.*$", "", text).strip()) or path not in repository.snapshot.texts


def _pinned(repository: Repository, locks: tuple[str, ...], requirements: list[Requirement]) -> Fact:
    if locks:
        return Fact(True, repository.files(locks), "A lock file fixes every version.")
    if not requirements:
        return Fact(False, note="No dependency file names a version that could be read.")
    best = max(_by_file(requirements), key=lambda listed: sum(one.exact for one in listed) / len(listed))
    loose = tuple(one for one in best if not one.exact)
    places = tuple(one.place for one in (loose or best))
    absent = sorted({one.name for one in best if one.name in _NOT_ON_PYPI and one.place.path.endswith((".txt", ".in"))})
    note = f"{len(best) - len(loose)} of {len(best)} in {best[0].place.path} fixed to a version."
    note += f" Cannot be installed under that name: {', '.join(absent)}." if absent else ""
    return Fact(not loose, places, note)


def _by_file(requirements: list[Requirement]) -> list[list[Requirement]]:
    """One list a file: a package's own metadata is rightly loose where another file fixes the versions."""
    files = dict.fromkeys(one.place.path for one in requirements)
    return [[one for one in requirements if one.place.path == path] for path in files]


def _in_readme(repository: Repository) -> Fact:
    """Dependencies named in prose or installed by a command."""
    installing = [repository.readme_place(one.line) for one in readme_commands(repository) if one.installs]
    installing = [place for place in installing if _INSTALLS_PACKAGES.search(place.text)]
    named = [
        repository.readme_place(block.line)
        for block in repository.readme.blocks
        if block.kind in {"text", "code"}
        and block.headings
        and _IN_README.search(block.headings[-1])
        and _PACKAGE_WORDS.search(block.text)
    ]
    return Fact(bool(installing or named), tuple(named + installing))


def _name(path: str) -> str:
    return PurePosixPath(path).name.lower()
