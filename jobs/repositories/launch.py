"""Sets hard limits on itself, then becomes the command it is given: `python -I -S launch.py LIMITS COMMAND ...`.

Run as a script of its own, because setting limits between fork and exec is unsafe in a process with threads.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

COMMAND_NOT_FOUND = 127
_PR_SET_PDEATHSIG = 1


def main(limits: str, *command: str) -> None:
    """`limits` is JSON: {"AS": bytes, "CPU": seconds, "FSIZE": bytes, "NOFILE": count}; each is soft and hard."""
    for name, value in json.loads(limits).items():
        if name != "AS" or sys.platform == "linux":  # macOS knows the limit and refuses to set it.
            _limit(getattr(resource, f"RLIMIT_{name}"), value)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        os.execvp(command[0], command)  # noqa: S606 - the whole point: no shell
    except FileNotFoundError:
        sys.exit(COMMAND_NOT_FOUND)


def _limit(kind: int, value: int) -> None:
    """Set a limit, or leave a lower one that is there already."""
    _, hard = resource.getrlimit(kind)
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    main(*sys.argv[1:])
