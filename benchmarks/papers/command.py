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
from benchmarks.papers.voices import compare
from dashboard.config import SettingsError
from jobs.agents.settings import model_settings
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
        model = _model(asked.model)
    except (NoManifestError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        with hosted(asked.repos):
            readings, spent = read_all(subjects)
    except (EngineDiedError, EmbeddedRedisError) as error:
        print(error, file=sys.stderr)
        return 1
    took = time.monotonic() - began
    scores = score(readings)
    comparison = compare(model, readings, spent) if model else None
    print(as_json(scores, comparison) if asked.json else as_text(scores, took, comparison))
    return 0


def _model(asked: str | None) -> str:
    """The name of the model that workers will ask beside the rules; empty, and none for them, unless it is asked for.
    SettingsError when the environment does not say enough of it."""
    if asked is None:
        os.environ.pop(_MODEL, None)
    elif asked:
        os.environ[_MODEL] = asked
    settings = model_settings()
    if settings is None and asked is not None:
        raise SettingsError(f"No model is named: --model provider:model, or {_MODEL} in the environment.")
    return settings.name if settings else ""


def _options(about: str | None, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/evidence.py", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=Path, required=True, help="PDFs with manifest.json and perhaps repos.json")
    parser.add_argument("--repos", type=Path, help="bare repositories, a folder owner+name each")
    parser.add_argument(
        "--model", nargs="?", const="", metavar="NAME",
        help=f"ask a language model too: provider:model, or the one {_MODEL} names (docs/ai.md)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    return parser.parse_args(arguments)
