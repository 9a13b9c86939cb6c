"""The site as a program sees it: ask, send, follow pages, fetch files. Every refusal is a `ClientError`."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Any, Self

import httpx2

from papersnitch_client import patience
from papersnitch_client.errors import RefusedError, UnreachableError

API = "/api/v1"
PAGE = 200
KEY = "Idempotency-Key"
PROBLEM = "application/problem+json"
TIMEOUT = httpx2.Timeout(300.0, connect=10.0)  # a zip is answered once each paper in it is taken in
NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout)

Record = dict[str, Any]


class Site:
    """A PaperSnitch, entered with a token. Use it in a `with`."""

    def __init__(self, url: str, token: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.url = url.rstrip("/")
        self._pause = pause
        self._http = httpx2.Client(headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._http.close()

    def get(self, address: str, **query: Any) -> Any:
        """What is told below /api/v1, such as `/runs`. Parts of the query that are None or empty are left out."""
        with self._answer("GET", address, params=_given(query)) as answer:
            return _told(answer)

    def post(self, address: str, body: Record | None = None, key: str = "") -> Any:
        """Do something; with a key it happens once, however often it is sent."""
        headers = {KEY: key} if key else {}
        with self._answer("POST", address, headers=headers, json=body or {}) as answer:
            return _told(answer)

    def send(self, address: str, form: Record, files: Any, key: str) -> Any:
        """Send files; they are read as they go out, and from their beginning when they are sent again."""
        with self._answer("POST", address, headers={KEY: key}, data=_given(form), files=files) as answer:
            return _told(answer)

    def items(self, address: str, most: int | None = None, **query: Any) -> Iterator[Record]:
        """The items of a list, over all its pages, up to so many."""
        return islice(self._all(address, {**query, "limit": min(most or PAGE, PAGE)}), most)

    def records(self, address: str, **query: Any) -> Iterator[Record]:
        """The objects of a file of JSON lines, as they come."""
        rest = b""
        for part in self.content(address, **query):
            *whole, rest = (rest + part).split(b"\n")
            yield from map(json.loads, whole)

    def content(self, address: str, **query: Any) -> Iterator[bytes]:
        """The bytes of a file, as they come."""
        with self._answer("GET", address, params=_given(query)) as answer:
            yield from answer.iter_bytes()

    def _all(self, address: str, query: Record) -> Iterator[Record]:
        while True:
            told = self.get(address, **query)
            yield from told["items"]
            if not told.get("next"):
                return
            address, query = _below(told["next"]), {}

    @contextmanager
    def _answer(self, method: str, address: str, **parts: Any) -> Iterator[httpx2.Response]:
        """The answer, its body unread; RefusedError, or UnreachableError when it does not come."""
        try:
            answer = self._patiently(method, self.url + API + address, parts)
        except httpx2.InvalidURL as error:
            raise UnreachableError(f"{self.url} is no address of a site: {error}.") from None
        try:
            if answer.status_code >= 300:
                raise _refusal(answer, self.url)
            yield answer
        except httpx2.TransportError as error:
            raise UnreachableError(f"The answer of {self.url} was cut off: {_words(error)}.") from None
        finally:
            answer.close()

    def _patiently(self, method: str, url: str, parts: Record) -> httpx2.Response:
        may_repeat = method == "GET" or KEY in parts.get("headers", {})
        for tries in range(1, patience.MOST_TRIES + 1):
            try:
                answer = self._http.send(self._http.build_request(method, url, **parts), stream=True)
                pause = patience.pause_after(answer.status_code, answer.headers, tries, may_repeat, datetime.now(UTC))
                if pause is None:
                    return answer
                answer.close()
            except httpx2.TransportError as error:
                is_final = tries == patience.MOST_TRIES or isinstance(error, httpx2.UnsupportedProtocol)
                if is_final or not (may_repeat or isinstance(error, NOTHING_SENT)):
                    raise UnreachableError(_unreached(self.url, error)) from None
                pause = patience.backoff(tries)
            self._pause(pause)
        raise AssertionError("the last try is final")


def new_key() -> str:
    """A key for one act."""
    return uuid.uuid4().hex


def _below(address: str) -> str:
    """A `next` as an address below /api/v1 of this site, wherever else it would lead."""
    return address.split(API, 1)[-1]


def _given(query: Record) -> Record | None:
    return {name: value for name, value in query.items() if value not in (None, "")} or None


def _told(answer: httpx2.Response) -> Any:
    answer.read()
    try:
        return answer.json()
    except ValueError:
        raise RefusedError(answer.status_code, "The answer is no JSON. Is this address that of PaperSnitch?") from None


def _refusal(answer: httpx2.Response, url: str) -> RefusedError:
    """What the problem says; or, when something between answered, that it did."""
    answer.read()
    if answer.headers.get("Content-Type", "").startswith(PROBLEM):
        told = answer.json()
        return RefusedError(answer.status_code, told["detail"], told.get("errors", ()))
    words = f"{url} answered {answer.status_code} {answer.reason_phrase}, and not as PaperSnitch does."
    return RefusedError(answer.status_code, f"{words} Is the address right, or is a proxy in between?")


def _unreached(url: str, error: httpx2.TransportError) -> str:
    is_sure = isinstance(error, (*NOTHING_SENT, httpx2.UnsupportedProtocol))
    advice = "" if is_sure else " What was asked may have been done all the same: look before you ask again."
    return f"{url} could not be reached: {_words(error)}.{advice}"


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
