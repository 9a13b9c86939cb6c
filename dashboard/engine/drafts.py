"""Drafts: versions of a workflow that a person has brought and nobody has activated. They are looked at first."""

from __future__ import annotations

from dashboard.engine import audit, definitions
from dashboard.engine.errors import ConflictError
from dashboard.engine.proposals import Proposal
from dashboard.engine.transactions import writing
from dashboard.models import WorkflowDefinition


def save(proposal: Proposal, by: int | None) -> WorkflowDefinition:
    """Keep it as the next version, which no run takes yet; a version that says the same is that version, as it is."""
    with writing() as session:
        versions = session.scalars(definitions.of_name(proposal.name).with_for_update()).all()
        here = [one for one in versions if not one.is_imported]
        if same := next((one for one in here if proposal.is_said_by(one)), None):
            return same
        saved = definitions.add(session, proposal, versions, is_active=False, is_draft=True, was_draft=True)
        audit.add(session.connection(), "definition.draft", "definition", saved.id, by=by,
                  detail={"name": saved.name, "version": saved.version})  # fmt: skip
    return saved


def discard(name: str, version: int, by: int | None) -> None:
    """Drop a draft. ConflictError for what is none any more: runs may be of it."""
    with writing() as session:
        versions = session.scalars(definitions.of_name(name).with_for_update()).all()
        chosen = definitions.numbered(versions, version)
        if not chosen.is_draft or chosen.is_active:
            raise ConflictError(f"Version {version} of {name} is no draft: runs may be of it, so it stays.")
        session.delete(chosen)
        audit.add(session.connection(), "definition.discard", "definition", chosen.id, by=by,
                  detail={"name": name, "version": version})  # fmt: skip
