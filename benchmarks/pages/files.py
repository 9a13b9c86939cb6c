"""The log that nobody reads to its end, and the zip that fits into no memory, over HTTP."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from benchmarks.pages import fifteen, places
from benchmarks.pages.bar import Bar, spread
from benchmarks.pages.site import Inside, Served
from benchmarks.seeding import lines
from dashboard.engine import artifacts
from dashboard.engine.outcomes import KeptArtifact
from scripts import sessions

TIMES = 10
FIRST_ROWS_MS, SEARCH_MS = 500, 1000
FILE_MB = 64
MOST_GROWTH_MB = 32
READ_AT_ONCE = 1024 * 1024
SEARCHES = {
    "a text near the end": f"?q={quote(lines.NEEDLE)}",
    "a text that is nowhere": "?q=nobody+ever+wrote+this",
    "errors only": "?level=error",
}


def log(settings: Mapping[str, str], site: Served) -> Iterator[Bar]:
    """The first page of the long log, its last one, and searches through all of it."""
    inside = Inside(settings)
    with inside.app.app_context():
        address = places.long_log()
    inside.engine.dispose()
    yield _timed(site, "long log, first rows, p95 ms", address, FIRST_ROWS_MS)
    yield _timed(site, "long log, from its middle on, p95 ms", f"{address}?start=100000", FIRST_ROWS_MS)
    for name, query in SEARCHES.items():
        yield _timed(site, f"long log, search of the whole: {name}, p95 ms", address + query, SEARCH_MS)


def archive(settings: Mapping[str, str], site: Served, megabytes: int) -> Iterator[Bar]:
    """How much the processes grow while one of them sends a zip of that size; the files are removed afterwards."""
    inside = Inside(settings)
    with inside.app.app_context():
        kept = [_file(number) for number in range(max(1, megabytes // FILE_MB))]
        try:
            run_id = fifteen.with_files(kept)
            sent, seconds, growth = _download(site, f"/runs/{run_id}/artifacts.zip")
        finally:
            for one in kept:
                artifacts.path_of(one.sha256).unlink()
    inside.engine.dispose()
    told = {"sent_mb": round(sent / 1024**2), "seconds": round(seconds, 1)}
    yield Bar(f"zip of {len(kept) * FILE_MB} MB, growth MiB", round(growth, 1), MOST_GROWTH_MB, told)


def _timed(site: Served, name: str, address: str, limit: float) -> Bar:
    through = site.connection()
    answers = [site.get(address, through) for _ in range(TIMES)]
    through.close()
    if bad := [status for _took, status, _body in answers if status != 200]:
        raise RuntimeError(f"{address} answered {bad[0]}.")
    told = spread([took for took, _status, _body in answers])
    return Bar(name, told["p95_ms"], limit, told | {"bytes": len(answers[-1][2])})


def _file(number: int) -> KeptArtifact:
    stored = artifacts.store(os.urandom(FILE_MB * 1024 * 1024))
    return KeptArtifact(f"weights-{number}.bin", "application/octet-stream", stored.sha256, stored.bytes)


def _download(site: Served, address: str) -> tuple[int, float, float]:
    """Bytes, seconds, and by how many MiB the process grew that grew most. Another page was sent before."""
    site.get("/")
    through, done, began = site.connection(), Event(), time.monotonic()
    before = _resident(site.pid)
    most = dict(before)
    watcher = Thread(target=_watch, args=(site.pid, most, done))
    watcher.start()
    through.request("GET", address, headers={"Cookie": site.cookie})
    answer, sent = through.getresponse(), 0
    while chunk := answer.read(READ_AT_ONCE):
        sent += len(chunk)
    done.set()
    watcher.join()
    through.close()
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}.")
    return sent, time.monotonic() - began, max(most[pid] - before.get(pid, 0.0) for pid in before)


def _watch(session: int, most: dict[int, float], done: Event) -> None:
    while not done.wait(0.05):
        for pid, size in _resident(session).items():
            most[pid] = max(size, most.get(pid, 0.0))


def _resident(session: int) -> dict[int, float]:
    """MiB of memory of each of the server's processes."""
    pages = {pid: Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in sessions.members([session])}
    return {pid: int(count) * os.sysconf("SC_PAGE_SIZE") / 1024**2 for pid, count in pages.items()}
