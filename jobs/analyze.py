"""`make analyze`: check papers without a browser, on an engine of their own that is gone afterwards.

Exit status: 0 every paper was checked, 1 a run did not succeed, 2 what was handed in cannot be used.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy import select

from dashboard.cli import tree
from dashboard.cli.workflow_sources import known_handlers, read
from dashboard.cli.workflows import DEFAULT
from dashboard.engine import artifacts, definitions, papers, runs
from dashboard.engine.clock import now
from dashboard.engine.errors import EngineError, InvalidInputError
from dashboard.engine.states import RunStatus
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import NodeArtifact, Team, WorkflowDefinition, WorkflowNode
from jobs.embedded import EmbeddedRedisError
from jobs.private_engine import EngineDiedError, PrivateEngine, private_engine

LOOK_EVERY_SECONDS = 0.3
FILE_WIDTH = 200  # characters a line, where the output is no terminal: room for a path
REPORT = "report."
DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


@dataclass
class Check:
    """One paper on its way: its run, and the folder its report goes to."""

    file: Path
    folder: Path
    run_id: int = 0
    is_done: bool = False
    refusal: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the papers named on the command line."""
    parser = argparse.ArgumentParser(prog="make analyze", description="Check papers and write a report on each.")
    parser.add_argument("papers", nargs="+", help="PDF files, or folders of them")
    parser.add_argument("--out", type=Path, default=Path("out"), help="the folder the reports go to")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return analyze(plan([Path(name) for name in options.papers if name], options.out))
    except InvalidInputError as error:
        return complain(error, BAD_INPUT)
    except (EngineDiedError, EmbeddedRedisError) as error:
        return complain(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def analyze(checks: Sequence[Check]) -> int:
    """Check the papers on a private engine; the exit status."""
    console = Console(width=None if sys.stdout.isatty() else FILE_WIDTH)
    with (
        tempfile.TemporaryDirectory(prefix="papersnitch-") as home,
        private_engine(Path(home)) as engine,
        engine.app.app_context(),
    ):
        start(checks)
        watch(checks, engine, console)
        console.print(summary(checks))
        return verdict(checks)


def complain(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)
    return status


def plan(names: Sequence[Path], out: Path) -> list[Check]:
    """Which papers to check; InvalidInputError when there is none or one cannot be found."""
    files: list[Path] = []
    for name in names:
        if not name.exists():
            raise InvalidInputError(f"There is no file {name}. Name a PDF: make analyze PAPER=file.pdf OUT=folder")
        found = sorted(name.glob("*.pdf")) if name.is_dir() else [name]
        if not found:
            raise InvalidInputError(f"The folder {name} holds no PDF.")
        files += found
    if not files:
        raise InvalidInputError("Name a paper: make analyze PAPER=file.pdf OUT=folder")
    if len(files) == 1:
        return [Check(files[0], out)]
    return [Check(file, out / file.stem) for file in files]


def start(checks: Sequence[Check]) -> None:
    """Start a run on every paper; one that is no PDF is refused, and the others go on."""
    team, workflow = make_team(), save_workflow()
    for check in checks:
        try:
            paper, _is_new = papers.add(team, check.file.name, check.file)
            check.run_id = runs.create_and_start(workflow.id, paper.id, team, {}, None)
        except EngineError as error:
            check.refusal = str(error)
            check.is_done = True


def make_team() -> int:
    with writing() as session:
        team = Team(name="Here", slug="here", created_at=now())
        session.add(team)
    return team.id


def save_workflow() -> WorkflowDefinition:
    """The default workflow."""
    record = read(DEFAULT)
    dag = {"nodes": record["nodes"], "edges": record["edges"]}
    return definitions.save(record.get("name", DEFAULT.stem), dag, known_handlers=known_handlers())


def watch(checks: Sequence[Check], engine: PrivateEngine, console: Console) -> None:
    """Show every run until the last has finished, and write each report as soon as it is there."""
    with Live(console=console, auto_refresh=False, transient=len(checks) > 1) as live:
        while not all(check.is_done for check in checks):
            for check in checks:
                if not check.is_done and tree.is_finished(check.run_id):
                    write_report(check)
                    check.is_done = True
            live.update(picture(checks), refresh=True)
            engine.check()
            time.sleep(LOOK_EVERY_SECONDS)
    if not console.is_terminal and not live.transient:
        console.line()  # rich ends the last picture with a line break on terminals only


def picture(checks: Sequence[Check]) -> Group:
    """The tree of the paper when it is one, of those under way when there are several."""
    shown = [check for check in checks if check.run_id and (len(checks) == 1 or not check.is_done)]
    return Group(*(tree.of_run(check.run_id, check.file.name) for check in shown[:3]))


def write_report(check: Check) -> None:
    """Copy the report's files into the paper's folder."""
    reports = (
        select(NodeArtifact.name, NodeArtifact.sha256)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .where(NodeArtifact.run_id == check.run_id, NodeArtifact.attempt == WorkflowNode.committed_attempt)
        .where(NodeArtifact.name.startswith(REPORT))
    )
    for name, sha256 in db.session.execute(reports):
        check.folder.mkdir(parents=True, exist_ok=True)
        (check.folder / name).write_bytes(artifacts.path_of(sha256).read_bytes())


def summary(checks: Sequence[Check]) -> Table:
    """A row a paper: how it ended, its score, where its report is or why there is none."""
    paper, report = Column("paper", overflow="fold"), Column("report", overflow="fold")
    table = Table(paper, "result", "score", report, box=None, pad_edge=False)
    for check in checks:
        table.add_row(Text(check.file.name), *outcome(check))
    return table


def outcome(check: Check) -> tuple[Text, Text, Text]:
    """Result, score, and the report's place or what went wrong."""
    if check.refusal:
        return Text("refused", style="red"), Text(), Text(check.refusal)
    run = tree.find(check.run_id)
    score = Text("–" if run.score is None else f"{run.score:.0f}")
    if run.status == RunStatus.SUCCEEDED:
        return Text("done", style="green"), score, Text(str(check.folder / "report.html"))
    return Text("failed", style="red"), score, Text("; ".join(tree.last_errors(check.run_id).values()))


def verdict(checks: Sequence[Check]) -> int:
    """The exit status: bad input weighs more than a failed run."""
    if any(check.refusal for check in checks):
        return BAD_INPUT
    succeeded = all(tree.find(check.run_id).status == RunStatus.SUCCEEDED for check in checks)
    return DONE if succeeded else FAILED


if __name__ == "__main__":
    sys.exit(main())
