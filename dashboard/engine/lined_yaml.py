"""YAML that people write, with the line of each part; without what could make a small file large. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from dashboard.engine.errors import InvalidInputError
from dashboard.engine.inputs import Path

LONGEST = 300_000  # characters


@dataclass(frozen=True)
class Lined:
    """What a text says, in which line each part of it begins, and what is wrong with its keys."""

    value: Any
    lines: Mapping[Path, int]
    faults: tuple[tuple[Path, str], ...] = ()


class _Loader(yaml.SafeLoader):
    """Words stay words: a date is none. Nothing is named in one place and repeated in another."""

    yaml_implicit_resolvers = {  # noqa: RUF012  (PyYAML's way)
        sign: [(tag, words) for tag, words in found if not tag.endswith(":timestamp")]
        for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(None, None, f"write it out: *{event.anchor} is not read", event.start_mark)
        return super().compose_node(parent, index)


def load(text: str) -> Lined:
    """The text, which may be JSON as well; InvalidInputError names the line where it is neither."""
    if len(text) > LONGEST:
        raise InvalidInputError(f"The file is longer than {LONGEST:,} characters.")
    if text.lstrip().startswith("{"):
        text = text.replace("\t", "  ")  # JSON allows tabs between its signs, YAML does not
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = loader.construct_document(node) if node else None
        lines: dict[Path, int] = {}
        return Lined(value, lines, tuple(_walk(node, (), lines) if node else ()))
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = f"Line {mark.line + 1}: " if mark else ""
        raise InvalidInputError(f"{where}{fault.problem or fault.context or 'this is no YAML'}.") from fault
    except (yaml.YAMLError, RecursionError, ValueError) as fault:
        raise InvalidInputError(f"The file cannot be read as YAML: {str(fault)[:200]}.") from fault


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Iterator[tuple[Path, str]]:
    """Put down the line of each part; keys that are given twice, or are no words."""
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[*path, number] = item.start_mark.line + 1
            yield from _walk(item, (*path, number), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            part = (*path, str(key.value))
            if part in lines or not key.tag.endswith(":str"):
                yield part, "is given twice" if part in lines else "is no word: put it in quotes"
            lines[part] = key.start_mark.line + 1
            yield from _walk(value, part, lines)
