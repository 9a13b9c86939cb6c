"""Tesseract: whether the OCR program is installed on this machine, and which languages it reads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

INSTALL = "apt install tesseract-ocr (macOS: brew install tesseract), tesseract-ocr-deu for German"
LANGUAGES = "PAPERSNITCH_OCR_LANGUAGES"
_SECONDS = 10


@dataclass(frozen=True)
class Tesseract:
    """The program, and the languages it has learnt by their three-letter names (`eng`, `chi_sim`)."""

    path: str
    languages: tuple[str, ...]


def installed() -> Tesseract | None:
    """The program on PATH, when it is there, starts and reads at least one language."""
    path = shutil.which("tesseract")
    if path is None:
        return None
    try:
        answer = subprocess.run([path, "--list-langs"], capture_output=True, timeout=_SECONDS, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    learnt = tuple(line for line in answer.stdout.split() if re.fullmatch(r"[a-z]{3}(?:_[a-z]+)*", line))
    return Tesseract(path, learnt) if set(learnt) - {"osd"} else None


def asked_for() -> tuple[str, ...]:
    """The languages that PAPERSNITCH_OCR_LANGUAGES names (`eng+deu`); none when the pages' script is to decide."""
    return tuple(re.findall(r"\w+", os.environ.get(LANGUAGES, "")))
