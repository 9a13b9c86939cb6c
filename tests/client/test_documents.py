"""What docs/client.md and the help say is so."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

from click.testing import CliRunner

from papersnitch_client.errors import Exit
from papersnitch_client.main import papersnitch

ROOT = Path(__file__).resolve().parents[2]
IN_A_ROW = 65  # what a terminal of 80 columns leaves of a line of the help
TOLD = (ROOT / "docs" / "client.md").read_text()


def test_each_command_is_told_with_options_it_has() -> None:
    told = dict(re.findall(r"^\| `papersnitch (\w+) ?(.*?)` \|", TOLD, re.MULTILINE))
    assert told.keys() == papersnitch.commands.keys()
    for name, usage in told.items():
        options = {option for one in papersnitch.commands[name].params for option in one.opts}
        assert set(re.findall(r"--[a-z-]+", usage)) <= options, name


def test_each_command_tells_json_and_what_it_does() -> None:
    for name, command in papersnitch.commands.items():
        assert "--json" in {option for one in command.params for option in one.opts}, name
        assert not command.get_short_help_str(IN_A_ROW).endswith("..."), name


def test_each_exit_code_is_told() -> None:
    told = {int(code) for code in re.findall(r"^  \| (\d) \|", TOLD, re.MULTILINE)}
    assert told == {*map(int, Exit), 2}
    help_ = CliRunner().invoke(papersnitch, ["--help"]).output
    assert all(f" {code} " in help_ for code in told)


def test_what_is_installed_is_the_command_with_all_it_is_made_of() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    module, _, name = told["project"]["scripts"]["papersnitch"].partition(":")
    assert getattr(import_module(module), name) is papersnitch
    folders = {one.parent for one in (ROOT / "papersnitch_client").rglob("*.py")}
    assert sorted(told["tool"]["setuptools"]["packages"]) == sorted(
        ".".join(folder.relative_to(ROOT).parts) for folder in folders
    )
