"""A process that runs the checks' graph on a database and dies by SIGKILL when told to.

Called with URL, NOTES and KILL_AT: each criterion's assessing is noted in the file NOTES before and after; the process
kills itself in the middle of the KILL_AT-th, once all earlier ones are saved. 0 lets it finish.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from threading import BoundedSemaphore

from sqlalchemy import Engine, create_engine, func, select

from dashboard.extensions import engine_options, tune
from dashboard.judging.evidence import Verdict
from dashboard.judging.question import Question
from jobs.agents.check_graph import Bench, check_graph
from jobs.agents.checkpoint_rows import WRITES
from jobs.agents.node_handler import THREADS
from jobs.agents.saver import SqlCheckpointSaver
from tests.agents.scripted import OnePage, by_key, criterion, met, quote

NAMES = [f"c{number}" for number in range(6)]
CONFIG = {"configurable": {"thread_id": "1:1"}, "max_concurrency": THREADS}


class Mortal:
    """Notes each assessing, and dies in the middle of one."""

    name = "mortal"

    def __init__(self, engine: Engine, notes: Path, kill_at: int) -> None:
        self.engine, self.notes, self.kill_at, self.calls = engine, notes, kill_at, 0

    def assess(self, question: Question) -> Verdict:
        self.calls += 1
        self.note(f"begin {question.criterion.key}")
        if self.calls == self.kill_at:
            self.wait_until_saved(self.finished())
            os.kill(os.getpid(), signal.SIGKILL)
        self.note(f"end {question.criterion.key}")
        return met(question.criterion.key, quote("We use seed 7."))

    def repair(self, question: Question, draft: Verdict, objections: list[str]) -> Verdict:
        raise AssertionError("The quotes are true: nothing is repaired.")

    def finished(self) -> int:
        return self.notes.read_text().count("end ")

    def wait_until_saved(self, count: int) -> None:
        query = select(func.count()).where(WRITES.c.channel == "drafts")
        while True:
            with self.engine.connect() as connection:
                if connection.execute(query).scalar_one() >= count:
                    return
            time.sleep(0.01)

    def note(self, line: str) -> None:
        with self.notes.open("a") as file:
            print(line, file=file, flush=True)


def main(url: str, notes: Path, kill_at: int) -> None:
    engine = tune(create_engine(url, **engine_options(url)))
    graph = check_graph().compile(checkpointer=SqlCheckpointSaver(engine))
    criteria = by_key(*map(criterion, NAMES))
    bench = Bench(criteria, OnePage(), Mortal(engine, notes, kill_at), turns=BoundedSemaphore(1))
    start = None if graph.get_state(CONFIG).created_at else {"keys": list(criteria)}
    ended = graph.invoke(start, CONFIG, context=bench, durability="sync")
    print(json.dumps({key: verdict["answer"] for key, verdict in ended["verdicts"].items()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
