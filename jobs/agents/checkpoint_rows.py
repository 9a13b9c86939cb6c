"""Rows of the two checkpoint tables, read and written in SQL that MySQL, MariaDB and SQLite all understand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, delete, func, insert, literal, select
from sqlalchemy import inspect as inspect_model

from dashboard.models.checkpoint import LangGraphCheckpoint, LangGraphWrite

CHECKPOINTS: Table = inspect_model(LangGraphCheckpoint).local_table  # type: ignore[assignment]
WRITES: Table = inspect_model(LangGraphWrite).local_table  # type: ignore[assignment]


@dataclass(frozen=True)
class Address:
    """Which checkpoint: a thread, a namespace within it (one per subgraph), an id that sorts by age."""

    thread_id: str
    namespace: str
    checkpoint_id: str

    def of(self, table: Table) -> ColumnElement[bool]:
        """The rows of that table that belong to this checkpoint."""
        return and_(
            table.c.thread_id == self.thread_id,
            table.c.checkpoint_ns == self.namespace,
            table.c.checkpoint_id == self.checkpoint_id,
        )

    def columns(self) -> dict[str, str]:
        return {"thread_id": self.thread_id, "checkpoint_ns": self.namespace, "checkpoint_id": self.checkpoint_id}


def address_of(row: RowMapping) -> Address:
    """The address written in a row of either table."""
    return Address(row["thread_id"], row["checkpoint_ns"], row["checkpoint_id"])


def find(connection: Connection, address: Address) -> RowMapping | None:
    """The checkpoint at that address."""
    return connection.execute(select(CHECKPOINTS).where(address.of(CHECKPOINTS))).mappings().first()


def newest(connection: Connection, thread_id: str, namespace: str) -> RowMapping | None:
    """The latest checkpoint of a thread's namespace."""
    mine = and_(CHECKPOINTS.c.thread_id == thread_id, CHECKPOINTS.c.checkpoint_ns == namespace)
    query = select(CHECKPOINTS).where(mine).order_by(CHECKPOINTS.c.checkpoint_id.desc()).limit(1)
    return connection.execute(query).mappings().first()


def summaries(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> Sequence[RowMapping]:
    """Address and metadata of the checkpoints that match, newest first, without their states."""
    columns = (
        CHECKPOINTS.c.thread_id,
        CHECKPOINTS.c.checkpoint_ns,
        CHECKPOINTS.c.checkpoint_id,
        CHECKPOINTS.c.metadata,
    )
    query = select(*columns).where(*conditions).order_by(CHECKPOINTS.c.checkpoint_id.desc())
    return connection.execute(query).mappings().all()


def writes_of(connection: Connection, address: Address) -> Sequence[RowMapping]:
    """The pending writes under a checkpoint, in the order a live step would have applied them."""
    order = (WRITES.c.task_path, WRITES.c.task_id, WRITES.c.idx)
    return connection.execute(select(WRITES).where(address.of(WRITES)).order_by(*order)).mappings().all()


def save_checkpoint(connection: Connection, address: Address, values: dict[str, Any]) -> None:
    """Store a checkpoint; the same address again replaces it."""
    connection.execute(delete(CHECKPOINTS).where(address.of(CHECKPOINTS)))
    connection.execute(insert(CHECKPOINTS).values(**address.columns(), **values, created_at=datetime.now(UTC)))


def save_writes(connection: Connection, address: Address, task_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Store a task's writes. An ordinary one (idx >= 0) that is already there stays, a special one is replaced."""
    mine = and_(address.of(WRITES), WRITES.c.task_id == task_id)
    connection.execute(delete(WRITES).where(mine, WRITES.c.idx.in_([row["idx"] for row in rows if row["idx"] < 0])))
    stored = set(connection.execute(select(WRITES.c.idx).where(mine)).scalars())
    fresh = [{**address.columns(), "task_id": task_id, **row} for row in rows if row["idx"] not in stored]
    if fresh:
        connection.execute(insert(WRITES), fresh)


def delete_checkpoint(connection: Connection, address: Address) -> None:
    """Remove a checkpoint and the writes under it."""
    connection.execute(delete(WRITES).where(address.of(WRITES)))
    connection.execute(delete(CHECKPOINTS).where(address.of(CHECKPOINTS)))


def delete_thread(connection: Connection, thread_id: str) -> None:
    """Remove all a thread left."""
    connection.execute(delete(WRITES).where(WRITES.c.thread_id == thread_id))
    connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.thread_id == thread_id))


def copy_thread(connection: Connection, source: str, target: str) -> None:
    """Copy all a thread left to another, in place of what that one had."""
    delete_thread(connection, target)
    for table in (CHECKPOINTS, WRITES):
        names = [column.name for column in table.columns]
        values = [literal(target) if name == "thread_id" else table.c[name] for name in names]
        connection.execute(insert(table).from_select(names, select(*values).where(table.c.thread_id == source)))


def newest_ids(connection: Connection, thread_id: str) -> dict[str, str]:
    """The latest checkpoint id of each namespace of a thread."""
    mine = CHECKPOINTS.c.thread_id == thread_id
    query = select(CHECKPOINTS.c.checkpoint_ns, func.max(CHECKPOINTS.c.checkpoint_id)).where(mine)
    found = connection.execute(query.group_by(CHECKPOINTS.c.checkpoint_ns))
    return {str(namespace): str(checkpoint_id) for namespace, checkpoint_id in found}
