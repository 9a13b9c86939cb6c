"""The two sample papers, taken through the whole chain of handlers once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.conftest import Chain

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
READING = ("ingest_pdf", "extract_text", "screen_text", "extract_evidence", "validate_links")
REPOSITORY = ("fetch_repo", "check_repo")
CHECKING = ("ai_checks_pdf", "ai_checks_repo", "aggregate_findings", "compute_score", "generate_report")


def through(name: str, folder: Path) -> Chain:
    chain = Chain(folder, SAMPLES / name)
    with local_only():
        chain.run(*READING, *REPOSITORY, *CHECKING)
    return chain


@contextmanager
def local_only() -> Iterator[None]:
    """Links unasked, and the good sample's repository from its bundle."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERSNITCH_CHECK_LINKS", "0")
        patch.setenv("REPOSITORY_MIRRORS", f"https://github.com/papersnitch-samples/={SAMPLES}/")
        yield


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return through("good.pdf", tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="session")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Its only link is to somebody else's code; no repository is fetched."""
    chain = Chain(tmp_path_factory.mktemp("poor"), SAMPLES / "poor.pdf")
    with local_only():
        chain.run(*READING)
    chain.outputs["fetch_repo"] = {"found": False, "absent": False, "reason": "No network.", "url": "", "commit": ""}
    chain.run("check_repo", *CHECKING)
    return chain


@pytest.fixture
def report(good: Chain) -> dict[str, Any]:
    """The good sample's report as values, to be changed at will."""
    contents: dict[str, Any] = json.loads(good.artifact("generate_report", "report.json"))
    return contents
