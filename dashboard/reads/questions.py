"""What nodes asked people, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.models import NodeQuestion, User, WorkflowNode


@dataclass(frozen=True)
class Asked:
    """A question of a node's present generation, with its answer once there is one."""

    key: str
    words: str
    choices: Sequence[str]
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


def of_node(node: WorkflowNode) -> list[Asked]:
    """What it asked, in the order of asking."""
    rows = db.session.execute(
        select(NodeQuestion.key, NodeQuestion.words, NodeQuestion.choices, NodeQuestion.answer,
               User.name.label("answered_by"), NodeQuestion.answered_at)
        .outerjoin(User, User.id == NodeQuestion.answered_by)
        .where(NodeQuestion.node_id == node.id, NodeQuestion.generation == node.generation)
        .order_by(NodeQuestion.id)
    )  # fmt: skip
    return [Asked(**row._mapping) for row in rows]
