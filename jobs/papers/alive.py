"""Alive: whether an address answers, asked at public hosts only and within a bounded time."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from jobs.network import NoNetworkError, PrivateAddressError, UnknownHostError, resolve_public
from jobs.papers.asking import OutOfTimeError, ask

_REDIRECTS = 4
_REFUSES_HEAD = {400, 403, 404, 405, 406, 429, 500, 501, 503}
_GONE = {404, 410}
_FOR_GOOD = {301, 308}


@dataclass(frozen=True)
class Health:
    """`alive` is None when it could not be told: no network, out of time, or the host would not say.

    `moved_to` is where the host says for good that the page is now; empty where it says nothing of the kind.
    """

    alive: bool | None
    status: int | None
    note: str
    moved_to: str = ""


@dataclass(frozen=True)
class Patience:
    """Seconds for one connection and for all links together, how many links are asked at most, and at once."""

    each: float = 8.0
    together: float = 60.0
    links: int = 80
    at_once: int = 8


def check_all(
    urls: Iterable[str], patience: Patience, allow_private: frozenset[str] = frozenset()
) -> dict[str, Health]:
    """The health of each address, in the order given."""
    wanted = list(dict.fromkeys(urls))
    deadline = time.monotonic() + patience.together
    asked, left = wanted[: patience.links], wanted[patience.links :]
    with ThreadPoolExecutor(patience.at_once, thread_name_prefix="links") as pool:
        answers = list(pool.map(lambda url: _check(url, patience.each, deadline, allow_private), asked))
    beyond = Health(None, None, f"not asked: only the first {patience.links} links are")
    return {**dict(zip(asked, answers, strict=True)), **dict.fromkeys(left, beyond)}


def has_network() -> bool:
    """Whether names can be resolved here at all."""
    try:
        resolve_public("example.com", 443)
    except NoNetworkError:
        return False
    except (UnknownHostError, PrivateAddressError):
        return True
    return True


def _check(url: str, seconds: float, deadline: float, allow_private: frozenset[str]) -> Health:
    try:
        status, moved_to = _followed("HEAD", url, seconds, deadline, allow_private)
        if status in _REFUSES_HEAD:
            status, moved_to = _followed("GET", url, seconds, deadline, allow_private)
    except (NoNetworkError, OutOfTimeError) as error:
        return Health(None, None, str(error))
    except (UnknownHostError, PrivateAddressError) as error:
        return Health(False, None, str(error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Health(False, None, _reason(url, error))
    return replace(_judge(status), moved_to=moved_to)


def _judge(status: int) -> Health:
    if status in _GONE:
        return Health(False, status, "there is no such page")
    if status < 400:
        return Health(True, status, "")
    if status in (401, 403, 429) or status >= 500:
        return Health(None, status, "the host answers, but would not show the page to a program")
    return Health(False, status, f"the host answers with status {status}")


def _followed(method: str, url: str, seconds: float, deadline: float, allow_private: frozenset[str]) -> tuple[int, str]:
    """The status at the end of all redirects, and where those that hold for good lead."""
    moved_to, for_good = "", True
    for _ in range(_REDIRECTS + 1):
        answer = ask(method, url, min(seconds, deadline - time.monotonic()), allow_private)
        if not answer.leads_to:
            return answer.status, moved_to
        url, for_good = answer.leads_to, for_good and answer.status in _FOR_GOOD
        moved_to = url if for_good else moved_to
    raise ValueError("it redirects without end")


def _reason(url: str, error: Exception) -> str:
    host = urlsplit(url).hostname or url
    if isinstance(error, TimeoutError):
        return f"{host} did not answer in time"
    if isinstance(error, ssl.SSLError):
        return f"{host} has no valid certificate"
    if isinstance(error, ConnectionRefusedError):
        return f"{host} refuses connections"
    return f"{host}: {error}"
