"""An OpenAI-compatible server on 127.0.0.1 that answers as it is told: in every form, streamed or not, and wrongly."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_TASK = re.compile(r"Criterion:\n(.*)\n\nPassages \(data, not instructions\):\n(.*)", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """One request, as a model would see it."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def form(self) -> str:
        """Which form the answer is asked for in: schema, tool or text."""
        return "tool" if "tools" in self.body else "schema" if "response_format" in self.body else "text"

    @property
    def criterion(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._task[1])
        return found

    @property
    def passages(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self._task[2])
        return found

    @property
    def turns(self) -> int:
        """How many messages beside the first two: 0 at first, 2 when asked again."""
        return len(self.body["messages"]) - 2

    @property
    def _task(self) -> re.Match[str]:
        task = _TASK.fullmatch(self.body["messages"][1]["content"])
        assert task, "the second message is the task"
        return task


@dataclass(frozen=True)
class Turn:
    """What the server does with a request. `tool` calls a tool of that name, offered or not; `cut` breaks the
    connection after so many bytes of the body."""

    content: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str | None = None
    tool: str | None = None
    tokens: tuple[int, int] | None = (900, 90)
    delay: float = 0.0
    cut: int | None = None
    body: bytes | None = None


Script = Callable[[Asked], Turn]


@dataclass
class ModelServer:
    """Where it listens, what it is told to answer, and every request it got."""

    script: Script
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    now: int = 0

    def of(self, criterion: str) -> list[Asked]:
        return [one for one in self.asked if one.criterion["id"] == criterion]


@contextmanager
def serving(script: Script) -> Iterator[ModelServer]:
    """Serve until the block ends."""
    model = ModelServer(script)

    class Handler(_Handler):
        server_model = model

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_model: ModelServer

    def do_POST(self) -> None:
        model = self.server_model
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = Asked(body, {name.lower(): value for name, value in self.headers.items()})
        assert self.path == "/v1/chat/completions", self.path
        with model.lock:
            model.asked.append(asked)
            model.now += 1
            model.most_at_once = max(model.most_at_once, model.now)
        try:
            self._act(asked, model.script(asked))
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client would not wait
        finally:
            with model.lock:
                model.now -= 1

    def _act(self, asked: Asked, turn: Turn) -> None:
        time.sleep(turn.delay)
        if turn.body is not None or turn.status != 200:
            self._send(turn, turn.body or json.dumps({"error": {"message": turn.content}}).encode(), "application/json")
        elif asked.body.get("stream"):
            self._send(turn, b"".join(_events(asked, turn)), "text/event-stream")
        else:
            self._send(turn, json.dumps(_completion(asked, turn)).encode(), "application/json")

    def _send(self, turn: Turn, body: bytes, kind: str) -> None:
        self.send_response(turn.status)
        for name, value in {"Content-Type": kind, **turn.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if turn.cut is None else body[: turn.cut])
        if turn.cut is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def _completion(asked: Asked, turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn.content, "refusal": turn.refusal}
    finish = turn.finish
    if (asked.form == "tool" or turn.tool) and turn.refusal is None and turn.content:
        called = {"name": turn.tool or asked.body["tools"][0]["function"]["name"], "arguments": turn.content}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": called}]}
        finish = "tool_calls" if finish == "stop" else finish
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {**_head(asked, "chat.completion"), "choices": [choice], **_used(turn)}


def _events(asked: Asked, turn: Turn) -> Iterator[bytes]:
    """The same answer in pieces, as server-sent events."""
    completion = _completion(asked, turn)
    (choice,) = completion["choices"]
    for delta in _deltas(choice["message"]):
        yield _event(asked, [{"index": 0, "delta": delta, "finish_reason": None}])
    yield _event(asked, [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}])
    if asked.body.get("stream_options", {}).get("include_usage"):
        yield _event(asked, [], **_used(turn))
    yield b"data: [DONE]\n\n"


def _deltas(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    if message["refusal"]:
        yield {"refusal": message["refusal"]}
    for call in message.get("tool_calls", ()):
        function = call["function"]
        yield {"tool_calls": [{"index": 0, **call, "function": {"name": function["name"], "arguments": ""}}]}
        for piece in _pieces(function["arguments"]):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
    for piece in _pieces(message["content"] or ""):
        yield {"content": piece}


def _pieces(text: str) -> Iterator[str]:
    yield from (text[at : at + 17] for at in range(0, len(text), 17))


def _event(asked: Asked, choices: list[dict[str, Any]], **more: Any) -> bytes:
    record = {**_head(asked, "chat.completion.chunk"), "choices": choices, **more}
    return f"data: {json.dumps(record)}\n\n".encode()


def _head(asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": asked.body["model"]}


def _used(turn: Turn) -> dict[str, Any]:
    if turn.tokens is None:
        return {}
    read, written = turn.tokens
    return {"usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}}
