"""A PDF read without the product, for comparison: `python -m benchmarks.papers.plain FILE` prints one JSON object.

Its pages as bare pypdfium2 gives them, and in the same process the seconds of that beside the product's extraction and
the memory that took. A process of its own, because memory is only told apart that way and a PDF can crash its reader.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2

from jobs.papers.reader import extract

_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Plain:
    """Bare pages; `bare_seconds` to take them, `seconds` and `megabytes` (the process's peak) for the product to."""

    pages: tuple[str, ...]
    bare_seconds: float
    seconds: float
    megabytes: float


def read_plainly(file: Path) -> Plain | None:
    """The PDF read in a child; None where the child died of it."""
    command = [sys.executable, "-m", "benchmarks.papers.plain", str(file.resolve())]
    root = Path(__file__).resolve().parents[2]
    try:
        told = subprocess.run(command, cwd=root, capture_output=True, check=True, timeout=_PATIENCE_SECONDS).stdout
    except subprocess.SubprocessError:
        return None
    record = json.loads(told)
    return Plain(tuple(record.pop("pages")), **record)


def _read(path: str) -> Plain:
    began = time.perf_counter()
    pages = _bare(path)
    between = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        extract(Path(folder), path)
    return Plain(pages, between - began, time.perf_counter() - between, _peak())


def _bare(path: str) -> tuple[str, ...]:
    document = pypdfium2.PdfDocument(path)
    return tuple(page.get_textpage().get_text_range() for page in document)


def _peak() -> float:
    """Megabytes. Linux tells it of this program alone; elsewhere it is that of whoever started it, at least."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


if __name__ == "__main__":
    print(json.dumps(asdict(_read(sys.argv[1]))))
