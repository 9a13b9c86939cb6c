"""Rubric files: read with care, since people write them, and refused with a sentence for each fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import yaml

from dashboard.judging.criterion import Criterion, Subject, patterns
from dashboard.judging.evidence import Answer
from dashboard.judging.vocabulary import FACTS, FINDING_KINDS, PAPER_TYPES

LONGEST_FILE = 100_000  # characters
MOST_CRITERIA = 200
LONGEST_TEXT = 2_000
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
HEAD = ("id", "title", "version", "source", "criteria")
NEEDED = ("id", "title", "question", "about", "absence")
KEYS = frozenset(
    {*NEEDED, "group", "counts", "applies_to", "evidence", "pattern", "item", "limits", "partial"}
)  # fmt: skip
ABSENT = (Answer.NOT_MET, Answer.NOT_ASSESSED, Answer.NOT_APPLICABLE)
TEXTS = ("title", "question", "group", "counts", "limits")


class RubricError(ValueError):
    """A rubric that cannot be used; a sentence for each fault, with the criterion at fault."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def criteria_of(record: Mapping[str, Any], where: str) -> tuple[Criterion, ...]:
    """The criteria of a rubric whose every part is sound; `where` names the file in errors."""
    faults = list(_faults(record, where))
    if faults:
        raise RubricError(*faults)
    return tuple(_criterion(item, str(record["id"])) for item in record["criteria"])


def loaded(text: str, where: str) -> dict[str, Any]:
    """The file's content, without the parts of YAML that could make a small file large."""
    if len(text) > LONGEST_FILE:
        raise RubricError(f"{where} is longer than {LONGEST_FILE:,} characters.")
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, yaml.SafeLoader)):
            raise RubricError(f"{where} uses a YAML alias (*name): write the words out.")
        record = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise RubricError(_yaml_fault(fault, where)) from fault
    except (RecursionError, ValueError) as fault:
        raise fault if isinstance(fault, RubricError) else RubricError(f"{where} cannot be read as YAML.") from fault
    if not isinstance(record, dict):
        raise RubricError(f"{where} is not a mapping: it begins with `id:`, `title:` and so on.")
    return record


def _yaml_fault(fault: yaml.YAMLError, where: str) -> str:
    mark, problem = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
    return f"{where} is not YAML{f' (line {mark.line + 1})' if mark else ''}: {problem or 'it cannot be read'}."


def _faults(record: Mapping[str, Any], where: str) -> Iterator[str]:
    missing = [key for key in HEAD if not record.get(key)]
    if missing:
        yield f"{where} lacks {', '.join(missing)}."
        return
    if unknown := sorted(str(key) for key in record.keys() - {*HEAD, "checklist"}):
        yield f"{where} has {', '.join(unknown)}, which no rubric has."
    if not NAME.fullmatch(str(record["id"])):
        yield f"{where}: `id` is small letters, digits and _, at most 40, not {str(record['id'])[:60]!r}."
    criteria = record["criteria"]
    if not isinstance(criteria, list) or len(criteria) > MOST_CRITERIA:
        yield f"{where}: `criteria` is a list of at most {MOST_CRITERIA}."
        return
    for number, criterion in enumerate(criteria, 1):
        yield from _criterion_faults(criterion, number, where)
    names = [str(criterion["id"]) for criterion in criteria if isinstance(criterion, dict) and criterion.get("id")]
    if repeated := {name for name in names if names.count(name) > 1}:
        yield f"{where} has {', '.join(sorted(repeated))} more than once."


def _criterion_faults(record: Any, number: int, where: str) -> Iterator[str]:
    if not isinstance(record, dict):
        yield f"{where}, criterion {number}: it is not a mapping with `id:`, `title:` and so on."
        return
    place = f"{where}, {record.get('id') or f'criterion {number}'}"
    if missing := [key for key in NEEDED if not record.get(key)]:
        yield f"{place} lacks {', '.join(missing)}."
        return
    if unknown := sorted(str(key) for key in record.keys() - KEYS):
        yield f"{place}: {', '.join(unknown)} is no key of a criterion."
    if not NAME.fullmatch(str(record["id"])):
        yield f"{place}: `id` is small letters, digits and _, at most 40."
    for key in TEXTS:
        if not isinstance(record.get(key, ""), str) or len(record.get(key, "")) > LONGEST_TEXT:
            yield f"{place}: `{key}` is words, at most {LONGEST_TEXT:,} characters."
    yield from _rule_faults(record, place)


def _rule_faults(record: Mapping[str, Any], place: str) -> Iterator[str]:
    about = record["about"]
    if about not in get_args(Subject):
        yield f"{place}: `about` is paper or repository, not {about!r}."
    for key in ("absence", "partial"):
        value = record.get(key, record["absence"])
        if str(value) not in ABSENT:
            yield f"{place}: `{key}` is {', '.join(ABSENT)}, not {value!r}."
            break
    evidence = record.get("evidence") or {}
    if not isinstance(evidence, dict) or len(evidence) > 1 or not evidence.keys() <= {"any", "all"}:
        yield f"{place}: `evidence` is any: or all: with a list of names."
    else:
        for names in evidence.values():
            yield from _unknown(names, FACTS if about == "repository" else FINDING_KINDS, f"{place}: `evidence`")
    yield from _unknown(record.get("applies_to", []), PAPER_TYPES, f"{place}: `applies_to`")
    pattern = record.get("pattern")
    if pattern is not None and (not isinstance(pattern, str) or pattern not in patterns()):
        yield f"{place}: no pattern is called {pattern!r}. There are: {', '.join(patterns())}."
    if not isinstance(record.get("item"), int | None):
        yield f"{place}: `item` is a number."


def _unknown(names: Any, vocabulary: frozenset[str], place: str) -> Iterator[str]:
    if not isinstance(names, list):
        yield f"{place} is a list of names."
    elif unknown := sorted({str(name) for name in names} - vocabulary):
        yield f"{place}: nothing is called {', '.join(unknown)}. There are: {', '.join(sorted(vocabulary))}."


def _criterion(record: Mapping[str, Any], rubric: str) -> Criterion:
    evidence = record.get("evidence") or {}
    absence = Answer(record["absence"])
    return Criterion(
        rubric=rubric,
        **{key: record[key] for key in ("id", "title", "question", "about")},
        **{key: record[key] for key in ("group", "counts", "item", "limits") if key in record},
        absence=absence,
        partial=Answer(record.get("partial", absence)),
        applies_to=frozenset(record.get("applies_to") or PAPER_TYPES),
        evidence=tuple(name for names in evidence.values() for name in names),
        needs_all="all" in evidence,
        pattern=patterns()[record["pattern"]] if record.get("pattern") else None,
    )
