"""Write the pages of the documentation that repeat what the code says: every command, every address of the API."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from dashboard import cli, create_app
from dashboard.api import manual
from dashboard.api.description import description
from dashboard.api.manual import Operation, Part
from dashboard.config import from_environment


def main(folder: Path) -> int:
    """Write both pages into that folder anew; 0."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "commands.md").write_text("\n".join(commands()))
    (folder / "api.md").write_text("\n".join(addresses()))
    return 0


def commands() -> Iterator[str]:
    """A section for each command, in Markdown."""
    yield from ("# Commands", "", "All are commands of `.venv/bin/flask`, in the folder of the installation.")
    for command in sorted(cli.COMMANDS, key=lambda one: str(one.name)):
        context = click.Context(command, info_name=command.name)
        options = [one for one in command.params if isinstance(one, click.Option)]
        usage = " ".join([f"flask {command.name}", *command.collect_usage_pieces(context)[1:]])
        yield from ("", f"## {command.name}", "", f"`{usage}`", "", _escaped(command.help or ""))
        yield from _table(("option", "meaning"), ([_code(_spelling(one, context)), one.help or ""] for one in options))


def addresses() -> Iterator[str]:
    """A section for each noun of the API and each address below it, in Markdown."""
    yield from ("# Addresses of the API", "", "How to speak to it is told in [For programs](../api.md).")
    for noun, operations in manual.nouns(_described()):
        yield from ("", f"## {noun.capitalize()}")
        for one in operations:
            yield from _operation(one)


def _operation(one: Operation) -> Iterator[str]:
    yield from ("", f"### {one.method} {one.address}", "", _escaped(one.summary))
    taken = ([*_part(part), part.place, part.words] for part in one.takes)
    yield from _table(("takes", "kind", "in", "meaning"), taken)
    yield from ("", f"Answers {one.code}: {_escaped(one.answer)}.")
    yield from _table(("answers", "kind", "meaning"), ([*_part(part), part.words] for part in one.fields))


def _part(part: Part) -> tuple[str, str]:
    return _code(part.name), part.kind + (", required" if part.place and part.is_required else "")


def _described() -> manual.Record:
    """The description, of an application that touches neither database nor folder."""
    app = create_app(from_environment({"SECRET_KEY": "only to describe", "DATABASE_URL": "sqlite://"}))
    with app.test_request_context():
        return description()


def _spelling(option: click.Option, context: click.Context) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {option.make_metavar(context)}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table, or nothing where it would have no rows."""
    written = ["| " + " | ".join(_escaped(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    if written:
        heads = list(heads)
        yield from ("", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *written)


def _code(text: str) -> str:
    return f"`{text}`"


def _escaped(text: str) -> str:
    """In one paragraph, with nothing that Markdown would read as HTML."""
    return " ".join(text.split()).replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
