"""Asking: one request to one public address, bounded in time and in bytes, redirects told and not followed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from jobs.network import resolve_public

_HEADERS = {"User-Agent": "PaperSnitch link check", "Accept": "*/*"}
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 16_384


class OutOfTimeError(Exception):
    """The time for all links together is up."""


@dataclass(frozen=True)
class Answer:
    """`leads_to` is the absolute address of a redirect, else empty; `body` the first bytes asked for."""

    status: int
    leads_to: str
    kind: str
    body: bytes


def ask(
    method: str,
    url: str,
    seconds: float,
    allow_private: frozenset[str] = frozenset(),
    most: int = 0,
    sent: bytes | None = None,
    headers: Mapping[str, str] = _HEADERS,
) -> Answer:
    """The answer of the one address the guard gave to what is `sent`, with at most `most` bytes of its body.

    Whatever the host does, the connection is cut once the time is up.

    Raises ValueError for what is no web address, OutOfTimeError, OSError, HTTPException, and what the guard raises.
    """
    if seconds <= 0:
        raise OutOfTimeError("not asked: the time for all links was up")
    deadline = time.monotonic() + seconds
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{parts.scheme or 'this'} is not an address to check")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve_public(parts.hostname, port, allow_private)
    connection = _connected(parts.scheme, parts.hostname, address, port, seconds)
    with closing(connection), _cut_at(deadline, connection.sock):
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, sent, headers)
        answer = connection.getresponse()
        location = answer.getheader("Location", "") if answer.status in _REDIRECTS else ""
        leads_to = urljoin(url, location) if location else ""
        return Answer(
            answer.status, leads_to, answer.getheader("Content-Type", "") or "", _read(answer, most, deadline)
        )


@contextmanager
def _cut_at(deadline: float, connected: socket.socket) -> Iterator[None]:
    """A host that sends a byte now and then would outlast any patience with a single one."""
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [connected])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _read(answer: http.client.HTTPResponse, most: int, deadline: float) -> bytes:
    """The first bytes; a host that drips them one by one is left when the time is up."""
    body = b""
    while len(body) < most and time.monotonic() < deadline and (part := answer.read1(min(_CHUNK, most - len(body)))):
        body += part
    return body


def _connected(scheme: str, host: str, address: str, port: int, seconds: float) -> http.client.HTTPConnection:
    """A connection to `address` that speaks, and for https proves, the name `host`."""
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    plain = socket.create_connection((address, port), timeout=seconds)
    connection.sock = (
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) if scheme == "https" else plain
    )
    return connection
