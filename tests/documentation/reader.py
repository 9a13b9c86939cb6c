"""A reader who follows the documentation: a fresh checkout, `make run` in the first terminal, a second to type in."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.documentation.blocks import ROOT
from tests.services import free_port

OWN = ("var", "out", ".git")  # of a checkout, what it does not share with the one the tests are in
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
TOKEN = re.compile(r'id="fresh-token"[^>]* value="([^"]+)"')


@dataclass(frozen=True)
class Reader:
    """Where the reader types, and the variables of that terminal."""

    folder: Path
    environment: dict[str, str]

    def type(self, text: str) -> subprocess.CompletedProcess[str]:
        """Run these lines; stop at the first that fails."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.environment, text=True, timeout=150,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip


@contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    """The reader has started PaperSnitch, opened the link it printed, and made a token."""
    for entry in ROOT.iterdir():
        if entry.name not in OWN:
            (folder / entry.name).symlink_to(entry)
    address = f"http://127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_HOME"))}
    environment |= {"HOME": str(folder), "PORT": address.rpartition(":")[2], "PAPERSNITCH_URL": address}
    with _first_terminal(folder, environment) as log:
        token = _begin(_link(log))
        yield Reader(folder, environment | {"PAPERSNITCH_TOKEN": token})


@contextmanager
def _first_terminal(folder: Path, environment: dict[str, str]) -> Iterator[Path]:
    log = folder / "first-terminal.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["make", "run"], cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield log
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(timeout=30)


def _link(log: Path) -> str:
    """The link that makes the first admin, once it is printed."""
    give_up = time.monotonic() + 120
    while not (found := re.search(r"http://\S+/welcome/\S+", log.read_text())):
        assert time.monotonic() < give_up, log.read_text()
        time.sleep(0.2)
    return found[0]


def _begin(link: str) -> str:
    """Make the first account, then a token of its own."""
    with requests.Session() as browser:
        _send(browser, link, email="reader@example.org", password="four words and more", team="Readers")
        settings = link.partition("/welcome/")[0] + "/settings/tokens"
        shown = _send(browser, settings, name="The documentation", scope="write", days="90")
    found = TOKEN.search(shown)
    assert found, shown
    return found[1]


def _send(browser: requests.Session, address: str, **fields: str) -> str:
    """Fill in the form on that page, as it was shown, and send it; the page that comes after."""
    page = browser.get(address, timeout=30).text
    hidden = dict(re.findall(r'<input type="hidden" name="(team)" value="(\d+)"', page))
    csrf = CSRF.search(page)
    assert csrf, page
    answer = browser.post(address, data={"csrf_token": csrf[1], **hidden, **fields}, timeout=30)
    assert answer.ok, answer.text
    return answer.text
