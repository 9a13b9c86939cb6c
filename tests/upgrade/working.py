"""A process of one version: its web server, its sweeper or a worker. Copied beside the older version's code as well."""

import json
import os
import sys
import time
from pathlib import Path

import yaml

from dashboard import create_app
from dashboard.engine import definitions, tokens
from jobs import sweeper, worker
from jobs.context import NodeContext
from jobs.registry import handler
from tests import factories
from tests.crowd.shapes import fifteen

SMALL, REAL, WAITING = "small", "real", "waiting"
SAMPLE, PIPELINE = Path("samples/good.pdf"), Path("jobs/pipelines/pdf_analysis.yaml")


@handler("short_work")
def short_work(context: NodeContext) -> dict[str, object]:
    """A moment, a line of log, a file, and what its ancestors left."""
    context.log(f"{context.node.node_id}, attempt {context.node.attempt}")
    time.sleep(0.1)
    context.artifact("note.txt", context.node.node_id, "text/plain")
    return {"seen": sorted(context.upstream_outputs)}


@handler("until_told")
def until_told(context: NodeContext) -> dict[str, object]:
    """Until somebody says `go`: it is under way for as long as a test needs."""
    while not (Path(os.environ["PAPERSNITCH_HOME"]) / "go").exists():
        time.sleep(0.05)
    return {}


if os.environ.get("HAS_NEWCOMER"):

    @handler("newcomer")
    def newcomer(context: NodeContext) -> dict[str, object]:
        """What only a later version has."""
        return {"node": context.node.node_id}


def prepare() -> None:
    """With this version's own code: a person with a token, a paper, workflows; told as JSON."""
    with create_app().app_context():
        team = factories.team()
        definitions.save(SMALL, fifteen("short_work"))
        definitions.save(WAITING, {"nodes": [{"id": "only", "handler": "until_told"}], "edges": []})
        own = yaml.safe_load(PIPELINE.read_text("utf-8"))
        definitions.save(REAL, {"nodes": own["nodes"], "edges": own["edges"]})
        token = tokens.make(factories.user(team).id, team.id, "a script", "write", 7)
        print(json.dumps({"token": token, "paper": factories.paper(team, SAMPLE.read_bytes()).id}))


if __name__ == "__main__":
    match sys.argv[1]:
        case "prepare":
            prepare()
        case "web":
            os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "wsgi:app"])
        case "sweeper":
            sweeper.main()
        case queues:
            worker.main(queues.split(","))
