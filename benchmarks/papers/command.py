"""The command line of `benchmarks/evidence.py`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.papers.hosting import hosted
from benchmarks.papers.pipeline import read_all
from benchmarks.papers.scores import score
from benchmarks.papers.tell import as_json, as_text
from benchmarks.papers.truth import NoManifestError, Paper, Repository, read_papers, read_repositories
from jobs.embedded import EmbeddedRedisError
from jobs.private_engine import EngineDiedError

_MODEL = "PAPERSNITCH_MODEL"


def main(about: str | None, arguments: Sequence[str] | None = None) -> int:
    """Run, compare and tell; 2 when the folder cannot be used, 1 when the engine gave up."""
    asked = _options(about, arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # So that no worker is left behind.
    try:
        subjects: list[Paper | Repository] = [*read_papers(asked.papers), *read_repositories(asked.papers)]
        if asked.repos is not None and not asked.repos.is_dir():
            raise NoManifestError(f"There is no folder {asked.repos}.")
    except NoManifestError as error:
        print(error, file=sys.stderr)
        return 2
    os.environ.pop(_MODEL, None)  # What is measured are the rules.
    began = time.monotonic()
    try:
        with hosted(asked.repos):
            readings = read_all(subjects)
    except (EngineDiedError, EmbeddedRedisError) as error:
        print(error, file=sys.stderr)
        return 1
    took = time.monotonic() - began
    scores = score(readings)
    print(as_json(scores) if asked.json else as_text(scores, took))
    return 0


def _options(about: str | None, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/evidence.py", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=Path, required=True, help="PDFs with manifest.json and perhaps repos.json")
    parser.add_argument("--repos", type=Path, help="bare repositories, a folder owner+name each")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    return parser.parse_args(arguments)
