"""What must hold after any fault, asked in SQL."""

from __future__ import annotations

from sqlalchemy import text

from dashboard.extensions import db

BROKEN_WHEN_ANY = {
    "a run that neither ended nor can go on": """
        SELECT r.id FROM workflow_run r WHERE r.status IN ('RUNNING', 'CANCELLING') AND NOT EXISTS (
            SELECT 1 FROM workflow_node n WHERE n.run_id = r.id AND n.status IN ('READY', 'HELD', 'RUNNING'))""",
    "a succeeded node without exactly one committed attempt": """
        SELECT n.id FROM workflow_node n WHERE n.status = 'SUCCEEDED' AND (
            SELECT COUNT(*) FROM node_attempt a WHERE a.node_id = n.id AND a.outcome = 'succeeded'
            AND a.generation = n.generation AND a.attempt = n.committed_attempt) <> 1""",
    "a node that succeeded twice in a generation": """
        SELECT node_id FROM node_attempt WHERE outcome = 'succeeded'
            GROUP BY node_id, generation HAVING COUNT(*) > 1""",
    "a child that started before a parent's commit": """
        SELECT c.id FROM workflow_edge e JOIN workflow_node c ON c.id = e.child_id
            JOIN workflow_node p ON p.id = e.parent_id
            JOIN node_attempt a ON a.node_id = c.id AND a.outcome = 'succeeded'
            WHERE p.status = 'SUCCEEDED' AND p.finished_at > a.started_at""",
    "an artifact of no succeeded attempt": """
        SELECT f.id FROM node_artifact f WHERE NOT EXISTS (SELECT 1 FROM node_attempt a
            WHERE a.node_id = f.node_id AND a.attempt = f.attempt AND a.outcome = 'succeeded')""",
    "a finished node that still holds a claim": """
        SELECT id FROM workflow_node WHERE claim_token IS NOT NULL AND status <> 'RUNNING'""",
}


def broken() -> dict[str, int]:
    """Each broken invariant and how many rows break it; needs an application context."""
    with db.engine.connect() as connection:
        counts = {name: len(connection.execute(text(query)).all()) for name, query in BROKEN_WHEN_ANY.items()}
    return {name: count for name, count in counts.items() if count}
