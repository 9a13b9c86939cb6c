"""What must hold at any moment and after any fault, asked in SQL."""

from __future__ import annotations

from sqlalchemy import text

from dashboard.engine.clock import later
from dashboard.extensions import db

STALE_SECONDS = 30

_PASSED = "('SUCCEEDED', 'SKIPPED')"
_ENDED_BADLY = "('FAILED', 'POISONED', 'CANCELLED', 'UPSTREAM_FAILED')"
_UNFINISHED = "('PENDING', 'READY', 'HELD', 'RUNNING')"
_UNDER_WAY = "('RUNNING', 'PAUSED')"

BROKEN_WHEN_ANY = {
    "a run that neither ended nor can go on": """
        SELECT r.id FROM workflow_run r WHERE r.status IN ('RUNNING', 'PAUSED', 'CANCELLING') AND NOT EXISTS (
            SELECT 1 FROM workflow_node n WHERE n.run_id = r.id AND n.status IN ('READY', 'HELD', 'RUNNING'))""",
    "a finished run with an unfinished node": f"""
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id
            WHERE n.status IN {_UNFINISHED} AND r.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')""",
    "a succeeded run with a node that ended badly": f"""
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id
            WHERE n.status IN {_ENDED_BADLY} AND r.status = 'SUCCEEDED'""",
    "a node under way in a run that was not started": """
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id
            WHERE n.status <> 'PENDING' AND r.status = 'CREATED'""",
    "a ready node in a run that is not running": """
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id
            WHERE n.status = 'READY' AND r.status <> 'RUNNING'""",
    "a held node that nothing holds": """
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id WHERE n.status = 'HELD'
            AND n.hold_reason IS NULL AND n.at_gate IS NULL AND r.status <> 'PAUSED'""",
    "a node that goes on although a person holds it": """
        SELECT id FROM workflow_node WHERE status IN ('READY', 'RUNNING') AND hold_reason IS NOT NULL""",
    "a node that goes on although its question is open": """
        SELECT n.id FROM workflow_node n JOIN node_question q ON q.node_id = n.id AND q.generation = n.generation
            WHERE n.status IN ('READY', 'RUNNING', 'SUCCEEDED') AND q.answered_at IS NULL""",
    "a node at a gate where it neither runs nor waits": """
        SELECT id FROM workflow_node WHERE at_gate IS NOT NULL AND status NOT IN ('HELD', 'RUNNING')""",
    "a gate that let in more nodes than it has places": """
        SELECT g.places FROM concurrency_gate g WHERE g.places < (
            SELECT COUNT(*) FROM workflow_node n WHERE n.concurrency_key = g.key AND n.status = 'RUNNING')""",
    "a node that waits although its parents have passed": f"""
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id
            WHERE n.status = 'PENDING' AND r.status IN {_UNDER_WAY} AND NOT EXISTS (
                SELECT 1 FROM workflow_edge e JOIN workflow_node p ON p.id = e.parent_id
                WHERE e.child_id = n.id AND p.status NOT IN {_PASSED})""",
    "a node that waits for a parent that ended badly": f"""
        SELECT n.id FROM workflow_node n JOIN workflow_run r ON r.id = n.run_id
            WHERE n.status = 'PENDING' AND r.status IN {_UNDER_WAY} AND EXISTS (
                SELECT 1 FROM workflow_edge e JOIN workflow_node p ON p.id = e.parent_id
                WHERE e.child_id = n.id AND p.status IN {_ENDED_BADLY})""",
    "a node given up although no parent ended badly": f"""
        SELECT n.id FROM workflow_node n WHERE n.status = 'UPSTREAM_FAILED' AND NOT EXISTS (
            SELECT 1 FROM workflow_edge e JOIN workflow_node p ON p.id = e.parent_id
            WHERE e.child_id = n.id AND p.status IN {_ENDED_BADLY})""",
    "a succeeded node without exactly one committed attempt": """
        SELECT n.id FROM workflow_node n WHERE n.status = 'SUCCEEDED' AND (
            SELECT COUNT(*) FROM node_attempt a WHERE a.node_id = n.id AND a.outcome = 'succeeded'
            AND a.generation = n.generation AND a.attempt = n.committed_attempt) <> 1""",
    "a node that shows an output without having succeeded": """
        SELECT id FROM workflow_node WHERE committed_attempt IS NOT NULL AND status <> 'SUCCEEDED'""",
    "a node that succeeded twice in a generation": """
        SELECT node_id FROM node_attempt WHERE outcome = 'succeeded'
            GROUP BY node_id, generation HAVING COUNT(*) > 1""",
    "a claim whose end is not on record": """
        SELECT n.id FROM workflow_node n WHERE n.attempt - (CASE n.status WHEN 'RUNNING' THEN 1 ELSE 0 END) <> (
            SELECT COUNT(*) FROM node_attempt a WHERE a.node_id = n.id)""",
    "a child that started before a parent's commit": """
        SELECT s.node_id FROM (
            SELECT node_id, started_at FROM node_attempt
            UNION ALL SELECT id, claimed_at FROM workflow_node WHERE status = 'RUNNING') s
            JOIN workflow_edge e ON e.child_id = s.node_id
            JOIN workflow_node p ON p.id = e.parent_id
            WHERE p.status <> 'SKIPPED' AND NOT EXISTS (SELECT 1 FROM node_attempt a
                WHERE a.node_id = p.id AND a.outcome = 'succeeded' AND a.finished_at <= s.started_at)
            AND NOT EXISTS (SELECT 1 FROM audit_event b
                WHERE b.object_type = 'run' AND b.object_id = p.run_id AND b.action = 'node.skip')""",
    "an artifact of no succeeded attempt": """
        SELECT f.id FROM node_artifact f WHERE NOT EXISTS (SELECT 1 FROM node_attempt a
            WHERE a.node_id = f.node_id AND a.attempt = f.attempt AND a.outcome = 'succeeded')""",
    "a node that holds a claim and does not run, or the other way round": """
        SELECT id FROM workflow_node WHERE (status = 'RUNNING') <> (claim_token IS NOT NULL)""",
    "a running node without lease or deadline": """
        SELECT id FROM workflow_node WHERE status = 'RUNNING' AND (claim_expires_at IS NULL OR deadline_at IS NULL)""",
    "a finished node without a time, or an unfinished one with it": f"""
        SELECT id FROM workflow_node WHERE (status IN {_UNFINISHED}) <> (finished_at IS NULL)""",
    "a ready node that never comes due": """
        SELECT id FROM workflow_node WHERE status IN ('READY', 'HELD') AND available_at IS NULL""",
    f"a lease that ran out more than {STALE_SECONDS} s ago": """
        SELECT id FROM workflow_node WHERE status = 'RUNNING' AND claim_expires_at < {long_ago}""",
}


def broken() -> dict[str, int]:
    """Each broken invariant and how many rows break it, in one look; needs an application context."""
    long_ago = str(later(-STALE_SECONDS).compile(db.engine, compile_kwargs={"literal_binds": True}))
    queries = [query.replace("{long_ago}", long_ago) for query in BROKEN_WHEN_ANY.values()]
    counts = [f"SELECT {place}, (SELECT COUNT(*) FROM ({query}) q{place})" for place, query in enumerate(queries)]
    with db.engine.connect() as connection:
        found = connection.execute(text(" UNION ALL ".join(counts))).all()
    names = list(BROKEN_WHEN_ANY)
    return {names[place]: count for place, count in found if count}
