"""A process that runs `ai_checks_pdf` with a model on a database: python -m tests.agents.killed_reader URL CHAIN.

CHAIN is a file with the paper, the folder and the outputs of the nodes before; the environment names the model. It
prints what the node used.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from dashboard.engine.spending import RunSpending
from dashboard.extensions import engine_options, tune
from dashboard.models import Team, WorkflowDefinition, WorkflowNode, WorkflowRun
from jobs.agents.saver import SqlCheckpointSaver
from tests.handlers.conftest import Chain


def main(url: str, record: dict[str, str]) -> None:
    engine = tune(create_engine(url, **engine_options(url)))
    make_rows(engine, len(json.loads(record["outputs"])) + 1)
    chain = Chain(
        Path(record["folder"]),
        Path(record["paper"]),
        {"rubrics": ["pineau"]},
        json.loads(record["outputs"]),
        checkpoints={"saver": SqlCheckpointSaver(engine), "spending": RunSpending(engine, 1, lambda _connection: None)},
    )
    print(json.dumps(chain.run("ai_checks_pdf")["usage"]))


def make_rows(engine: Engine, node_id: int) -> None:
    """The run and the node whose spending is put down, where they are not there yet."""
    then = datetime.now(UTC)
    node = WorkflowNode(id=node_id, run_id=1, node_id="ai_checks_pdf", position=0, handler="ai_checks_pdf",
                        type="langgraph", queue="ai", status="RUNNING")  # fmt: skip
    run = WorkflowRun(id=1, team_id=1, definition_id=1, status="RUNNING", input={}, created_at=then)
    definition = WorkflowDefinition(
        id=1, name="w", version=1, description="", dag={}, input_schema={}, is_active=True, created_at=then
    )
    with Session(engine.execution_options(writes=True)) as session:
        for row in (Team(id=1, name="Lab", slug="lab", created_at=then), definition, run, node):
            session.merge(row)
            session.flush()
        session.commit()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()))
