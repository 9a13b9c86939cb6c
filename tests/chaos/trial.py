"""What came of one fault."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Trial:
    """`tried`: how often the fault was really inflicted; `broken`: each broken invariant and how many rows break it."""

    fault: str
    tried: int
    broken: dict[str, int]
    seconds: float
    remark: str = ""

    @property
    def is_passed(self) -> bool:
        """A fault that never struck proves nothing."""
        return self.tried > 0 and not self.broken

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
