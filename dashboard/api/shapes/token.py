"""A token, without what would let somebody in."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from dashboard.api.shapes.base import Told
from dashboard.engine.tokens import Scope


class Token(Told):
    """Whose it is and what it opens."""

    name: str
    person: str
    team: str
    scope: Scope = Field(description="What it may do: never more than its person.")
    expires_at: datetime
