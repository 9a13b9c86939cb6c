"""OCR: the words on pages that have no text layer, read by tesseract from pictures of them, within bounds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard import tesseract
from dashboard.engine.errors import PermanentError, TransientError
from dashboard.tesseract import Tesseract
from jobs import sandbox
from jobs.repositories import launch

_MORE = 3  # times a page's own letters: a page number on a scan gives way, a short page stays as it is.
NOT_INSTALLED = "OCR is not installed on this worker"
_LIMITS = {"AS": 2 << 30, "CPU": 60, "FSIZE": 64 << 20}
_SCRIPTS = {
    "Latin": ("eng", "deu", "fra", "spa", "por", "ita"),
    "Han": ("chi_sim", "chi_tra"),
    "Japanese": ("jpn",),
    "Hangul": ("kor",),
    "Korean": ("kor",),
    "Cyrillic": ("rus", "ukr"),
    "Arabic": ("ara", "fas"),
    "Hebrew": ("heb",),
    "Greek": ("ell",),
    "Devanagari": ("hin",),
}


@dataclass(frozen=True)
class Bounds:
    """How many pages are read at most, and the seconds for one and for all together."""

    pages: int = 60
    each: float = 40.0
    together: float = 200.0


@dataclass
class Reading:
    """Tesseract's tables by page number, the languages they were read in, and why other pages were not read."""

    tables: dict[int, str] = field(default_factory=dict)
    languages: str = ""
    unread: dict[int, str] = field(default_factory=dict)

    def leave(self, letters: Mapping[int, int]) -> None:
        """Leave each page its own words where OCR found hardly more than those; `letters` says how many they are."""
        for number, own in letters.items():
            if number in self.tables and _letters(self.tables[number]) <= _MORE * own:
                del self.tables[number]

    def unread_by_reason(self) -> dict[str, list[int]]:
        """The pages that were not read, under each reason."""
        reasons: dict[str, list[int]] = {}
        for number, reason in self.unread.items():
            reasons.setdefault(reason, []).append(number)
        return reasons


def _letters(table: str) -> int:
    """How many letters the words of tesseract's table have."""
    return sum(len(row.rpartition("\t")[2].strip()) for row in table.splitlines() if row.startswith("5\t"))


def mark() -> str:
    """What tells one machine's OCR from another's: text read with other languages is other text."""
    program = tesseract.installed()
    return "+".join(("ocr", *(tesseract.asked_for() or program.languages))) if program else "no ocr"


def read(
    path: str, pages: Sequence[int], may_go_on: Callable[[int, int], bool], bounds: Bounds | None = None
) -> Reading:
    """Read those pages one after the other. `may_go_on` is told how many of how many are done, and may say no."""
    program, bounds, reading = tesseract.installed(), bounds or Bounds(), Reading()
    if program is None:
        reading.unread = dict.fromkeys(pages, NOT_INSTALLED)
        return reading
    give_up = time.monotonic() + bounds.together
    for done, number in enumerate(pages):
        if reason := _why_not(done, len(pages), give_up, bounds, may_go_on):
            reading.unread |= dict.fromkeys(pages[done:], reason)
            break
        _read_page(program, path, number, bounds.each, reading)
    return reading


def _why_not(done: int, of: int, give_up: float, bounds: Bounds, may_go_on: Callable[[int, int], bool]) -> str:
    """Why no further page is read; empty when one is."""
    if not may_go_on(done, of):
        return "the run was stopped"
    if done >= bounds.pages:
        return f"only the first {bounds.pages} pages without text are"
    return f"the {bounds.together:g} s for all pages were up" if time.monotonic() > give_up else ""


def _read_page(program: Tesseract, path: str, number: int, seconds: float, reading: Reading) -> None:
    task = f"Drawing page {number} for OCR"
    try:
        drawn = sandbox.run("jobs.papers.scans:picture", {"path": path, "number": number}, task)
        if drawn.value:
            picture = drawn.files["page.pgm"]
            reading.languages = reading.languages or _languages(program, picture, seconds)
            reading.tables[number] = _run(program, picture, ("-l", reading.languages, "tsv"), seconds)
    except (PermanentError, TransientError, _FailedError) as error:
        reading.unread[number] = str(error).rstrip(".")


def _languages(program: Tesseract, picture: bytes, seconds: float) -> str:
    """The languages asked for and learnt; else the first learnt one of the page's script; else English or what is."""
    wanted = tesseract.asked_for() or _of_script(program, picture, seconds)
    known = [name for name in wanted if name in program.languages]
    return "+".join(known or [name for name in ("eng", *program.languages) if name in program.languages][:1])


def _of_script(program: Tesseract, picture: bytes, seconds: float) -> tuple[str, ...]:
    try:
        told = _run(program, picture, ("--psm", "0"), seconds) if "osd" in program.languages else ""
    except _FailedError:
        return ()  # A page with few letters: no script can be told.
    script = re.search(r"^Script: (\w+)", told, re.MULTILINE)
    known = _SCRIPTS.get(script.group(1), ()) if script else ()
    return tuple(name for name in known if name in program.languages)[:1]


def _run(program: Tesseract, picture: bytes, options: tuple[str, ...], seconds: float) -> str:
    command = [sys.executable, "-I", "-S", launch.__file__, json.dumps(_LIMITS), program.path, "-", "-", *options]
    try:
        answer = subprocess.run(
            command, input=picture, capture_output=True, timeout=seconds, env=dict(_environment()), check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _FailedError(f"OCR took longer than {seconds:g} s") from error
    if answer.returncode:
        raise _FailedError(f"OCR failed with status {answer.returncode}")
    return answer.stdout.decode("utf-8", "replace")


def _environment() -> Iterator[tuple[str, str]]:
    yield "OMP_THREAD_LIMIT", "1"
    for name in ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "LANG"):
        if name in os.environ:
            yield name, os.environ[name]


class _FailedError(Exception):
    """Tesseract did not read the picture."""
