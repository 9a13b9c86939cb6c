"""A glance at one's own claim between two renewals: one read by primary key, so that a cancel is seen soon."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from dashboard.engine.claims import Claim, Renewal
from dashboard.engine.states import NodeStatus
from dashboard.engine.tables import node
from dashboard.engine.transactions import reading

_GLANCE = (
    select(node.c.claim_token, node.c.status, node.c.cancel_requested)
    .where(node.c.id == bindparam("row"))
    .execution_options(point="glance")
)


def glance(claim: Claim) -> Renewal:
    """What a renewal would tell, without renewing."""
    with reading() as connection:
        row = connection.execute(_GLANCE, {"row": claim.id}).first()
    if row is None or row.claim_token != claim.token or row.status != NodeStatus.RUNNING:
        return Renewal(is_held=False, is_cancelled=False)
    return Renewal(is_held=True, is_cancelled=bool(row.cancel_requested))
