"""A short address is spelt out and a project's page read for its one repository; nothing private is ever asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobs.papers.following import repository_on, stands_for

PAGES = {
    "/one": '<a href="https://github.com/lab/tool">Code</a> <a href="https://github.com/lab/tool/issues">ask</a>',
    "/two": '<a href="//github.com/lab/tool"><b>GitHub</b></a> <a href="https://github.com/other/base">built on</a>',
    "/many": '<a href="https://github.com/lab/tool">here</a> <a href="https://github.com/other/base">there</a>',
    "/none": "<p>We have <a href='/code.zip'>code</a>.</p>",
    "/template": '<a href="https://github.com/nerfies/nerfies.github.io">template</a>'
    '<a href="https://gitlab.com/lab/tool/-/tree/main">here</a>',
    "/broken": "<a href='https://[oops'>x</a><a href=><a href='https://github.com/lab/tool'>code",
}
MOVED = {"/short": "https://github.com/lab/tool", "/hop": "/one", "/round": "/round", "/relative": "/one"}


class Site(BaseHTTPRequestHandler):
    """Pages of projects, and addresses that only lead elsewhere."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        page = PAGES.get(self.path, "" if self.path != "/huge" else "x" * 600_000 + PAGES["/one"]).encode()
        self.send_response(302 if self.path in MOVED else 200)
        if self.path in MOVED:
            self.send_header("Location", MOVED[self.path])
        self.send_header("Content-Type", "application/pdf" if self.path == "/pdf" else "text/html; charset=utf-8")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("/one", "https://github.com/lab/tool"),
        ("/two", "https://github.com/lab/tool"),
        ("/many", ""),
        ("/none", ""),
        ("/template", "https://gitlab.com/lab/tool"),
        ("/broken", "https://github.com/lab/tool"),
        ("/hop", "https://github.com/lab/tool"),
        ("/round", ""),
        ("/pdf", ""),
    ],
)
def test_it_finds_the_one_repository_a_page_names(site: ThreadingHTTPServer, path: str, root: str) -> None:
    host = f"127.0.0.1:{site.server_port}"
    assert repository_on(f"http://{host}{path}", frozenset({host})) == root


def test_it_reads_no_more_of_a_page_than_it_may(site: ThreadingHTTPServer) -> None:
    host = f"127.0.0.1:{site.server_port}"
    assert repository_on(f"http://{host}/huge", frozenset({host})) == ""


def test_it_spells_out_a_short_address_and_goes_no_further(site: ThreadingHTTPServer) -> None:
    host = f"127.0.0.1:{site.server_port}"
    allowed = frozenset({host})
    assert stands_for(f"http://{host}/short", allowed) == "https://github.com/lab/tool"
    assert stands_for(f"http://{host}/hop", allowed) == f"http://{host}/one"
    assert "/one" not in site.asked  # type: ignore[attr-defined]
    assert stands_for(f"http://{host}/none", allowed) == ""


def test_it_asks_nothing_of_a_private_host(site: ThreadingHTTPServer) -> None:
    for name in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        assert stands_for(f"http://{name}:{site.server_port}/short") == ""
        assert repository_on(f"http://{name}:{site.server_port}/one") == ""
    assert site.asked == []  # type: ignore[attr-defined]
