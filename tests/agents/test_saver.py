"""Checkpoints on both databases: what goes in comes out, in order, unless the claim is lost."""

from __future__ import annotations

from typing import Any

import ormsgpack
import pytest
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from sqlalchemy import Connection, Engine, update

from jobs.agents.checkpoint_rows import CHECKPOINTS
from jobs.agents.saver import SqlCheckpointSaver
from jobs.agents.strict import UnreadableCheckpointError

EVERY_BYTE = bytes(range(256)) * 4096


class ClaimLost(Exception):
    """What the fence of a worker without a claim raises."""


def at(thread: str = "1:1", namespace: str = "", checkpoint_id: str | None = None) -> Any:
    place = {"thread_id": thread, "checkpoint_ns": namespace}
    return {"configurable": place | ({"checkpoint_id": checkpoint_id} if checkpoint_id else {})}


def state(**values: Any) -> Checkpoint:
    return {**empty_checkpoint(), "id": str(uuid6()), "channel_values": values}


def put(saver: SqlCheckpointSaver, config: Any = None, step: int = 0, **values: Any) -> Any:
    """Store a checkpoint; where it is."""
    return saver.put(config or at(), state(**values), {"source": "loop", "step": step}, {})


def test_a_state_of_every_byte_and_beyond_comes_back(saver: SqlCheckpointSaver) -> None:
    stored = put(saver, blob=EVERY_BYTE, words="naïve \N{GRINNING FACE} \x00", numbers=[1, 2.5, None, {"a": True}])
    found = saver.get_tuple(stored)
    assert found is not None
    assert found.checkpoint["channel_values"]["blob"] == EVERY_BYTE
    assert found.checkpoint["channel_values"]["words"] == "naïve \N{GRINNING FACE} \x00"
    assert found.checkpoint["channel_values"]["numbers"] == [1, 2.5, None, {"a": True}]


def test_the_newest_is_found_and_knows_its_parent(saver: SqlCheckpointSaver) -> None:
    first = put(saver)
    second = put(saver, first)
    found = saver.get_tuple(at())
    assert found is not None
    assert (found.config, found.parent_config) == (second, first)


def test_namespaces_and_threads_are_apart(saver: SqlCheckpointSaver) -> None:
    put(saver, at(namespace="child"))
    assert saver.get_tuple(at()) is None
    assert saver.get_tuple(at(thread="1:2")) is None


def test_listing_is_newest_first_filtered_and_bounded(saver: SqlCheckpointSaver) -> None:
    places = [put(saver, step=step) for step in range(4)]
    assert [one.config for one in saver.list(at())] == places[::-1]
    assert [one.config for one in saver.list(at(), before=places[2], limit=1)] == [places[1]]
    assert [one.config for one in saver.list(at(), filter={"step": 3})] == [places[3]]


def test_pending_writes_come_in_the_order_a_step_applies_them(saver: SqlCheckpointSaver) -> None:
    place = put(saver)
    saver.put_writes(place, [("a", 1), ("b", 2)], "task-z", "path-1")
    saver.put_writes(place, [("c", 3)], "task-a", "path-2")
    saver.put_writes(place, [("d", 4)], "task-b", "path-1")
    found = saver.get_tuple(place)
    assert found is not None and found.pending_writes is not None
    assert [channel for _, channel, _ in found.pending_writes] == ["d", "a", "b", "c"]


def test_a_write_is_kept_once_and_a_special_one_replaced(saver: SqlCheckpointSaver) -> None:
    place = put(saver)
    for value in ("first", "second"):
        saver.put_writes(place, [("answer", value), ("__error__", value)], "task")
    found = saver.get_tuple(place)
    assert found is not None and found.pending_writes is not None
    assert sorted(found.pending_writes) == [("task", "__error__", "second"), ("task", "answer", "first")]


def test_a_lost_claim_writes_nothing(engine: Engine, saver: SqlCheckpointSaver) -> None:
    place = put(saver, words="mine")

    def lost(_connection: Connection) -> None:
        raise ClaimLost

    stale = SqlCheckpointSaver(engine, lost)
    with pytest.raises(ClaimLost):
        put(stale, place, words="stale")
    with pytest.raises(ClaimLost):
        stale.put_writes(place, [("answer", "stale")], "task")
    (only,) = saver.list(at())
    assert (only.checkpoint["channel_values"], only.pending_writes) == ({"words": "mine"}, [])


def test_the_fence_sees_the_transaction_it_guards(engine: Engine) -> None:
    seen: list[bool] = []
    put(SqlCheckpointSaver(engine, lambda connection: seen.append(connection.in_transaction())))
    assert seen == [True]


def test_pruning_keeps_the_newest_of_each_namespace(saver: SqlCheckpointSaver) -> None:
    put(saver)
    newest = [put(saver), put(saver, at(namespace="child"))]
    saver.put_writes(newest[0], [("answer", 1)], "task")
    saver.prune(["1:1"])
    kept = list(saver.list(at(namespace=""))) + list(saver.list(at(namespace="child")))
    assert [one.config for one in kept] == newest
    assert kept[0].pending_writes == [("task", "answer", 1)]


def test_a_copied_thread_goes_on_alone(saver: SqlCheckpointSaver) -> None:
    place = put(saver, words="shared")
    saver.put_writes(place, [("answer", 1)], "task")
    saver.copy_thread("1:1", "1:2")
    saver.delete_thread("1:1")
    found = saver.get_tuple(at(thread="1:2"))
    assert found is not None and saver.get_tuple(at()) is None
    assert (found.checkpoint["channel_values"], found.pending_writes) == ({"words": "shared"}, [("task", "answer", 1)])


def replant(engine: Engine, kind: str, blob: bytes) -> None:
    """Put other bytes where the only checkpoint was."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(CHECKPOINTS).values(type=kind, checkpoint=blob))


def test_a_planted_call_stays_inert(engine: Engine, saver: SqlCheckpointSaver, tmp_path: Any) -> None:
    place = put(saver)
    call = ormsgpack.packb(("pathlib", "PosixPath.touch", str(tmp_path / "owned")))
    system = ormsgpack.packb(("os", "system", f"touch {tmp_path / 'owned'}"))
    for kind in (0, 1, 3):
        planted = ormsgpack.packb([ormsgpack.Ext(kind, call), ormsgpack.Ext(kind, system)])
        replant(engine, "msgpack", planted)
        saver.get_tuple(place)
    assert list(tmp_path.iterdir()) == []


def test_a_pickle_is_not_read(engine: Engine, saver: SqlCheckpointSaver) -> None:
    place = put(saver)
    replant(engine, "pickle", b"\x80\x04K\x01.")
    with pytest.raises(UnreadableCheckpointError):
        saver.get_tuple(place)


def test_a_write_whose_connection_is_cut_is_made_again(engine: Engine) -> None:
    """Seen to fail with `_write` calling `fenced` once."""
    if engine.dialect.name == "sqlite":
        pytest.skip("a file closes no connection")
    cuts = iter([True, False, True, False, False])

    def cut(connection: Connection) -> None:
        if next(cuts):
            connection.exec_driver_sql("KILL CONNECTION_ID()")

    saver = SqlCheckpointSaver(engine, cut)
    place = put(saver, words="kept")
    saver.put_writes(place, [("a", 1)], "task")
    found = saver.get_tuple(place)
    assert found is not None
    assert (found.checkpoint["channel_values"], found.pending_writes) == ({"words": "kept"}, [("task", "a", 1)])
    assert [*cuts] == [False]


def test_many_large_steps_of_one_thread_are_kept_and_the_newest_is_found(engine: Engine) -> None:
    """40 here; the long runs keep 500."""
    saver = SqlCheckpointSaver(engine)
    place: Any = None
    for step in range(40):
        place = put(saver, place, step=step, blob=EVERY_BYTE)
    found = saver.get_tuple(at())
    assert found is not None
    assert found.config == place
    assert found.metadata["step"] == 39
    assert len([*saver.list(at(), limit=3)]) == 3
