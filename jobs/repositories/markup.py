"""README mark-up other than Markdown, turned into Markdown that says the same, line for line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_RULE = re.compile(r"([=\-~^\"'`#*+:.<>_])\1{2,}\s*")
_CODE = (".. code-block::", ".. code::", ".. sourcecode::", ".. prompt::")
_RST_LINK = re.compile(r"`([^`<>]{1,300}?)\s{0,3}<(https?://[^>\s]{1,500})>`__?")
_ORG_LINK = re.compile(r"\[\[(https?://[^\]]{1,500})\]\[([^\]]{1,300})\]\]")
_ADOC_LINK = re.compile(r"(https?://[^\s\[\]]{1,500})\[([^\]]{0,300})\]")


def as_markdown(path: str, text: str) -> str:
    """The README's text as Markdown; each line stays where it is."""
    suffix = path.lower().rpartition(".")[2]
    turn = _TURNS.get(suffix)
    return "\n".join(turn(text.split("\n"))) if turn else text


def _rst(lines: list[str]) -> Iterator[str]:
    """Headings by the rule under them, links, and literal blocks, whatever their indent, as indented code."""
    levels: list[str] = []
    literal: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if literal is not None and line.strip() and indent <= literal:
            literal = None
        if literal is not None:
            yield f"    {line}" if line.strip() else ""
        elif _RULE.fullmatch(line):
            yield _underline(lines, number, levels)
        elif line.lstrip().startswith(_CODE) or line.strip() == "::":
            literal = indent
            yield ""
        elif line.rstrip().endswith("::") and not line.lstrip().startswith(".. "):
            literal = indent
            yield line.rstrip()[:-1]
        else:
            yield _RST_LINK.sub(r"[\1](\2)", line)


def _underline(lines: list[str], number: int, levels: list[str]) -> str:
    """A rule under a title, as Markdown knows two; one over a title or between paragraphs is left out."""
    above = lines[number - 1] if number else ""
    if not above.strip() or _RULE.fullmatch(above) or above.startswith((" ", "+", "|")):
        return ""
    sign = lines[number][0]
    levels += [sign] if sign not in levels else []
    return "===" if levels[0] == sign else "---"


def _org(lines: list[str]) -> Iterator[str]:
    for line in lines:
        stars = re.match(r"(\*+) ", line)
        if re.match(r"\s*#\+(begin|end)_(src|example)", line, re.I):
            yield "```"
        elif re.fullmatch(r"\|[-+]+\|", line.strip()):
            yield line.replace("+", "|")
        else:
            bare = "#" * len(stars[1]) + line[stars.end(1) :] if stars else line
            yield _ORG_LINK.sub(r"[\2](\1)", bare)


def _asciidoc(lines: list[str]) -> Iterator[str]:
    for line in lines:
        equals = re.match(r"(=+) ", line)
        if re.fullmatch(r"-{4,}|\.{4,}", line.strip()):
            yield "```"
        elif re.match(r"\[(source|listing|,)", line):
            yield ""
        else:
            bare = "#" * len(equals[1]) + line[equals.end(1) :] if equals else line
            yield _ADOC_LINK.sub(r"[\2](\1)", bare)


_TURNS: dict[str, Callable[[list[str]], Iterator[str]]] = {
    "rst": _rst,
    "org": _org,
    "adoc": _asciidoc,
    "asciidoc": _asciidoc,
}
