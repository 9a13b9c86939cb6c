"""A PaperSnitch for a test or for many, and a real headless Chromium in front of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.site import PASSWORD as PASSWORD
from tests.browser.site import Site, serving
from tests.browser.stage import Stage, new_stage

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
TELL_OF_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} forbids ${event.blockedURI} ${event.sample}`))"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Web server, workers and sweeper on an embedded database; the repository host is allowed, and not there."""
    with serving(tmp_path / "home", monkeypatch) as running:
        yield running


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for every test that makes a team of its own on it."""
    with pytest.MonkeyPatch.context() as patch, serving(tmp_path_factory.mktemp("shared") / "home", patch) as running:
        yield running


@pytest.fixture
def stage(shared_site: Site) -> Stage:
    """A new team on that site, with nothing in it yet."""
    return new_stage(shared_site)


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
    """A fresh browser window; the test fails when a page breaks its policy, throws, or asks another host."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert not complaints


def watch(context: BrowserContext) -> list[str]:
    """Whatever its pages do from now on that no page of ours may do; the list grows as it happens."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def look(request: Request) -> None:
        address = urlsplit(request.url)  # the browser's own viewer of PDFs asks for its own parts by other schemes
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            complaints.append(f"asked for {request.url}")

    context.add_init_script(TELL_OF_VIOLATIONS)
    context.on("console", listen)
    context.on("request", look)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints
