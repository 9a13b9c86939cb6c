"""A whole PaperSnitch in processes of its own, and a real headless Chromium in front of it."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from dashboard import passwords
from dashboard.cli import workflows
from dashboard.engine import definitions
from jobs.private_engine import PrivateEngine, private_engine, process, settings_of
from tests import factories

PASSWORD = "correct horse battery"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
STARTS_WITHIN_SECONDS = 30.0


@dataclass(frozen=True)
class Site:
    """A running PaperSnitch: where it answers, who can sign in, and the port its papers' code should be served at."""

    url: str
    email: str
    code_port: int
    engine: PrivateEngine


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Web server, workers and sweeper on an embedded database; the repository host is allowed, and not there."""
    with serving(tmp_path / "home", monkeypatch) as running:
        yield running


@contextmanager
def serving(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The same for the time of the block, in that new folder."""
    code_port, port = free_port(), free_port()
    home.mkdir()
    monkeypatch.setenv("REPOSITORY_PRIVATE_HOSTS", f"http://127.0.0.1:{code_port}")
    monkeypatch.setenv("PAPERSNITCH_CHECK_LINKS", "0")
    with private_engine(home) as engine:
        with engine.app.app_context():
            team = factories.team("Vision lab")
            email = factories.user(team, "admin", password_hash=passwords.hash_of(PASSWORD)).email
            save_workflow()
        web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
        with process("web", web, {**os.environ, **settings_of(home)}, home / "web.log"):
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield Site(f"http://127.0.0.1:{port}", email, code_port, engine)


def save_workflow() -> None:
    """The default workflow, but for one try at fetching, so that a test need not wait for retries."""
    record = workflows.read(workflows.DEFAULT)
    for node in record["nodes"]:
        if node["id"] == "fetch_repo":
            node["max_attempts"] = 1
    schema = {"type": "object", "properties": {"repository": {"type": "string"}}}
    definitions.save("pdf_analysis", record, input_schema=schema)


def wait_for(url: str) -> None:
    """Wait until that address answers."""
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (URLError, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh browser window; the test fails when the page broke its own security policy or threw."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    window = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    window.on("console", listen)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()
    assert not complaints
