"""The checkpoint saver: finished graph steps in the engine's own database, each write fenced by the node's claim."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_metadata,
)
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping

from dashboard.engine.transactions import borne
from jobs.agents import checkpoint_rows as rows
from jobs.agents.checkpoint_rows import CHECKPOINTS, Address
from jobs.agents.strict import StrictSerializer

Fence = Callable[[Connection], None]
Result = TypeVar("Result")


def unfenced(_connection: Connection) -> None:
    """The fence of one who owns no claim: tests, and the clean-up of old threads."""


class SqlCheckpointSaver(BaseCheckpointSaver[str]):
    """LangGraph's checkpoints over SQLAlchemy.

    `fence` runs first in every writing transaction and raises when the claim is lost, so that a worker that was taken
    for dead cannot write beside its successor. Times, order and identity come from LangGraph's own sortable ids.
    """

    def __init__(self, engine: Engine, fence: Fence = unfenced, node_id: int | None = None) -> None:
        super().__init__(serde=StrictSerializer())
        self._reader = engine
        self._writer = engine.execution_options(writes=True)
        self._fence = fence
        self._node_id = node_id
        self._turn = Lock()  # Tasks finish in threads of their own; their small writes need not fight for the database.

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        thread_id, namespace, checkpoint_id = _parts(config)

        def found(connection: Connection) -> CheckpointTuple | None:
            if checkpoint_id:
                row = rows.find(connection, Address(thread_id, namespace, checkpoint_id))
            else:
                row = rows.newest(connection, thread_id, namespace)
            return self._tuple(connection, row) if row else None

        return self._look(found)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        with self._reader.connect() as connection:
            found = rows.summaries(connection, _conditions(config, before))
            wanted = [row for row in found if self._matches(row, filter or {})]
            for summary in wanted[:limit]:
                row = rows.find(connection, rows.address_of(summary))
                if row:
                    yield self._tuple(connection, row)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        thread_id, namespace, parent_id = _parts(config)
        address = Address(thread_id, namespace, checkpoint["id"])
        kind, state = self.serde.dumps_typed(checkpoint)
        _, about = self.serde.dumps_typed(get_checkpoint_metadata(config, metadata))
        values = {
            "parent_id": parent_id,
            "node_id": self._node_id,
            "type": kind,
            "checkpoint": state,
            "metadata": about,
        }
        self._write(lambda connection: rows.save_checkpoint(connection, address, values))
        return _config(address)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        thread_id, namespace, checkpoint_id = _parts(config)
        records = [self._write_record(index, channel, value) for index, (channel, value) in enumerate(writes)]
        address = Address(thread_id, namespace, checkpoint_id or "")
        placed = [{**record, "task_path": task_path} for record in records]
        self._write(lambda connection: rows.save_writes(connection, address, task_id, placed))

    def delete_thread(self, thread_id: str) -> None:
        self._write(lambda connection: rows.delete_thread(connection, thread_id))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        def delete(connection: Connection) -> None:
            for summary in rows.summaries(connection, ()):
                if self._metadata(summary).get("run_id") in run_ids:
                    rows.delete_checkpoint(connection, rows.address_of(summary))

        self._write(delete)

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        self._write(lambda connection: rows.copy_thread(connection, source_thread_id, target_thread_id))

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep only the newest checkpoint of each namespace (`keep_latest`) or nothing (`delete`)."""

        def drop(connection: Connection) -> None:
            for thread_id in thread_ids:
                if strategy == "delete":
                    rows.delete_thread(connection, thread_id)
                else:
                    self._keep_newest(connection, thread_id)

        self._write(drop)

    def get_next_version(self, current: str | None, channel: None) -> str:
        """Grows with each step; the random tail tells two tries at the same step apart."""
        count = int(str(current).split(".")[0]) if current else 0
        return f"{count + 1:032}.{random.random():016}"  # noqa: S311 (not a secret)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        listing = self.list(config, filter=filter, before=before, limit=limit)
        for found in await asyncio.to_thread(lambda: [*listing]):
            yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self.delete_thread, thread_id)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        await asyncio.to_thread(self.delete_for_runs, run_ids)

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        await asyncio.to_thread(self.copy_thread, source_thread_id, target_thread_id)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        await asyncio.to_thread(lambda: self.prune(thread_ids, strategy=strategy))

    def _write(self, change: Callable[[Connection], None]) -> None:
        """Make a change in a transaction behind the fence, and again when the database fails in passing.

        Every change may be made twice: after a COMMIT whose answer was lost it is.
        """

        def fenced() -> None:
            with self._turn, self._writer.begin() as connection:
                self._fence(connection)
                change(connection)

        borne(fenced)

    def _look(self, look: Callable[[Connection], Result]) -> Result:
        def looked() -> Result:
            with self._reader.connect() as connection:
                return look(connection)

        return borne(looked)

    def _tuple(self, connection: Connection, row: RowMapping) -> CheckpointTuple:
        address = rows.address_of(row)
        parent = Address(address.thread_id, address.namespace, row["parent_id"]) if row["parent_id"] else None
        return CheckpointTuple(
            config=_config(address),
            checkpoint=self.serde.loads_typed((row["type"], row["checkpoint"])),
            metadata=self._metadata(row),
            parent_config=_config(parent) if parent else None,
            pending_writes=[
                (write["task_id"], write["channel"], self.serde.loads_typed((write["type"], write["value"])))
                for write in rows.writes_of(connection, address)
            ],
        )

    def _metadata(self, row: RowMapping) -> CheckpointMetadata:
        metadata: CheckpointMetadata = self.serde.loads_typed(("msgpack", row["metadata"]))
        return metadata

    def _matches(self, row: RowMapping, wanted: Mapping[str, Any]) -> bool:
        metadata = self._metadata(row) if wanted else {}
        return all(metadata.get(key) == value for key, value in wanted.items())

    def _write_record(self, index: int, channel: str, value: Any) -> dict[str, Any]:
        kind, content = self.serde.dumps_typed(value)
        return {"idx": WRITES_IDX_MAP.get(channel, index), "channel": channel, "type": kind, "value": content}

    def _keep_newest(self, connection: Connection, thread_id: str) -> None:
        newest = rows.newest_ids(connection, thread_id)
        for summary in rows.summaries(connection, (CHECKPOINTS.c.thread_id == thread_id,)):
            address = rows.address_of(summary)
            if newest[address.namespace] != address.checkpoint_id:
                rows.delete_checkpoint(connection, address)


def _parts(config: RunnableConfig) -> tuple[str, str, str | None]:
    place = config["configurable"]
    return place["thread_id"], place.get("checkpoint_ns", ""), place.get("checkpoint_id")


def _config(address: Address) -> RunnableConfig:
    return {"configurable": address.columns()}


def _conditions(config: RunnableConfig | None, before: RunnableConfig | None) -> Iterator[ColumnElement[bool]]:
    place = config["configurable"] if config else {}
    for name in ("thread_id", "checkpoint_ns", "checkpoint_id"):
        if place.get(name) is not None:
            yield CHECKPOINTS.c[name] == place[name]
    if before and before["configurable"].get("checkpoint_id"):
        yield CHECKPOINTS.c.checkpoint_id < before["configurable"]["checkpoint_id"]
