"""The page of settings names what the code reads, and nothing else."""

from __future__ import annotations

import re

from tests.documentation.blocks import ROOT

READ = (
    re.compile(r'(?:environ|environment|env)(?:\.get\(|\[)\s*"([A-Z][A-Z_]+)"'),
    re.compile(r'\w+\(env(?:ironment)?, "([A-Z][A-Z_]+)"'),
    re.compile(r'envvar="([A-Z_]+)"'),
)
TOLD = re.compile(r"`([A-Z][A-Z_]{3,})`")
NOT_SETTINGS = {
    "PATH", "CHROMIUM", "GIT_SSL_CAINFO", "PATH_INFO",  # of the machine, and of a request
    "PAPERSNITCH_QUEUES",  # what a worker tells its own children
    "PAPERSNITCH_PASSWORD",  # of the command that asks for it
}  # fmt: skip


def code() -> str:
    """All that runs, as one text."""
    places = [path for folder in ("dashboard", "jobs", "scripts") for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(path.read_text() for path in [*places, ROOT / "gunicorn.conf.py"])


def read() -> set[str]:
    return {name for pattern in READ for name in pattern.findall(code())} - NOT_SETTINGS


def told() -> set[str]:
    pages = (ROOT / "docs" / name for name in ("configuration.md", "ai.md"))
    rows = (line.split("|")[1] for page in pages for line in page.read_text().splitlines() if line.startswith("| `"))
    return {name for row in rows for name in TOLD.findall(row)}


def test_every_setting_is_told() -> None:
    assert read() - told() == set()


def test_no_setting_is_told_that_nothing_reads() -> None:
    text = code()
    assert [name for name in told() if f'"{name}"' not in text] == []
