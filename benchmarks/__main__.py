"""`make bench`: ours, the floor and the peers in turn, several rounds; a table, and a last line of JSON.

Who cannot be measured is told on stderr, is null in the JSON, and keeps nobody else from being measured.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

from benchmarks import contenders, servers
from benchmarks.contenders import EVERYBODY
from benchmarks.peers.catalogue import Missing
from benchmarks.report import OURS, Figures, summary, table


def main() -> int:
    """Measure and tell; 1 when our own engine could not be measured."""
    asked = _options()
    figures = Figures()
    before = os.getloadavg()[0]
    with servers.private() as private:
        play(figures, private, asked.contenders, asked.rounds, asked.workers)
        if asked.claims:
            _tell("claims in a used table")
            figures.add(*contenders.ours(private, ["S"]))
    print(table(figures))
    print(f"{os.cpu_count()} cores, load before the first round {before:.1f}, {asked.rounds} rounds")
    print(json.dumps(summary(figures)), flush=True)
    return 1 if OURS in asked.contenders and not figures.of("P", OURS) else 0


def play(figures: Figures, private: servers.Servers, names: list[str], rounds: int, workers: int) -> None:
    """That many rounds, in each of which everybody has one turn; who fails is not asked again."""
    turns = {name: turn for name, turn in contenders.turns(private, workers).items() if name in names}
    for number in range(rounds):
        for name, turn in list(turns.items()):
            began = time.monotonic()
            try:
                figures.add(*turn())
            except Missing as reason:
                _tell(f"{name} is missing: {reason}")
                del turns[name]
            else:
                _tell(f"round {number + 1} of {rounds}: {name}, {time.monotonic() - began:.1f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--contenders", nargs="+", choices=EVERYBODY, default=EVERYBODY)
    parser.add_argument("--no-claims", dest="claims", action="store_false", help="leave out S, which takes a minute")
    return parser.parse_args()


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
