"""What the scripted model says: the truth, and every way not to."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any

from tests.agents.model_server import Asked, Script, Turn

INVENTED = "We hereby release everything under the most generous of terms."


def answer(verdict: str = "met", reason: str = "It says so.", *quotes: tuple[str, str]) -> str:
    cited = [{"passage": passage, "quote": quote} for passage, quote in quotes]
    return json.dumps({"answer": verdict, "reason": reason, "quotes": cited})


def honest(asked: Asked) -> Turn:
    """Met, by the first words of the first passage."""
    passage = asked.passages[0]
    return Turn(answer("met", "The passage says so.", (passage["id"], passage["text"][:80].rsplit(" ", 1)[0])))


def inventing(_asked: Asked) -> Turn:
    """Met, by words that stand nowhere."""
    return Turn(answer("met", "Surely.", ("P1", INVENTED)))


def bare(_asked: Asked) -> Turn:
    """Met, by nothing."""
    return Turn(answer("met", "Trust me."))


def always(turn: Turn) -> Script:
    return lambda _asked: turn


def first(count: int, turn: Turn | Script, then: Script = honest) -> Script:
    """For each criterion the first so many requests go this way, the others that."""
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def script(asked: Asked) -> Turn:
        with lock:
            seen[asked.criterion["id"]] += 1
            early = seen[asked.criterion["id"]] <= count
        if not early:
            return then(asked)
        return turn if isinstance(turn, Turn) else turn(asked)

    return script


# Faults of the transport: no answer came, so asking again may help.
BUSY = Turn("Slow down.", status=429, headers={"Retry-After": "0"})
FAILING = Turn("Oh dear.", status=500)
SILENT = Turn(answer(), delay=1.0)
CUT = Turn(answer(), cut=40)
HALF_A_BODY = Turn(body=b'{"id": "chatcmpl-1", "choices": [{"index": 0, "mess')
A_PAGE = Turn(body=b"<html>502</html>", headers={"Content-Type": "text/html"})
NO_CHOICES = Turn(body=b'{"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": []}')

# Faults of the answer: it came, and is none.
MALFORMED = Turn('{"answer": "met", "reason": ')
WRONG_SCHEMA = Turn(json.dumps({"answer": "perhaps", "score": 10, "quotes": "many"}))
EMPTY = Turn("")
TRUNCATED = Turn(answer()[:30], finish="length")

# No answer, and none to be had by asking again.
REFUSAL = Turn("", refusal="I cannot judge people.")
FILTERED = Turn("", finish="content_filter")


def known(values: dict[str, Any]) -> dict[str, Any]:
    """Named cases for `pytest.mark.parametrize`."""
    return {"argvalues": list(values.values()), "ids": list(values)}
