"""PaperSnitch on a database that exists: asked within this process, or served as in production by gunicorn."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from benchmarks.seeding import people
from dashboard import create_app
from dashboard.config import from_environment
from dashboard.extensions import db
from scripts.sessions import die_with_parent
from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30.0
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Inside:
    """The application in this process, with the first team's admin signed in."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.app: Flask = create_app(from_environment(settings))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.browser: FlaskClient = self.app.test_client()
        answer = self.browser.post("/login", data={"email": people.email(1), "password": people.PASSWORD})
        assert answer.status_code == 303, answer.status
        with self.app.app_context():
            self.engine: Engine = db.engine

    def get(self, address: str) -> tuple[float, bytes]:
        """Seconds until the whole page was there, and the page; RuntimeError when it is not one."""
        began = time.perf_counter()
        answer = self.browser.get(address, buffered=True)
        took = time.perf_counter() - began
        if answer.status_code not in (200, 204):
            raise RuntimeError(f"{address} answered {answer.status}.")
        return took, answer.data


@dataclass(frozen=True)
class Served:
    """A site that answers on a port of 127.0.0.1, and the process that does."""

    port: int
    pid: int
    cookie: str = ""

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, address: str, on: http.client.HTTPConnection | None = None) -> tuple[float, int, bytes]:
        """Seconds, status and body of an answer read to its end; a connection that is kept spares its making."""
        if on is None:
            with closing(self.connection()) as through:
                return self.get(address, through)
        began = time.perf_counter()
        on.request("GET", address, headers={"Cookie": self.cookie, "HX-Request": "true"})
        answer = on.getresponse()
        body = answer.read()
        return time.perf_counter() - began, answer.status, body


@contextmanager
def served(settings: Mapping[str, str], log: Path) -> Iterator[Served]:
    """`gunicorn wsgi:app` with the product's own settings, for the time of the block; the admin is signed in."""
    port = services.free_port()
    environment = {**os.environ, **settings, "HOST": "127.0.0.1", "PORT": str(port)}
    with log.open("wb") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=file, stderr=file, start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509
        )  # fmt: skip
    try:
        site = Served(port, child.pid)
        _await(site, child, log)
        yield Served(port, child.pid, _sign_in(site))
    finally:
        child.terminate()
        child.wait(timeout=30)


def _await(site: Served, child: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            site.get("/healthz")
            return
        except OSError as error:
            if time.monotonic() > give_up or child.poll() is not None:
                raise RuntimeError(f"gunicorn did not come up: {log.read_text()[-2000:]}") from error
            time.sleep(0.1)


def _sign_in(site: Served) -> str:
    """The session's cookie of the first team's admin, by the form that people use."""
    with closing(site.connection()) as through:
        through.request("GET", "/login")
        form = through.getresponse()
        found = CSRF.search(form.read().decode())
        sent = {"email": people.email(1), "password": people.PASSWORD, "csrf_token": found[1] if found else ""}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _cookie(form)}
        through.request("POST", "/login", urlencode(sent), headers)
        answer = through.getresponse()
        answer.read()
    if answer.status != 303:
        raise RuntimeError(f"Signing in answered {answer.status}.")
    return _cookie(answer)


def _cookie(answer: http.client.HTTPResponse) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", []))
