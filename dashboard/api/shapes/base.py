"""What all shapes share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Json = dict[str, Any]


class Asked(BaseModel):
    """What a program sends: a field that is not known is a mistake, and is told."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What is answered, taken from rows and read models by the names of their fields."""

    model_config = ConfigDict(from_attributes=True)


class CursorAsked(Asked):
    """Where a long list goes on."""

    cursor: str | None = Field(None, max_length=200, description="From next of the page before.")


class PageAsked(CursorAsked):
    """Which part of a long list."""

    limit: int = Field(50, ge=1, le=200, description="How many at most.")


class PageTold(Told):
    """A part of a long list."""

    next: str | None = Field(description="The address of the part after it; null at the end.")
