"""Every command named in running text exists, with the options it is named with."""

from __future__ import annotations

import re
import shlex
from typing import Any

import click
import pytest
from flask_migrate import cli as migrations

from dashboard import cli
from papersnitch_client.main import papersnitch
from tests.documentation.blocks import ROOT, inline, pages

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
PROGRAMS: dict[str, click.Group] = {
    "flask": click.Group("flask", {str(one.name): one for one in (*cli.COMMANDS, migrations.db)}),
    "papersnitch": papersnitch,
}


def told(program: str) -> list[Any]:
    """What stands after that program's name, wherever a page names it."""
    named = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?{program} (.+)")
    found = ((page, named.fullmatch(text)) for page in pages() for text in inline(page))
    return [pytest.param(program, match[1], id=f"{page.name}: {match[0]}") for page, match in found if match]


@pytest.mark.parametrize(("program", "text"), told("make"))
def test_make_knows_it(program: str, text: str) -> None:
    assert text.split()[0] in TARGETS


@pytest.mark.parametrize(("program", "text"), [*told("flask"), *told("papersnitch")])
def test_the_program_knows_it(program: str, text: str) -> None:
    words = shlex.split(text)
    command: click.Command | None = PROGRAMS[program]
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    while isinstance(command, click.Group) and words:
        command = command.get_command(click.Context(command), words.pop(0))
    assert command
    assert options <= {"--help", *(name for one in command.params for name in one.opts)}
