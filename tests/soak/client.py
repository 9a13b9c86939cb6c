"""Who asks the site over HTTP, programs with a token and browsers with a session, and a tally of what was answered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT_SECONDS = 30.0
OFTEN = 5


@dataclass
class Tally:
    """What all of them were answered, and the runs that they were told exist."""

    answers: Counter[str] = field(default_factory=Counter)
    runs: set[int] = field(default_factory=set)
    errors: list[tuple[float, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, what: str) -> None:
        with self.lock:
            self.answers[f"{kind} {status}" if status else f"{kind} unanswered"] += 1
            if status >= 500:
                self.errors.append((time.monotonic(), f"{what}: {status}"))

    def note_run(self, run_id: int | None) -> None:
        with self.lock:
            self.runs |= {run_id} if run_id else set()

    def never_granted(self) -> int:
        """Kinds of requests, asked often, of which none did anything: a load that is only refused proves nothing."""
        asked, granted = Counter[str](), Counter[str]()
        for name, count in self.answers.items():
            kind, answer = name.split()
            asked[kind] += count
            granted[kind] += count * answer.startswith("2")
        return sum(asked[kind] >= OFTEN and not granted[kind] for kind in asked)


class Client:
    """One of them. It goes from one address of the site to the next, as behind a balancer, when one does not answer."""

    def __init__(self, addresses: Sequence[str], tally: Tally, headers: dict[str, str]) -> None:
        self._addresses, self.tally, self._turn = list(addresses), tally, 0
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(headers)

    def get(self, kind: str, path: str) -> Any:
        """What was answered, or None where that was an error or nothing."""
        return self._ask(kind, path, self._session.get)

    def post(self, kind: str, path: str, **body: Any) -> Any:
        """The same for an act. What the engine refuses (409, 422) is an answer as good as any."""
        return self._ask(kind, path, self._session.post, **body)

    def _ask(self, kind: str, path: str, how: Callable[..., requests.Response], **body: Any) -> Any:
        self._turn += 1
        address = self._addresses[self._turn % len(self._addresses)]
        try:
            answer = how(address + path, timeout=TIMEOUT_SECONDS, allow_redirects=False, **body)
        except requests.RequestException:
            self.tally.note(kind, 0, path)
            return None
        self.tally.note(kind, answer.status_code, f"{how.__name__} {path}")
        return answer.json() if answer.ok and answer.headers.get("Content-Type") == "application/json" else None
