"""A visitor who opens whatever a link leads to, then sends every form and every query with rubbish in it.

What it finds are answers no page may give: errors of the server, tracebacks, markup of the visitor's own, redirects
that leave the site.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask, got_request_exception
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.security.rubbish import PROBE, Request, Rubbish
from tests.security.web_pages import Form, read

HOST = "http://localhost"
VIEWS = Path(__file__).resolve().parents[2] / "dashboard" / "views"
PARAMETERS = sorted({
    name for file in VIEWS.glob("*.py") for name in re.findall(r'args\.(?:get|getlist)\("(\w+)"', file.read_text())
})  # fmt: skip
ALIKE = 2  # pages whose addresses differ in nothing but ids and values
FILES = ("static", "bundles.show")
TRACES = ("Traceback (most recent call last)", "/site-packages/", "werkzeug.debug")


@dataclass
class Crawl:
    """One person's way through the site. `enter` is a browser in which they (or their like) are signed in."""

    app: Flask
    enter: Callable[[], FlaskClient]
    rubbish: Rubbish
    found: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    pages: dict[tuple[Any, ...], list[str]] = field(default_factory=dict)
    forms: dict[tuple[Any, ...], list[Form]] = field(default_factory=dict)
    broken: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._adapter = self.app.url_map.bind("localhost")
        self._browser = self.enter()

    @property
    def reached(self) -> set[str]:
        """The endpoints of the pages seen and of the forms found."""
        return {key[0] for key in (*self.pages, *self.forms)}

    def walk(self, *starts: str) -> None:
        """Open the starts, every page a link leads to from there, two of each kind, and note their forms."""
        ahead = deque(starts)
        while ahead:
            address = ahead.popleft()
            if self._is_new(address, most=len(starts) if address in starts else ALIKE):
                ahead += self._open(address)

    def _open(self, address: str) -> list[str]:
        """Where the page leads."""
        answer = self._send("GET", address, {})
        if answer.mimetype != "text/html" or answer.status_code != 200:
            return [_within(address, answer.location)] if answer.location else []
        page = read(answer.text)
        self._note(address, page.forms)
        return [_within(address, link) for link in page.links]

    def disturb(self, until: float | None = None) -> None:
        """Send every form and ask every page once, with rubbish; stop at `until` (of the monotonic clock)."""
        forms = [form for alike in self.forms.values() for form in alike]
        pages = [page for alike in self.pages.values() for page in alike]
        acts = [*forms, *pages]
        self.rubbish.chance.shuffle(acts)
        for act in acts:
            if until is not None and time.monotonic() > until:
                return
            if isinstance(act, Form):
                self._send(act.method, self.rubbish.path(act.action), self.rubbish.form(act))
            else:
                self._ask(act)

    def _ask(self, address: str) -> None:
        path, names = urlsplit(address).path, [name for name, _ in parse_qsl(urlsplit(address).query)]
        likely = names if names and self.rubbish.chance.random() < 0.5 else [*names, *PARAMETERS]
        self._send("GET", self.rubbish.path(path), {"query_string": self.rubbish.query(likely)})

    def _is_new(self, address: str, most: int) -> bool:
        """Whether to open it: a page of this site, of whose kind not enough were seen."""
        endpoint = self._endpoint(address, "GET")
        if not endpoint or endpoint in FILES:
            return False
        names = frozenset(name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True))
        alike = self.pages.setdefault((endpoint, names), [])
        if address in alike or len(alike) >= most:
            return False
        alike.append(address)
        return True

    def _note(self, address: str, forms: list[Form]) -> None:
        for form in forms:
            action = urlsplit(_within(address, form.action or address)).path
            endpoint = self._endpoint(action, form.method)
            if not endpoint:
                self.found += [f"{address}\n  -> its form leads nowhere: {form.method} {action}"] if form.action else []
                continue
            key = (endpoint, form.method, frozenset(one.name for one in form.fields))
            alike = self.forms.setdefault(key, [])
            if len(alike) < ALIKE:
                alike.append(Form(form.method, action, form.fields))

    def _endpoint(self, address: str, method: str) -> str:
        parts = urlsplit(address)
        if parts.netloc:
            return ""
        try:
            return str(self._adapter.match(parts.path, method)[0])
        except (HTTPException, RequestRedirect):
            return ""

    def _send(self, method: str, address: str, request: Request) -> TestResponse:
        """One request from an address of its own, so that no throttle stands before what is looked at."""
        chance = self.rubbish.chance
        where = {"REMOTE_ADDR": ".".join(str(chance.randrange(1, 255)) for _ in range(4))}
        headers = {"HX-Request": "true"} if chance.random() < 0.1 else {}
        with self._listening():
            answer = self._browser.open(address, method=method, environ_overrides=where, headers=headers, **request)
        self.answers[answer.status_code] += 1
        self._judge(f"{method} {address} {request}"[:600], answer)
        if "/login" in (answer.location or answer.headers.get("HX-Redirect", "")):
            self._browser = self.enter()
        return answer

    def _judge(self, request: str, answer: TestResponse) -> None:
        target = urlsplit(urljoin(HOST, answer.location or ""))
        wrong = [
            (answer.status_code >= 500, f"{answer.status}: {self.broken[-1:]!r}"),
            (answer.mimetype == "text/html" and f"<{PROBE}" in answer.text, "its markup came back as markup"),
            (answer.mimetype == "text/html" and any(trace in answer.text for trace in TRACES), "a traceback is shown"),
            (not _is_guarded(answer), "it may run script, be framed, or be taken for another kind of file"),
            (target.hostname != "localhost", f"it leads away to {answer.location}"),
        ]
        self.found += [f"{request}\n  -> {why}" for is_wrong, why in wrong if is_wrong]

    @contextmanager
    def _listening(self) -> Iterator[None]:
        def note(_app: Flask, exception: BaseException, **_: object) -> None:
            self.broken.append(exception)

        with got_request_exception.connected_to(note, self.app):
            yield


def _is_guarded(answer: TestResponse) -> bool:
    """By a policy that begins with nothing, and by the header that forbids guessing what a file is."""
    policy = answer.headers.get("Content-Security-Policy", "")
    is_strict = "default-src 'none'" in policy and "frame-ancestors" in policy and "unsafe-eval" not in policy
    inline_only_in_a_sandbox = "unsafe-inline" not in policy or policy.startswith("sandbox;")
    return is_strict and inline_only_in_a_sandbox and answer.headers.get("X-Content-Type-Options") == "nosniff"


def _within(address: str, link: str) -> str:
    """The link as an address of this site; of another site it keeps its host, and no page is found there."""
    whole = urljoin(HOST + address, link)
    return whole.removeprefix(HOST).partition("#")[0] or "/"
