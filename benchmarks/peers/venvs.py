"""A virtual environment for each peer, made when it is first asked for and again when its pins change."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.crew import ROOT

CACHE = ROOT / ".bench" / "venvs"
PINS = Path(__file__).resolve().parent


class CannotInstall(Exception):
    """The peer's packages could not be installed."""


def python_of(name: str) -> Path:
    """The Python that has the packages of requirements-NAME.txt; CannotInstall with pip's last words."""
    pins = (PINS / f"requirements-{name}.txt").read_text()
    home = CACHE / name
    stamp, python = home / "pins.txt", home / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != pins:
        shutil.rmtree(home, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(python), "-m", "pip", "install", "--no-input", "--progress-bar=off",
              "-r", str(PINS / f"requirements-{name}.txt")])  # fmt: skip
        stamp.write_text(pins)
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotInstall("\n".join((done.stdout + done.stderr).strip().splitlines()[-5:]))
