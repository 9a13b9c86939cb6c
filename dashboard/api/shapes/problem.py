"""The shape of every error."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """RFC 9457: what happened, for programs by its status, for people in a sentence."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[str] = Field(default=[], description="A sentence for each thing wrong with what was sent.")
