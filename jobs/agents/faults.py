"""Faults of a call: what any provider's library raises, as one error that says whether asking again may help.

The message never quotes the key, and the library's own error is never chained to it: tracebacks are stored and shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from langchain_core.exceptions import ContextOverflowError, ModelConnectionError, ModelTimeoutError

PASSING = frozenset({408, 409, 425, 429})
# What the common HTTP libraries raise before a byte of the request has left.
NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "UnsupportedProtocol"})
LONGEST = 300


class CallFault(Exception):
    """One try at a call failed.

    `is_passing`: another try may succeed, after `wait` seconds if the server named them. `is_free`: nothing was
    answered, so nothing was used.
    """

    def __init__(self, message: str, *, is_passing: bool, is_free: bool, wait: float | None = None) -> None:
        super().__init__(message)
        self.is_passing, self.is_free, self.wait = is_passing, is_free, wait


def fault_of(error: Exception, key: str | None) -> CallFault:
    """What the error of a provider's library means."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _answered(error, status, _clean(str(error), key))
    if isinstance(error, ContextOverflowError):
        return CallFault(
            f"The passages are too long for the model: {_clean(str(error), key)}", is_passing=False, is_free=True
        )
    if isinstance(error, ModelTimeoutError):
        return CallFault("The model's server did not answer in time.", is_passing=True, is_free=_never_sent(error))
    if isinstance(error, ModelConnectionError) or _is_of_the_network(error):
        words = f"The model's server could not be reached: {_clean(_deepest(error), key)}"
        return CallFault(words, is_passing=True, is_free=_never_sent(error))
    words = f"The model's server gave an answer that is none: {type(error).__name__}: {_clean(str(error), key)}"
    return CallFault(words, is_passing=True, is_free=False)


def _answered(error: Exception, status: int, words: str) -> CallFault:
    if 300 <= status < 400:
        message = f"The model's server sends elsewhere ({status}); redirects are not followed. Set the address itself."
        return CallFault(message, is_passing=False, is_free=True)
    is_empty_purse = status == 429 and getattr(error, "code", "") == "insufficient_quota"
    is_passing = (status in PASSING or status >= 500) and not is_empty_purse
    message = f"The model's server answered {status}: {words}"
    return CallFault(message, is_passing=is_passing, is_free=True, wait=_retry_after(error))


def _retry_after(error: Exception) -> float | None:
    """The seconds of the header Retry-After, given as a number or a date."""
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", {})
    raw = str(headers.get("retry-after") or "").strip()
    if raw.isdigit():
        return float(raw)
    try:
        moment = parsedate_to_datetime(raw) if raw else None
    except ValueError:
        return None
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _never_sent(error: Exception) -> bool:
    return any(type(one).__name__ in NEVER_SENT for one in _chain(error))


def _is_of_the_network(error: Exception) -> bool:
    """Whether an HTTP library's own error came through, as it does in the middle of a stream."""
    return any(
        type(one).__module__.split(".")[0] in {"httpx", "httpx2", "httpcore", "httpcore2"} for one in _chain(error)
    )


def _deepest(error: Exception) -> str:
    return str([*_chain(error)][-1])


def _clean(text: str, key: str | None) -> str:
    """One line, not too long, without the key."""
    line = " ".join(text.split())
    return (line.replace(key, "[key]") if key else line)[:LONGEST]
