"""Requirements: the packages a dependency file asks for, and whether each version is fixed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from dashboard.judging.evidence import Place
from jobs.repositories.facts.fact import Repository, table_in

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$")
_EXACT = re.compile(r"^={2,3}\s*[^*\s,]+(\s*(;.*|--hash.*|\\)?)?$|^@\s*\S*(@[0-9a-f]{7,40}|#sha256=)", re.I)
_CONDA_EXACT = re.compile(r"^={1,2}[^*\s,=]+(=[^\s]*)?$")
_TABLE_EXACT = re.compile(r"(==\s*)?\d[\w.]*")


@dataclass(frozen=True)
class Requirement:
    """A package asked for, and whether its version is fixed."""

    name: str
    exact: bool
    place: Place


def requirements_of(repository: Repository, files: tuple[str, ...]) -> Iterator[Requirement]:
    """Every package those files ask for; Python itself is none."""
    for path in files:
        reader = next(
            (read for pattern, read in _READERS if re.fullmatch(pattern, PurePosixPath(path).name, re.I)), None
        )
        if reader is not None:
            yield from (one for one in reader(repository, path) if one.name != "python")


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


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
    for item in _words(_parsed(repository, path, yaml.safe_load).get("dependencies")):
        for text in _words(item.get("pip")) if isinstance(item, dict) else (item,):
            spec = str(text).split("::")[-1].strip()
            if found := _REQUIREMENT.match(spec):
                exact = bool(_EXACT.match(found[2]) if isinstance(item, dict) else _CONDA_EXACT.match(found[2]))
                yield Requirement(normal(found[1]), exact, _where(repository, path, str(text)))


def _pyproject(repository: Repository, path: str) -> Iterator[Requirement]:
    document = _parsed(repository, path, tomllib.loads)
    for text in _words(table_in(document, "project").get("dependencies")):
        if one := _requirement(str(text), _where(repository, path, str(text))):
            yield one
    yield from _in_tables(repository, path, table_in(document, "tool", "poetry", "dependencies"))


def _pipfile(repository: Repository, path: str) -> Iterator[Requirement]:
    document = _parsed(repository, path, tomllib.loads)
    for section in ("packages", "dependencies", "pypi-dependencies"):
        yield from _in_tables(repository, path, table_in(document, section))


def _in_tables(repository: Repository, path: str, table: dict[str, Any]) -> Iterator[Requirement]:
    """`name = "1.2"` or `name = {version = "1.2"}`: Poetry takes a bare number for that version alone."""
    for name, told in table.items():
        version = told.get("version", "") if isinstance(told, dict) else told
        yield Requirement(
            normal(name), _TABLE_EXACT.fullmatch(str(version)) is not None, _where(repository, path, name)
        )


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


def _words(listed: Any) -> list[Any]:
    """The words and tables of a list. Lists in it mean nothing, and a few lines of YAML can nest them to gigabytes."""
    return [one for one in listed if not isinstance(one, list)] if isinstance(listed, list) else []


def _where(repository: Repository, path: str, text: str) -> Place:
    lines = repository.snapshot.lines(path)
    return repository.snapshot.place(path, next((number for number, line in enumerate(lines, 1) if text in line), 0))


_READERS: tuple[tuple[str, Callable[[Repository, str], Iterator[Requirement]]], ...] = (
    (r".*\.(txt|in)", _pip_lines),
    (r".*\.ya?ml", _conda),
    (r"pyproject\.toml", _pyproject),
    (r"pipfile|pixi\.toml", _pipfile),
    (r"setup\.(py|cfg)", _setup),
)
