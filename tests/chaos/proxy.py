"""A TCP proxy before a MySQL server that cuts connections in the moment of their COMMIT.

It understands just enough of the protocol to see a packet that says COMMIT. What the client sees is the same whether
its COMMIT was carried out and the answer thrown away, or never delivered: no guess can be right both times.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.engine import make_url

HOST = "127.0.0.1"
HEADER = 4  # three bytes of length, one of sequence
COM_QUERY = b"\x03"
PATIENCE_SECONDS = 10

Result = TypeVar("Result")


class Cut(StrEnum):
    """What is lost when a connection is cut at its COMMIT."""

    ANSWER = "the answer: the server has committed"
    COMMIT = "the COMMIT itself: the server rolls back"


class Proxy:
    """Listens from the first on. `plan` says of each COMMIT in turn what is cut; when it ends, all pass."""

    def __init__(self, target_port: int) -> None:
        self.plan: Iterator[Cut | None] = iter(())
        self.cuts: Counter[Cut] = Counter()
        self._target = target_port
        self._links: set[_Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._serve, HOST, 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def before(self, url: str) -> str:
        """That database URL, with the proxy between."""
        return make_url(url).set(host=HOST, port=self.port).render_as_string(hide_password=False)

    def close(self) -> None:
        """Cut what is left and listen no more."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    async def _end(self) -> None:
        self._server.close()
        links = list(self._links)
        for link in links:
            link.cut()
        await asyncio.gather(*(link.over.wait() for link in links))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self, reader, writer)
        self._links.add(link)
        try:
            await link.carry(self._target)
        finally:
            self._links.discard(link)
            link.over.set()


class _Link:
    """One client's connection, and the one to the server that belongs to it."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.over = asyncio.Event()
        self._proxy = proxy
        self._from_client, self._to_client = reader, writer
        self._to_server: asyncio.StreamWriter | None = None
        self._is_deaf = False

    async def carry(self, port: int) -> None:
        """Carry packets both ways until one side ends."""
        try:
            from_server, self._to_server = await asyncio.open_connection(HOST, port)
            back = asyncio.create_task(self._carry_back(from_server))
            with suppress(asyncio.IncompleteReadError):
                while await self._carry_packet(self._to_server):
                    pass
            self.cut()
            await back
        except OSError:
            pass  # the server is down, or either side broke off: the other is told by the cut
        finally:
            self.cut()

    def cut(self) -> None:
        """End both sides at once."""
        for writer in (self._to_client, self._to_server):
            if writer is not None and writer.transport is not None:
                writer.transport.abort()

    async def _carry_packet(self, to_server: asyncio.StreamWriter) -> bool:
        """Deliver one packet of the client; False when the connection is to be cut now."""
        header = await self._from_client.readexactly(HEADER)
        payload = await self._from_client.readexactly(int.from_bytes(header[:3], "little"))
        cut = next(self._proxy.plan, None) if _is_commit(payload) else None
        if cut == Cut.COMMIT:
            self._proxy.cuts[cut] += 1
            return False
        self._is_deaf = cut == Cut.ANSWER
        to_server.write(header + payload)
        await to_server.drain()
        return True

    async def _carry_back(self, from_server: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while answer := await from_server.read(1 << 16):
                if self._is_deaf:
                    self._proxy.cuts[Cut.ANSWER] += 1
                    break
                self._to_client.write(answer)
                await self._to_client.drain()
        self.cut()


def _is_commit(payload: bytes) -> bool:
    return payload.startswith(COM_QUERY) and payload.rstrip(b" ;").upper().endswith(b"COMMIT")


def every(count: int) -> Iterator[Cut | None]:
    """Cut at each so many COMMITs, by turns the answer and the COMMIT itself."""
    passing = [None] * (count - 1)
    return itertools.cycle([*passing, Cut.ANSWER, *passing, Cut.COMMIT])


@contextmanager
def proxy(database_url: str) -> Iterator[Proxy]:
    """A proxy before that server for the time of the block."""
    made = Proxy(make_url(database_url).port or 3306)
    try:
        yield made
    finally:
        made.close()
