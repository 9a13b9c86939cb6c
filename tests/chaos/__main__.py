"""`make chaos`: play every fault of the table, print what broke, and end with the same as a line of JSON."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.chaos import faults
from tests.chaos.faults import Fault
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial


def main(words: Sequence[str]) -> int:
    """1 when an invariant broke or a fault never struck. Told to end, it takes its servers and workers with it."""
    asked = _asked(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    chosen = {name: faults.load(name) for name in asked.only or faults.names()}
    with _stage() as stage:
        trials = [_play(name, fault, stage, asked.scale) for name, fault in chosen.items()]
    failed = [trial for trial in trials if not trial.is_passed]
    broken = sum(sum(trial.broken.values()) for trial in trials)
    print(json.dumps({"faults": [trial.as_json() for trial in trials], "broken": broken}))
    return 1 if failed else 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Play the faults the engine survives.")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the long run (1.0)")
    parser.add_argument("--only", action="append", choices=faults.names(), help="this fault; may be given again")
    return parser.parse_args(words)


@contextmanager
def _stage() -> Iterator[Stage]:
    stage = Stage(Path(tempfile.mkdtemp(prefix="papersnitch-chaos-")))
    try:
        yield stage
    finally:
        stage.close()


def _play(name: str, fault: Fault, stage: Stage, scale: float) -> Trial:
    """Play a fault and print its line. One that cannot be played to its end counts as broken; the others go on."""
    with stage.cleared(name):
        try:
            trial = fault.run(stage, scale)
        except Exception as error:
            traceback.print_exc()
            trial = Trial(fault.FAULT, 0, {f"the trial: {type(error).__name__}": 1}, stage.seconds, str(error)[:200])
        if not trial.is_passed:
            print(stage.words(), file=sys.stderr)
    _print(trial)
    return trial


def _print(trial: Trial) -> None:
    verdict = "ok  " if trial.is_passed else "FAIL"
    print(f"{verdict} {trial.fault[:64]:64} tried {trial.tried:6}  {trial.seconds:7.1f} s  {trial.remark}", flush=True)
    for name, count in trial.broken.items():
        print(f"     broken: {name}: {count}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
