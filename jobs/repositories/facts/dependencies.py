"""What must be installed: dependency files, how exactly they name versions, and what the README says instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from dashboard.judging.evidence import Place
from jobs.repositories.facts.commands import readme_commands
from jobs.repositories.facts.fact import Fact, Repository

_FILES = (
    r"requirements?([-_.].*)?\.(txt|in)|(.*[-_])?requirements\.txt|conda[-_.].*\.ya?ml|environment.*\.ya?ml|pyproject\.toml|"
    r"setup\.(py|cfg)|pipfile|pixi\.toml|description|project\.toml|package\.json|cargo\.toml|go\.mod|pom\.xml|"
    r"build\.gradle(\.kts)?|gemfile|.*\.rockspec|deps\.edn|packages\.txt"
)
_LOCKS = (
    r"poetry\.lock|uv\.lock|pdm\.lock|pixi\.lock|pipfile\.lock|conda-lock\.ya?ml|renv\.lock|manifest\.toml|cargo\.lock|"
    r"package-lock\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|gemfile\.lock|requirements.*\.lock"
)
_OF_SOMETHING_ELSE = re.compile(
    r"(^|/)(docs?|tests?|\.github|website|examples?)/|(dev|test|doc|lint)[^/]*\.(txt|in)$", re.I
)
_DEEPEST = 2
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$")
_EXACT = re.compile(r"^={2,3}\s*[^*\s,]+(\s*(;.*|--hash.*|\\)?)?$|^@\s*\S*(@[0-9a-f]{7,40}|#sha256=)", re.I)
_CONDA_EXACT = re.compile(r"^={1,2}[^*\s,=]+(=[^\s]*)?$")
_NOT_ON_PYPI = {
    "pytorch": "torch",
    "cv2": "opencv-python",
    "pil": "pillow",
    "skimage": "scikit-image",
    "cudatoolkit": "",
}
_IN_README = re.compile(r"dependenc|requirement|prerequisite|environment|packages|install|set-?\s?up", re.I)
_PACKAGE_WORDS = re.compile(
    r"\b(python|pytorch|torch|tensorflow|keras|numpy|scipy|pandas|scikit|sklearn|jax|cuda|matlab|opencv|transformers|"
    r"matplotlib|h5py|tqdm|julia)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Requirement:
    """A package asked for, and whether its version is fixed."""

    name: str
    exact: bool
    place: Place


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


def requirements_of(repository: Repository, files: tuple[str, ...]) -> Iterator[Requirement]:
    """Every package those files ask for; Python itself is none."""
    for path in files:
        reader = next((read for pattern, read in _READERS if re.fullmatch(pattern, _name(path), re.I)), None)
        if reader is not None:
            yield from (one for one in reader(repository, path) if one.name != "python")


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _near_root(repository: Repository, pattern: str) -> Iterator[str]:
    for path in repository.snapshot.named(pattern):
        if path.count("/") <= _DEEPEST and not _OF_SOMETHING_ELSE.search(path):
            yield path


def _names_something(repository: Repository, path: str) -> bool:
    """A pyproject.toml may hold nothing but a formatter's settings; a `description` may be any file."""
    name = _name(path)
    if name in {"pyproject.toml", "setup.cfg"}:
        return any(requirements_of(repository, (path,)))
    if name == "setup.py":
        return "install_requires" in repository.snapshot.text(path)
    if name == "description":
        return "Imports:" in repository.snapshot.text(path) or "Depends:" in repository.snapshot.text(path)
    return name != "packages.txt" or any(requirements_of(repository, (path,)))


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
    installing = [
        place for place in installing if re.search(r"\b(pip[\d.]*|conda|mamba) (install|env)|setup\.py", place.text)
    ]
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


def _pip_lines(repository: Repository, path: str) -> Iterator[Requirement]:
    for number, line in enumerate(repository.snapshot.lines(path), 1):
        if one := _requirement(line, repository.snapshot.place(path, number)):
            yield one


def _requirement(line: str, place: Place) -> Requirement | None:
    """One line of a requirements file; options, comments and local paths are none."""
    text = re.sub(r"(^|\s)#.*$", "", line).strip()
    if text.startswith(("git+", "http://", "https://")):
        name = re.search(r"[#&]egg=([\w.-]+)|/([\w.-]+?)(?:\.git)?(?:@|$)", text)
        return Requirement(normal((name[1] or name[2]) if name else text), bool(_EXACT.match(f"@ {text}")), place)
    found = _REQUIREMENT.match(text)
    if not found or text.startswith("-") or "/" in found[1]:
        return None
    return Requirement(normal(found[1]), bool(_EXACT.match(found[2])), place)


def _conda(repository: Repository, path: str) -> Iterator[Requirement]:
    listed = _parsed(repository, path, yaml.safe_load).get("dependencies")
    for item in listed if isinstance(listed, list) else ():
        for text in item.get("pip") or () if isinstance(item, dict) else (item,):
            spec = str(text).split("::")[-1].strip()
            if found := _REQUIREMENT.match(spec):
                exact = bool(_EXACT.match(found[2]) if isinstance(item, dict) else _CONDA_EXACT.match(found[2]))
                yield Requirement(normal(found[1]), exact, _where(repository, path, str(text)))


def _pyproject(repository: Repository, path: str) -> Iterator[Requirement]:
    document = _parsed(repository, path, tomllib.loads)
    project, tool = document.get("project", {}), document.get("tool", {})
    for text in project.get("dependencies", ()) if isinstance(project, dict) else ():
        if one := _requirement(str(text), _where(repository, path, str(text))):
            yield one
    poetry = tool.get("poetry", {}).get("dependencies", {}) if isinstance(tool, dict) else {}
    for name, version in poetry.items():
        exact = isinstance(version, str) and bool(re.fullmatch(r"(==)?\d[\w.]*", version))
        yield Requirement(normal(name), exact, _where(repository, path, name))


def _setup(repository: Repository, path: str) -> Iterator[Requirement]:
    """The quoted or listed words of install_requires."""
    found = re.search(r"install_requires\s*=\s*(\[[^\]]*\]|(?:\n[ \t]+\S.*)+)", repository.snapshot.text(path))
    words = re.findall(r"[\"']([^\"']+)[\"']|^[ \t]+([A-Za-z][^\n\"']*)$", found[1], re.M) if found else []
    for quoted, listed in words:
        if one := _requirement(quoted or listed, _where(repository, path, quoted or listed)):
            yield one


def _parsed(repository: Repository, path: str, parse: Callable[[str], Any]) -> dict[str, Any]:
    """The file's content as a mapping; an unreadable one is empty."""
    try:
        content = parse(repository.snapshot.text(path))
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _where(repository: Repository, path: str, text: str) -> Place:
    lines = repository.snapshot.lines(path)
    return repository.snapshot.place(path, next((number for number, line in enumerate(lines, 1) if text in line), 0))


_READERS: tuple[tuple[str, Callable[[Repository, str], Iterator[Requirement]]], ...] = (
    (r".*\.(txt|in)", _pip_lines),
    (r".*\.ya?ml", _conda),
    (r"pyproject\.toml", _pyproject),
    (r"setup\.(py|cfg)", _setup),
)
