"""What the engine refuses leaves a line in the audit trail as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dashboard.engine import audit
from dashboard.engine.errors import EngineError


@contextmanager
def recorded(
    action: str,
    object_type: str,
    object_id: int | None,
    team_id: int | None = None,
    by: int | None = None,
    **detail: Any,
) -> Iterator[None]:
    """Record as `ACTION_refused`, with the reason, what the engine refuses within the block. Outside transactions."""
    try:
        yield
    except EngineError as refusal:
        audit.record(f"{action}_refused", object_type, object_id, team_id, by, {**detail, "why": str(refusal)})
        raise
