"""Write the audit trail."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, insert

from dashboard.engine.clock import now
from dashboard.engine.transactions import transaction
from dashboard.models import AuditEvent


def add(
    connection: Connection,
    action: str,
    object_type: str,
    object_id: int | None,
    team_id: int | None = None,
    by: int | None = None,
    detail: dict[str, Any] | None = None,
) -> int:
    """Record an act within the caller's transaction, so that both happen or neither; the key of its line."""
    address = request.remote_addr if has_request_context() else None
    added = connection.execute(
        insert(AuditEvent).values(
            action=action,
            object_type=object_type,
            object_id=object_id,
            team_id=team_id,
            user_id=by,
            detail=detail or {},
            address=address,
            at=now(),
        )
    )
    return int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one


def record(
    action: str,
    object_type: str,
    object_id: int | None,
    team_id: int | None = None,
    by: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record an act that changes nothing else: a sign-in, a refusal, a download."""
    with transaction() as connection:
        add(connection, action, object_type, object_id, team_id, by, detail)
