"""Setting up says plainly what is missing, and does nothing twice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scripts import prepare

ROOT = Path(__file__).resolve().parents[2]


def test_it_refuses_an_old_python_by_its_version() -> None:
    with pytest.raises(prepare.CannotPrepare, match=r"needs Python 3\.11 or newer; this is 3\.9"):
        prepare.check_python((3, 9))


def test_it_tells_a_missing_network_from_a_missing_compiler() -> None:
    offline = prepare.explain("NewConnectionError: [Errno -3] Temporary failure in name resolution")
    assert "Check the network" in offline and "compiler" not in offline
    no_compiler = prepare.explain("error: command 'gcc' failed: No such file or directory")
    assert "no compiler was found" in no_compiler and "network" not in no_compiler


def test_it_installs_nothing_when_the_lock_file_is_the_installed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    (tmp_path / "requirements.lock").write_text("rich==15.0.0")
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "VENV", tmp_path)

    def capture(command: list[str]) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, "")

    monkeypatch.setattr(prepare, "capture", capture)
    prepare.install("requirements.lock")
    prepare.install("requirements.lock")
    assert len(asked) == 1
    (tmp_path / "requirements.lock").write_text("rich==15.0.1")
    prepare.install("requirements.lock")
    assert len(asked) == 2


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_each_pin_is_in_the_lock_file(name: str) -> None:
    pins = re.findall(r"^([\w.-]+)(?:\[\w+])?==([^\s;]+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE)
    locked = (ROOT / f"{name}.lock").read_text().lower()
    stale = [f"{package}=={version}" for package, version in pins if f"{package}=={version} ".lower() not in locked]
    assert pins and not stale, "run `make lock`"


def test_the_lock_files_name_no_index() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()
