"""How long runs keep what they left behind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Keeping:
    """Days after a run has ended; 0 keeps for ever. `attempts` are those that a later one has replaced."""

    logs: float = 0
    attempts: float = 0
    artifacts: float = 0
    checkpoints: float = 7
