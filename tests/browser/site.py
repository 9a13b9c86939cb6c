"""A whole PaperSnitch in processes of its own, for the time of a block."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import passwords
from dashboard.cli import workflows
from dashboard.engine import definitions
from jobs.private_engine import PrivateEngine, private_engine, settings_of
from tests import factories
from tests.browser.web_server import WebServer

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Site:
    """A running PaperSnitch: where it answers, who can sign in, and the port its papers' code should be served at."""

    web: WebServer
    email: str
    code_port: int
    engine: PrivateEngine

    @property
    def url(self) -> str:
        return self.web.url


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


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
        with WebServer(port, settings_of(home), home / "web.log") as web:
            yield Site(web, email, code_port, engine)


def save_workflow() -> None:
    """The default workflow, but for one try at fetching, so that a test need not wait for retries."""
    record = workflows.read(workflows.DEFAULT)
    for node in record["nodes"]:
        if node["id"] == "fetch_repo":
            node["max_attempts"] = 1
    schema = {"type": "object", "properties": {"repository": {"type": "string"}}}
    definitions.save("pdf_analysis", record, input_schema=schema)


def sign_in(page: Page, site: Site, email: str = "") -> None:
    """As that person, or as the first admin; ends at what needs attention."""
    page.goto(f"{site.url}/login")
    page.get_by_label("Email").fill(email or site.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()
