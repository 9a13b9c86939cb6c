"""The serializer of checkpoints: plain values come back, anything that would have to be called stays inert."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

READABLE = frozenset({"null", "bytes", "bytearray", "msgpack"})


class UnreadableCheckpointError(Exception):
    """A stored value is of a kind this saver never writes."""


class StrictSerializer(JsonPlusSerializer):
    """LangGraph's msgpack with its strict list of safe types, whatever the environment says; no pickle, no JSON
    constructors."""

    def __init__(self) -> None:
        super().__init__(pickle_fallback=False, allowed_json_modules=None, allowed_msgpack_modules=None)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        if data[0] not in READABLE:
            raise UnreadableCheckpointError(f"A checkpoint value of kind {data[0]!r} is not read here.")
        return super().loads_typed(data)
