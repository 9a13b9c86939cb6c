"""Packages as pip installs them: a module and its metadata in a folder on the path."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from jobs import registry

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """`install("own-steps", code, handlers={"count": "count"})`; what is imported of it is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_handlers", dict(registry.load_all()))

    def make(package: str, code: str, version: str = "1.0", **groups: Mapping[str, str]) -> None:
        module = package.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code)
        monkeypatch.delitem(sys.modules, module, raising=False)
        about = tmp_path / f"{module}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        points = {group: [f"{name} = {module}:{what}" for name, what in told.items()] for group, told in groups.items()}
        written = (f"[papersnitch.{group}]\n" + "\n".join(lines) for group, lines in points.items())
        (about / "entry_points.txt").write_text("\n\n".join(written) + "\n")

    return make
