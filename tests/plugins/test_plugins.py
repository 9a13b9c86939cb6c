"""Handlers of installed packages: only listed ones are imported, each under its package's name and version."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dashboard.config import listed_plugins
from dashboard.engine.errors import PermanentError
from dashboard.environment import SettingsError
from jobs import plugins, registry
from jobs.plugins import PluginError
from tests.plugins.conftest import Install

COUNT = "def count(context):\n    return {'pages': 3}\n"


def listed(monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    monkeypatch.setenv("PAPERSNITCH_PLUGINS", names)


def test_a_listed_package_brings_its_handler(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("own-steps", COUNT, version="2.1", handlers={"count": "count"})
    listed(monkeypatch, "Own_Steps")
    found = registry.find("own-steps/count")
    assert (found.name, found.version, found.handle(None)) == ("own-steps/count", "2.1", {"pages": 3})  # type: ignore[arg-type]


def test_a_package_that_is_not_listed_never_runs(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its module leaves a mark when it is imported: there is none before it is listed, and one afterwards."""
    mark = tmp_path / "was_imported"
    install("unasked", f"open({str(mark)!r}, 'w').close()\n{COUNT}", handlers={"count": "count"})
    install("own-steps", COUNT, handlers={"count": "count"})
    listed(monkeypatch, "own-steps")
    with pytest.raises(PermanentError, match=r"Install the package unasked .* PAPERSNITCH_PLUGINS"):
        registry.find("unasked/count")
    assert (mark.exists(), "unasked" in sys.modules) == (False, False)
    listed(monkeypatch, "own-steps,unasked")
    registry.find("unasked/count")
    assert mark.exists()


def test_a_package_cannot_take_the_place_of_a_handler_of_ours(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = registry.find("extract_text")
    install("own-steps", COUNT, handlers={"extract_text": "count"})
    listed(monkeypatch, "own-steps")
    registry.load_all()
    assert registry.find("extract_text") is ours
    assert registry.find("own-steps/extract_text") is not ours


@pytest.mark.parametrize(
    ("code", "what", "told"),
    [
        ("import nothing_of_that_name\n", "count", "ModuleNotFoundError"),
        (COUNT, "amount", "has no attribute 'amount'"),
        ("count = 3\n", "count", "own_steps:count is no function"),
    ],
)
def test_it_says_what_is_wrong_with_a_package(
    install: Install, monkeypatch: pytest.MonkeyPatch, code: str, what: str, told: str
) -> None:
    install("own-steps", code, handlers={"count": what})
    listed(monkeypatch, "own-steps")
    with pytest.raises(PluginError, match=f"^own-steps: .*{told}"):
        registry.load_all()


def test_a_listed_package_must_be_there(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch, "gone")
    with pytest.raises(PluginError, match="lists gone, which is not installed here"):
        registry.load_all()


def test_a_handler_its_package_lacks_is_told_from_a_package_that_is_missing(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("own-steps", COUNT, handlers={"count": "count"})
    listed(monkeypatch, "own-steps")
    with pytest.raises(PermanentError, match="Did you mean own-steps/count"):
        registry.find("own-steps/counts")


def test_a_package_offers_a_workflow_made_by_python(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "def many():\n    return {'nodes': [{'id': f'n{number}'} for number in range(3)]}\n"
    install("own-steps", code, workflows={"many": "many"})
    listed(monkeypatch, "own-steps")
    assert [node["id"] for node in plugins.workflow("own-steps/many")["nodes"]] == ["n0", "n1", "n2"]
    with pytest.raises(PluginError, match=r"workflow 'own-steps/few'. There are: own-steps/many"):
        plugins.workflow("own-steps/few")


@pytest.mark.parametrize("wrong", ["a b", "../own", "own;rm", "-own"])
def test_the_list_holds_names_of_packages_only(wrong: str) -> None:
    with pytest.raises(SettingsError, match="PAPERSNITCH_PLUGINS is a list of packages"):
        listed_plugins({"PAPERSNITCH_PLUGINS": f"own-steps,{wrong}"})
    assert listed_plugins({"PAPERSNITCH_PLUGINS": " Own.Steps ,own_steps,, other"}) == ("own-steps", "other")
