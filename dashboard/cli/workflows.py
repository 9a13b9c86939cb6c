"""`flask create-workflow`, and `flask workflows check | draw | draft | activate`: from a file to what new runs take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from dashboard.cli.command import command
from dashboard.cli.workflow_sources import known_handlers, read
from dashboard.engine import dag, definitions, drafts, workflow_file
from dashboard.engine.dag import Dag, NodeSpec
from dashboard.engine.proposals import Proposal
from dashboard.models import WorkflowDefinition

DEFAULT = Path(__file__).resolve().parents[2] / "jobs" / "pipelines" / "pdf_analysis.yaml"

source_argument = click.argument("source")
name_option = click.option("--name", default="", help="Another name than its own.")


@command("create-workflow")
@click.argument("source", default=str(DEFAULT))
@name_option
def create_workflow(source: str, name: str) -> None:
    """Save the workflow of SOURCE: a YAML or JSON file, or package/name (without one, the default workflow).

    What says the same as was saved last changes nothing; anything else becomes the next version, which new runs take.
    """
    proposal = proposed(source, name)
    saved = definitions.save(
        proposal.name, proposal.record, proposal.description, proposal.input_schema, known_handlers=known_handlers()
    )
    which = "" if saved.is_active else " It is there already and stays as it is: not active."
    click.echo(f"{told(saved)}{which}")


@command("check")
@source_argument
def check(source: str) -> None:
    """Say what is wrong with the workflow of SOURCE, line by line, or that nothing is."""
    shape = dag.from_record(proposed(source).record)
    click.echo(f"{source} is a workflow: {len(shape.nodes)} nodes, {len(shape.edges)} edges.")


@command("draw")
@source_argument
def draw(source: str) -> None:
    """Show the nodes of SOURCE in the order in which they can run, with what each waits for."""
    proposal = proposed(source)
    click.echo(f"{proposal.name}: {proposal.description}".rstrip(": "))
    for line in drawn(dag.from_record(proposal.record)):
        click.echo(line)


@command("draft")
@source_argument
@name_option
def draft(source: str, name: str) -> None:
    """Save the workflow of SOURCE as a version that no run takes until it is activated."""
    saved = drafts.save(proposed(source, name), None)
    click.echo(f"{told(saved)} {'A draft' if saved.is_draft else 'Nothing new'}: /workflows/{saved.name} shows it.")


@command("activate")
@click.argument("name")
@click.argument("version", type=int)
def activate(name: str, version: int) -> None:
    """Let new runs of NAME take that version. Runs under way keep theirs."""
    click.echo(f"{told(definitions.activate(name, version, None))} New runs take it.")


workflows = click.Group(
    "workflows", commands=[check, draw, draft, activate], help="Check, draw, draft and activate workflows."
)


def proposed(source: str, name: str = "") -> Proposal:
    """The workflow of a source, checked whole."""
    return workflow_file.proposal(read(source, known_handlers()), name)


def told(saved: WorkflowDefinition) -> str:
    return f"{saved.name}, version {saved.version}: {len(saved.dag['nodes'])} nodes."


def drawn(shape: Dag) -> Iterator[str]:
    """A line a node, numbered by how many nodes at least run before it."""
    depth: dict[str, int] = {}
    for spec in shape.nodes:
        depth[spec.id] = 1 + max((depth[parent] for parent, child in shape.edges if child == spec.id), default=0)
    width = max(map(len, depth))
    for spec in sorted(shape.nodes, key=lambda spec: depth[spec.id]):
        parents = [parent for parent, child in shape.edges if child == spec.id]
        after = f"after {', '.join(parents)}" if parents else "first"
        yield f"{depth[spec.id]:>4}  {spec.id:{width}}  {_served(spec)}  {after}"


def _served(spec: NodeSpec) -> str:
    runs = "" if spec.handler == spec.id else f" {spec.handler}"
    return f"{spec.queue}:{runs or ' ' + spec.id}"
