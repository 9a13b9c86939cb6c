"""A process that runs `ai_checks_pdf` with a model on a database: python -m tests.agents.killed_reader URL CHAIN.

CHAIN is a file with the paper, the folder and the outputs of the nodes before; the environment names the model. It
prints what the node used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sqlalchemy import create_engine

from dashboard.extensions import engine_options, tune
from jobs.agents.saver import SqlCheckpointSaver
from tests.handlers.conftest import Chain


def main(url: str, record: dict[str, str]) -> None:
    engine = tune(create_engine(url, **engine_options(url)))
    chain = Chain(
        Path(record["folder"]),
        Path(record["paper"]),
        {"rubrics": ["pineau"]},
        json.loads(record["outputs"]),
        checkpoints={"saver": SqlCheckpointSaver(engine)},
    )
    print(json.dumps(chain.run("ai_checks_pdf")["usage"]))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()))
