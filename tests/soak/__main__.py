"""`make soak`: minutes of load and faults on the whole site, a table of what grew, and the same as a line of JSON."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.chaos.stage import Stage
from tests.soak import report
from tests.soak.soaking import soak


def main(words: Sequence[str]) -> int:
    """1 when an invariant broke. Told to end, it takes its servers and processes with it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Soak the site under load and faults.")
    parser.add_argument("--seconds", type=float, default=600, help="how long (600)")
    asked = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    stage = Stage(Path(tempfile.mkdtemp(prefix="papersnitch-soak-")))
    try:
        soaked = soak(stage, asked.seconds)
    finally:
        stage.close()
    print("\n".join(report.lines(soaked)))
    print(json.dumps(asdict(soaked)))
    return 1 if soaked.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
