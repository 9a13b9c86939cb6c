"""One peer alone: `python -m benchmarks.peers celery --workload P`. Prints a JSON line for each workload."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks import servers
from benchmarks.peers.catalogue import PEERS, Missing, measure
from benchmarks.shapes import RUNS


def main() -> int:
    """Measure it; 1 when it cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=list(PEERS))
    parser.add_argument("--workload", nargs="+", choices=list(RUNS), default=list(RUNS))
    parser.add_argument("--runs", type=int, help=f"as a rule {RUNS}")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    options = ["--workers", str(asked.workers), *(["--runs", str(asked.runs)] if asked.runs else [])]
    with servers.private() as private:
        try:
            records = measure(PEERS[asked.peer], private, asked.workload, options)
        except Missing as missing:
            print(f"{asked.peer} is missing: {missing}", file=sys.stderr)
            return 1
    for record in records:
        print(json.dumps(record))
    return 0


if __name__ == "__main__":
    sys.exit(main())
