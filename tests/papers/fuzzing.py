"""Fuzzing: thousands of mutated PDFs read within the sandbox's limits, many by one child until one of them ends it."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dashboard.engine.errors import PermanentError, TransientError
from jobs import sandbox
from jobs.confined import Limits, RefusalError
from tests.papers.mutations import mutated
from tests.papers.originals import originals
from tests.papers.reading import read_all

BATCH = 100
CPU_SECONDS = 5  # For all readings of one file; the product grants each of them twelve times that.
ALONE = Limits(cpu_seconds=CPU_SECONDS)
TOGETHER = Limits(cpu_seconds=CPU_SECONDS * BATCH, wall_seconds=1200)
SHOWN = 20
READ_BATCH = "tests.papers.fuzzing:read_batch"


@dataclass
class Tally:
    """What became of the files: `contained` are deaths of a child that its parent could name, `faults` are ours."""

    outcomes: Counter[str] = field(default_factory=Counter)
    contained: dict[int, str] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, -1)

    @property
    def files(self) -> int:
        return self.outcomes.total()

    def add(self, seed: int, outcome: str, told: str, seconds: float) -> None:
        self.outcomes[outcome if outcome != "refused" else f"refused: {told}"] += 1
        self.slowest = max(self.slowest, (seconds, seed))
        if outcome in ("contained", "fault"):
            (self.contained if outcome == "contained" else self.faults)[seed] = told


def fuzz(seeds: range, papers: Path | None = None) -> Tally:
    """Read the mutated file of every seed, two children at a time."""
    tally = Tally()
    batches = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda batch: list(_read(batch, papers)), batches):
            for record in found:
                tally.add(*record)
            print(f"{tally.files:,} of {len(seeds):,} files", end="\r", file=sys.stderr, flush=True)
    return tally


def _read(seeds: Sequence[int], papers: Path | None) -> Iterator[tuple[int, str, str, float]]:
    """Every seed with what became of it. The one a child died on is read again, alone, as the product would."""
    left = list(seeds)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        while left:
            notes = Path(name) / f"{left[0]}.jsonl"
            died = _told(left, papers, notes)
            done = [json.loads(line) for line in notes.read_text("utf-8").splitlines()] if notes.exists() else []
            yield from (tuple(record) for record in done)
            left = left[len(done) :]
            if died and left:
                yield _read_alone(left.pop(0), papers)


def _told(seeds: list[int], papers: Path | None, notes: Path) -> bool:
    """Read by one child; whether it died on the way."""
    order = {"seeds": seeds, "papers": str(papers) if papers else None, "notes": str(notes)}
    try:
        sandbox.run(READ_BATCH, order, "A batch", TOGETHER)
    except (PermanentError, TransientError):
        return True
    return False


def _read_alone(seed: int, papers: Path | None) -> tuple[int, str, str, float]:
    """One file in a child of its own: read after all, or ended by its limits and named in plain words."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        notes = Path(name) / "notes.jsonl"
        order = {"seeds": [seed], "papers": str(papers) if papers else None, "notes": str(notes)}
        try:
            sandbox.run(READ_BATCH, order, "Reading the PDF", ALONE)
        except (PermanentError, TransientError) as error:
            return seed, "contained", str(error), time.monotonic() - started
        record = json.loads(notes.read_text("utf-8"))
        return tuple(record)  # type: ignore[return-value]


def read_batch(folder: Path, seeds: list[int], papers: str | None, notes: str) -> None:
    """In the child: read the file of each seed and note what became of it before the next one is begun."""
    sources = sound_files(papers)
    with Path(notes).open("a", encoding="utf-8") as lines:
        for seed in seeds:
            _grant_time()
            path = folder / "paper.pdf"
            path.write_bytes(mutated(seed, sources)[1])
            started = time.monotonic()
            outcome, told = _outcome(folder, path)
            lines.write(json.dumps([seed, outcome, told, round(time.monotonic() - started, 3)]) + "\n")
            lines.flush()


def _grant_time() -> None:
    """The processor time of one file, counted from now; the child is ended when it is up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(most, int(used.ru_utime + used.ru_stime) + CPU_SECONDS), most))


def _outcome(folder: Path, path: Path) -> tuple[str, str]:
    try:
        read_all(folder, path)
    except RefusalError as error:
        return "refused", str(error)
    except MemoryError:
        raise  # Alone it may do with what there is.
    except Exception:
        return "fault", traceback.format_exc(limit=-3)
    return "read", ""


@cache
def sound_files(papers: str | None) -> list[bytes]:
    """What the mutations start from: a real paper, where a folder has some, for every three of ours."""
    ours = originals()
    real = [path.read_bytes() for path in sorted(Path(papers).glob("*.pdf"))] if papers else []
    return ours * max(1, len(real) * 3 // len(ours)) + real


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--papers", type=Path, help="A folder of real papers to mutate as well.")
    chosen = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzzing-") as scratch:
        tempfile.tempdir = scratch
        tally = fuzz(range(chosen.seed, chosen.seed + chosen.files), chosen.papers)
        left = sorted(path.name for path in Path(scratch).iterdir())
    show(tally, time.monotonic() - started, left)
    return int(bool(tally.faults or left or tally.files != chosen.files))


def show(tally: Tally, seconds: float, left: list[str]) -> None:
    """The table, then what ended children and what was our fault, each with seeds that show it again."""
    for outcome, count in tally.outcomes.most_common():
        print(f"{count:8,}  {outcome}")
    print(f"{tally.files:8,}  files in {seconds:.0f} s; slowest {tally.slowest[0]:.1f} s (seed {tally.slowest[1]})")
    for told, seeds in sorted(_by_message(tally.contained).items()):
        print(f"contained: {told} Seeds {seeds[:SHOWN]}")
    for told, seeds in sorted(_by_message(tally.faults).items()):
        print(f"FAULT: seeds {seeds[:SHOWN]}\n{told}")
    print(f"left behind: {left or 'nothing'}")


def _by_message(found: dict[int, str]) -> dict[str, list[int]]:
    seeds: dict[str, list[int]] = {}
    for seed, told in sorted(found.items()):
        seeds.setdefault(told, []).append(seed)
    return seeds


if __name__ == "__main__":
    sys.exit(main())
