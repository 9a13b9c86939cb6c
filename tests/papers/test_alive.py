"""Links are asked at public hosts only, and what cannot be told is not called dead."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobs.papers.alive import Patience, check_all

QUICK = Patience(each=1.0, together=3.0)


class Site(BaseHTTPRequestHandler):
    """A small site with one page for every way in which a link can be well or ill."""

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        self.server.asked.append((method, self.path))  # type: ignore[attr-defined]
        if self.path == "/slow":
            time.sleep(1.6)
        status = {"/gone": 404, "/shy": 403, "/broken": 500, "/loop": 302, "/inside": 302, "/moved": 301}.get(
            self.path, 200
        )
        if self.path == "/get-only" and method == "HEAD":
            status = 405
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", {"/inside": "http://10.0.0.1/", "/moved": "/page"}.get(self.path, "/loop"))
        self.end_headers()

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
    ("path", "alive", "status"),
    [
        ("/page", True, 200),
        ("/moved", True, 200),
        ("/get-only", True, 200),
        ("/gone", False, 404),
        ("/shy", None, 403),
        ("/broken", None, 500),
        ("/loop", False, None),
        ("/slow", False, None),
        ("/inside", False, None),
    ],
)
def test_it_tells_how_a_link_is(site: ThreadingHTTPServer, path: str, alive: bool | None, status: int | None) -> None:
    host = f"127.0.0.1:{site.server_port}"
    health = check_all([f"http://{host}{path}"], QUICK, frozenset({host}))[f"http://{host}{path}"]
    assert (health.alive, health.status) == (alive, status)
    assert bool(health.note) is not (alive is True)


def test_it_never_asks_a_private_host(site: ThreadingHTTPServer) -> None:
    urls = [
        f"http://{name}:{site.server_port}/page"
        for name in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433")
    ]
    for health in check_all(urls, QUICK).values():
        assert health.alive is False
        assert "not a public address" in health.note
    assert site.asked == []  # type: ignore[attr-defined]


def test_it_says_when_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_answer)
    assert check_all(["https://example.org/"], QUICK)["https://example.org/"].alive is None


def test_it_stops_asking_when_the_time_is_up(site: ThreadingHTTPServer) -> None:
    host = f"127.0.0.1:{site.server_port}"
    urls = [f"http://{host}/slow?{n}" for n in range(4)] + [f"http://{host}/slow"] * 2
    begun = time.monotonic()
    answers = check_all(urls, Patience(each=1.0, together=0.0), frozenset({host}))
    assert time.monotonic() - begun < 0.5
    assert {health.alive for health in answers.values()} == {None}


def test_it_asks_no_more_links_than_it_may(site: ThreadingHTTPServer) -> None:
    host = f"127.0.0.1:{site.server_port}"
    urls = [f"http://{host}/{n}" for n in range(5)]
    answers = check_all(urls, Patience(links=2), frozenset({host}))
    assert [answers[url].alive for url in urls] == [True, True, None, None, None]
    assert len(site.asked) == 2  # type: ignore[attr-defined]


def test_it_refuses_other_schemes() -> None:
    assert check_all(["file:///etc/passwd", "ftp://example.org/x"], QUICK)["file:///etc/passwd"].alive is False
