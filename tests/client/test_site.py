"""A site in trouble: a server on a real port that answers as it was told to, one answer after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from papersnitch_client import RefusedError, Site, UnreachableError
from tests.browser.site import free_port

PROBLEM = {"type": "about:blank", "title": "No", "status": 422, "detail": "Two are wrong.", "errors": ["a", "b"]}
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Troubled:
    """What it will answer, what it was asked, and how long the client waited between."""

    answers: list[Answer | None]
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    @contextmanager
    def site(self) -> Iterator[Site]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with Site(f"http://127.0.0.1:{server.server_address[1]}/", "psn_x", self.pauses.append) as site:
                yield site
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def handler(troubled: Troubled) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            troubled.asked.append((f"{self.command} {self.path}", dict(self.headers), body))
            answer = troubled.answers.pop(0)
            if answer is None:  # the connection is cut
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(content))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def told(record: object, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json"} | headers, json.dumps(record).encode()


BUSY = (429, {"Retry-After": "3"}, b"")
AWAY = (502, {}, b"<h1>Bad gateway</h1>")


def test_it_waits_as_long_as_it_is_told_and_asks_again() -> None:
    troubled = Troubled([BUSY, (503, {"Retry-After": "4"}, b""), told({"id": 1})])
    with troubled.site() as site:
        assert site.post("/runs", {"paper": 1}) == {"id": 1}
    assert troubled.pauses == [3, 4] and len({body for _, _, body in troubled.asked}) == 1


@pytest.mark.parametrize("first", [None, AWAY])
def test_what_has_a_key_is_sent_again_under_the_same_key(first: Answer | None) -> None:
    troubled = Troubled([first, (409, {"Retry-After": "2"}, b""), told({"id": 1})])
    with troubled.site() as site:
        assert site.post("/runs", {"paper": 1}, key="k-1") == {"id": 1}
    assert [headers["Idempotency-Key"] for _, headers, _ in troubled.asked] == ["k-1"] * 3
    assert troubled.pauses == [0.5, 2]


def test_what_has_none_is_not_and_that_is_said() -> None:
    troubled = Troubled([None])
    with troubled.site() as site, pytest.raises(UnreachableError, match="look before you ask again"):
        site.post("/runs/1/retry", {})
    assert len(troubled.asked) == 1


def test_a_site_that_was_never_reached_has_done_nothing() -> None:
    pauses: list[float] = []
    url = f"http://127.0.0.1:{free_port()}"
    with Site(url, "psn_x", pauses.append) as site, pytest.raises(UnreachableError) as raised:
        site.post("/runs/1/retry", {})
    assert pauses == [0.5, 1, 2, 4, 8] and "look before" not in str(raised.value)


def test_files_are_read_from_their_beginning_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-" + b"x" * 200_000)
    troubled = Troubled([AWAY, told({"files": []})])
    with troubled.site() as site, (tmp_path / "a.pdf").open("rb") as file:
        site.send("/papers", {"start": "check", "cohort": None}, [("files", ("a.pdf", file))], "k-1")
    for _, _, body in troubled.asked:
        assert body.count(b"x" * 200_000) == 1 and b'name="start"' in body and b'name="cohort"' not in body


def test_a_file_that_was_cut_off_is_no_file() -> None:
    troubled = Troubled([(200, {"Content-Length": "100"}, b"half of it")])
    with troubled.site() as site, pytest.raises(UnreachableError, match="cut off"):
        b"".join(site.content("/artifacts/1/file"))


def test_a_problem_is_told_with_its_parts() -> None:
    troubled = Troubled([(422, {"Content-Type": "application/problem+json"}, json.dumps(PROBLEM).encode())])
    with troubled.site() as site, pytest.raises(RefusedError) as raised:
        site.get("/runs", status="x")
    assert (raised.value.status, str(raised.value)) == (422, "Two are wrong.\n  a\n  b")


@pytest.mark.parametrize("answer", [(200, {}, b"<html>"), (302, {"Location": "/login"}, b""), (500, {}, b"<h1>")])
def test_what_is_no_papersnitch_is_said_so(answer: Answer) -> None:
    with Troubled([answer]).site() as site, pytest.raises(RefusedError, match="address"):
        site.get("/runs")


@pytest.mark.parametrize("place", ["", "http://127.0.0.1:1"])
def test_the_token_follows_a_next_to_no_other_place(place: str) -> None:
    troubled = Troubled([told({"items": [{"id": 1}], "next": f"{place}/api/v1/runs?cursor=Mg"}),
                         told({"items": [{"id": 2}], "next": None})])  # fmt: skip
    with troubled.site() as site:
        assert [one["id"] for one in site.items("/runs", status="FAILED")] == [1, 2]
    assert [asked for asked, _, _ in troubled.asked] == [
        "GET /api/v1/runs?status=FAILED&limit=200", "GET /api/v1/runs?cursor=Mg",
    ]  # fmt: skip


def test_lines_are_split_where_they_end_and_nowhere_else() -> None:
    records = [{"message": "one\u2028two\x85three"}, {"message": "x" * 100_000}]
    content = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records).encode()
    with Troubled([(200, {}, content)]).site() as site:
        assert [*site.records("/runs/1/nodes/n/log")] == records
