"""A worker that stands still in the middle of a transaction keeps its locks: the reaper must not wait for it."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import Table, select

from dashboard.engine import crashes
from dashboard.engine.tables import node, run
from dashboard.extensions import db
from tests import factories


@pytest.mark.parametrize("table", [node, run], ids=str)
def test_a_locked_row_does_not_keep_the_reaper_from_other_nodes(in_app: Flask, table: Table) -> None:
    """Seen to fail: a plain `lock_run` in the reaper waits 36 s, raises 1205, and the second is never reaped."""
    first, second = (factories.expired_node(nodes=[{"id": "a"}]) for _ in range(2))
    row = first.id if table is node else first.run_id
    with db.engine.connect() as standing_still:
        standing_still.execute(select(table.c.id).where(table.c.id == row).with_for_update())
        began = time.monotonic()
        crashes.reap(3)
        assert time.monotonic() - began < 4
        assert factories.node_of(second.run_id, "a").status == "READY"
        assert factories.node_of(first.run_id, "a").status == "RUNNING"
    crashes.reap(3)
    assert factories.node_of(first.run_id, "a").status == "READY"
