"""The states of runs and nodes, what each means, and the only moves there are.

run   CREATED -> RUNNING <-> PAUSED -> SUCCEEDED | FAILED, CANCELLING -> CANCELLED
node  PENDING -> READY <-> HELD, READY -> RUNNING -> SUCCEEDED | FAILED | POISONED | CANCELLED
      PENDING -> RUNNING, where the worker that finished the last parent takes the child along
      PENDING -> UPSTREAM_FAILED, SKIPPED; everything finished -> PENDING, READY or HELD by a person's retry
"""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    CREATED = "CREATED"  # saved, not started
    RUNNING = "RUNNING"  # nodes may be claimed
    PAUSED = "PAUSED"  # running nodes finish, none is claimed
    CANCELLING = "CANCELLING"  # running nodes were told to stop
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class NodeStatus(StrEnum):
    PENDING = "PENDING"  # waits for its parents
    READY = "READY"  # may be claimed once `available_at` has come
    HELD = "HELD"  # would be ready, but the run is paused or a person must answer
    RUNNING = "RUNNING"  # claimed: one worker holds its token and a lease
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"  # its own handler failed for good
    POISONED = "POISONED"  # its worker died under it too often
    CANCELLED = "CANCELLED"
    UPSTREAM_FAILED = "UPSTREAM_FAILED"  # an ancestor failed: it never started
    SKIPPED = "SKIPPED"  # a person said to go on without it, with a reason


class Outcome(StrEnum):
    """How an attempt ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CRASHED = "crashed"  # the worker fell silent past the lease
    GIVEN_BACK = "given_back"  # the worker was told to stop
    CANCELLED = "cancelled"
    ASKED = "asked"  # it waits for a person's answer
    REVOKED = "revoked"  # a person took the claim away: by a retry, or from a silent worker


RUN_MOVES: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.CREATED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED}),
    RunStatus.RUNNING: frozenset({RunStatus.PAUSED, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLING,
                                  RunStatus.CANCELLED}),
    RunStatus.PAUSED: frozenset({RunStatus.RUNNING, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLING,
                                 RunStatus.CANCELLED}),
    RunStatus.CANCELLING: frozenset({RunStatus.CANCELLED}),
    RunStatus.SUCCEEDED: frozenset({RunStatus.RUNNING}),
    RunStatus.FAILED: frozenset({RunStatus.RUNNING}),
    RunStatus.CANCELLED: frozenset({RunStatus.RUNNING}),
}  # fmt: skip

# HELD where the run is paused, or where a person holds the node.
_RETRIED = frozenset({NodeStatus.PENDING, NodeStatus.READY, NodeStatus.HELD})
NODE_MOVES: dict[NodeStatus, frozenset[NodeStatus]] = {
    NodeStatus.PENDING: frozenset({NodeStatus.READY, NodeStatus.RUNNING, NodeStatus.HELD, NodeStatus.UPSTREAM_FAILED,
                                   NodeStatus.SKIPPED, NodeStatus.CANCELLED}),
    NodeStatus.READY: frozenset({NodeStatus.RUNNING, NodeStatus.HELD, NodeStatus.PENDING, NodeStatus.SKIPPED,
                                 NodeStatus.CANCELLED}),
    NodeStatus.HELD: frozenset({NodeStatus.READY, NodeStatus.PENDING, NodeStatus.SKIPPED, NodeStatus.CANCELLED}),
    NodeStatus.RUNNING: frozenset({NodeStatus.SUCCEEDED, NodeStatus.FAILED, NodeStatus.POISONED, NodeStatus.CANCELLED,
                                   NodeStatus.READY, NodeStatus.HELD, NodeStatus.PENDING}),
    NodeStatus.SUCCEEDED: _RETRIED,
    NodeStatus.FAILED: _RETRIED | {NodeStatus.SKIPPED},
    NodeStatus.POISONED: _RETRIED | {NodeStatus.SKIPPED},
    NodeStatus.CANCELLED: _RETRIED,
    NodeStatus.UPSTREAM_FAILED: _RETRIED | {NodeStatus.SKIPPED},
    NodeStatus.SKIPPED: _RETRIED,
}  # fmt: skip

RUN_FINISHED = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})
NODE_FINISHED = frozenset({NodeStatus.SUCCEEDED, NodeStatus.FAILED, NodeStatus.POISONED, NodeStatus.CANCELLED,
                           NodeStatus.UPSTREAM_FAILED, NodeStatus.SKIPPED})  # fmt: skip
NODE_UNFINISHED = frozenset(NodeStatus) - NODE_FINISHED
NODE_PASSED = frozenset({NodeStatus.SUCCEEDED, NodeStatus.SKIPPED})
NODE_BROKEN = frozenset({NodeStatus.FAILED, NodeStatus.POISONED})

# The words of the system this one follows (see docs/states.md), for people and scripts that know those.
SEED_WORDS: dict[NodeStatus, str] = {
    NodeStatus.PENDING: "pending",
    NodeStatus.READY: "ready",
    NodeStatus.HELD: "ready",
    NodeStatus.RUNNING: "running",
    NodeStatus.SUCCEEDED: "completed",
    NodeStatus.FAILED: "failed",
    NodeStatus.POISONED: "failed",
    NodeStatus.UPSTREAM_FAILED: "skipped",
    NodeStatus.SKIPPED: "skipped",
    NodeStatus.CANCELLED: "cancelled",
}


def may_run_move(source: RunStatus, target: RunStatus) -> bool:
    """Whether a run may go from `source` to `target`."""
    return target in RUN_MOVES[source]


def may_node_move(source: NodeStatus, target: NodeStatus) -> bool:
    """Whether a node may go from `source` to `target`."""
    return target in NODE_MOVES[source]
