"""What nodes break of: a few errors that come back with other numbers and names, as real ones do. Pure."""

from __future__ import annotations

import random
from typing import Any

ERRORS = {
    "fetch_repo": (
        ("FetchError", "https://github.com/lab-{0}/code answered 404: the repository is private or was removed"),
        ("FetchError", "the repository is larger than {0} MB"),
        ("TimeoutError", "no answer from the host within 600 s (byte {0})"),
    ),
    "validate_links": (("HostError", "the host refused {0} requests in a row"),),
    "extract_text": (
        ("PdfError", "page {0} cannot be read: the stream is cut off"),
        ("SandboxError", "the reader needed more than {0} MB of memory"),
    ),
    "ingest_pdf": (("PdfError", "the file is encrypted, and '{0}' does not open it"),),
    "ai_checks_pdf": (("RateLimitError", "the model's server asks to wait {0} s"),),
    "ai_checks_repo": (("ReplyError", "the reply is no JSON (at character {0})"),),
}
ELSEWHERE = (("ValueError", "not a number: '{0}'"), ("CrashError", "worker-{0} fell silent past its lease"))
TRACE = (
    "Traceback (most recent call last):\n"
    + "".join(
        f'  File "jobs/handlers/{{name}}.py", line {line}, in step_{line}\n    go_on()\n' for line in range(8, 40)
    )
    + '  File "jobs/handlers/{name}.py", line 41, in {name}\n    raise {kind}(message)\n{kind}: {message}'
)


def error(node_id: str, chance: random.Random) -> dict[str, Any]:
    """The columns of an attempt that tell its error; the message has a sentence of detail in a further line."""
    kind, words = chance.choice(ERRORS.get(node_id, ELSEWHERE))
    message = words.format(chance.randrange(2, 5000))
    return {
        "error_type": kind,
        "error_message": f"{message}\nTried as the run's input says; nothing was kept.",
        "error_frame": f"jobs/handlers/{node_id}.py:41 in {node_id}",
        "traceback": TRACE.format(name=node_id, kind=kind, message=message),
    }
