"""Asks a host whether the repository is there, before git is let near it, and settles the address git will talk to."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urljoin, urlsplit

from dashboard.engine.errors import TransientError
from jobs.network import NoNetworkError, PrivateAddressError, UnknownHostError, resolve_public
from jobs.repositories.address import Address, address_of
from jobs.repositories.errors import AbsentError, NoRepositoryError
from jobs.repositories.settings import Settings

_MOST_REDIRECTS = 3
_SERVICE = "/info/refs?service=git-upload-pack"
_SMART = "application/x-git-upload-pack-advertisement"
_MOVED = {301, 302, 303, 307, 308}
_ABSENT = {401, 404, 410}
_BUSY = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Endpoint:
    """A repository that answered, and the one address of its host that git must use."""

    address: Address
    resolved: str


def find_endpoint(address: Address, settings: Settings) -> Endpoint:
    """Where the repository is now: redirects are followed on the same host only.

    Raises NoRepositoryError where there is none for us, TransientError where the host cannot be talked to.
    """
    resolved = _resolve(address, settings)
    for _ in range(_MOST_REDIRECTS + 1):
        status, kind, location = _ask(address, resolved, settings)
        if status not in _MOVED:
            _judge(address, status, kind)
            return Endpoint(address, resolved)
        address = _follow(address, location, settings)
    raise NoRepositoryError(f"{address.host} redirects more than {_MOST_REDIRECTS} times.")


def _resolve(address: Address, settings: Settings) -> str:
    own = frozenset({address.host}) if settings.is_private(address.host, address.port) else frozenset[str]()
    try:
        return resolve_public(address.host, address.port, own)
    except NoNetworkError as error:
        raise NoRepositoryError(f"No network: the name {address.host} could not be resolved.") from error
    except (UnknownHostError, PrivateAddressError) as error:
        raise NoRepositoryError(str(error)) from error


def _ask(address: Address, resolved: str, settings: Settings) -> tuple[int, str, str]:
    """Status, content type and redirect target of the answer; its body is never read."""
    make = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = make(address.host, address.port, timeout=settings.limits.connect_seconds)
    try:
        connection.sock = _connect(address, resolved, settings.limits.connect_seconds)
        connection.request("GET", urlsplit(address.git_url).path + _SERVICE, headers={"User-Agent": "git/papersnitch"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.getheader("Location", "")
    except (OSError, HTTPException) as error:
        raise TransientError(f"{address.authority} cannot be reached: {_cause(error, settings)}.") from error
    finally:
        connection.close()


def _connect(address: Address, resolved: str, seconds: float) -> socket.socket:
    """A connection to the resolved address, never to the name again; the certificate must be the name's."""
    plain = socket.create_connection((resolved, address.port), seconds)
    if address.scheme == "http":
        return plain
    trusted = ssl.create_default_context()
    if own_authority := os.environ.get("GIT_SSL_CAINFO"):
        trusted.load_verify_locations(own_authority)
    return trusted.wrap_socket(plain, server_hostname=address.host)


def _cause(error: Exception, settings: Settings) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {settings.limits.connect_seconds:g} seconds"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ssl.SSLError):
        return f"its certificate or encryption is not accepted ({error.reason or error})"
    return str(error) or type(error).__name__


def _judge(address: Address, status: int, kind: str) -> None:
    if status == 200 and kind.startswith(_SMART):
        return
    if status in _BUSY:
        raise TransientError(f"{address.authority} answers {status} for the moment.")
    if status in _ABSENT:
        raise AbsentError(f"There is no public repository at {address.url} (HTTP {status}).")
    if status == 200:
        raise NoRepositoryError(f"{address.url} is a page, not a git repository.")
    raise NoRepositoryError(f"{address.authority} refuses to hand out {address.url} (HTTP {status}).")


def _follow(address: Address, location: str, settings: Settings) -> Address:
    """The address a redirect leads to; a renamed repository stays on its host."""
    try:
        target = urljoin(address.git_url + _SERVICE, location).partition("/info/refs")[0]
    except ValueError as error:
        raise NoRepositoryError(f"{address.url} redirects to what is no web address.") from error
    moved = address_of(target, settings) if location else address
    if not location or (moved.scheme, moved.host, moved.port) != (address.scheme, address.host, address.port):
        raise NoRepositoryError(f"{address.url} redirects to another host, which is not followed.")
    return replace(moved, subpath=address.subpath)
