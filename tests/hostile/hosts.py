"""Hosts that answer git wrongly without end: each is what is sent to a request, piece by piece."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

ADVERTISED = "Content-Type: application/x-git-upload-pack-advertisement\r\n"
RESULT = "Content-Type: application/x-git-upload-pack-result\r\n"
SERVICE = b"001e# service=git-upload-pack\n0000"
CAPABLE = b"000eversion 2\n0015agent=git/hostile\n0013ls-refs=unborn\n0012fetch=filter\n0000"
Answer = Callable[[bytes], Iterator[bytes]]


def head(more: str = "", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{more}Connection: close\r\n\r\n".encode()


def refs_without_end(_request: bytes) -> Iterator[bytes]:
    """An advertisement of more and more branches."""
    yield head(ADVERTISED) + SERVICE
    for number in itertools.count():
        lines = (f"{'1' * 40} refs/heads/b{number:09}{part:03}\n" for part in range(500))
        yield "".join(f"{len(line) + 4:04x}{line}" for line in lines).encode()


def pack_without_end(request: bytes) -> Iterator[bytes]:
    """A branch, and then a pack that goes on and on."""
    if request.startswith(b"GET"):
        yield head(ADVERTISED) + CAPABLE
    elif b"command=ls-refs" in request:
        line = f"{'1' * 40} HEAD symref-target:refs/heads/main\n"
        yield head(RESULT) + f"{len(line) + 4:04x}{line}0000".encode()
    else:
        yield head(RESULT) + b"000dpackfile\n"
        yield b"0011\x01PACK\0\0\0\2\xff\xff\xff\xff"
        yield from itertools.repeat(b"ea65\x01" + b"\x31" * 60_000)


def packed_answer(_request: bytes) -> Iterator[bytes]:
    """A gigabyte of nothing in a megabyte of gzip."""
    yield head(ADVERTISED + "Content-Encoding: gzip\r\n")
    yield gzip.compress(bytes(1 << 26), 9) * 16


def headers_without_end(_request: bytes) -> Iterator[bytes]:
    """An answer that never comes to its body."""
    yield b"HTTP/1.1 200 OK\r\n"
    yield from (f"X-{number}: {'a' * 900}\r\n".encode() for number in itertools.count())


def drip(_request: bytes) -> Iterator[bytes]:
    """A byte at a time, so that no single wait is long."""
    yield from (bytes([one]) for one in itertools.chain(head(ADVERTISED), SERVICE, itertools.repeat(48)))


def challenge(_request: bytes) -> Iterator[bytes]:
    """It wants a password, of this machine's account if need be."""
    yield head('WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm="x"\r\n', "401 Unauthorized")


def nonsense(_request: bytes) -> Iterator[bytes]:
    """No HTTP at all."""
    yield b"SSH-2.0-OpenSSH_9.6\r\n" + bytes(range(256)) * 100


ALL: tuple[Answer, ...] = (
    refs_without_end, pack_without_end, packed_answer, headers_without_end, drip, challenge, nonsense,
)  # fmt: skip


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """The address of such a host on this machine, `127.0.0.1:port`, for the time of the block."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=_serve, args=(listener, answer, over))
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        thread.join()


def _serve(listener: socket.socket, answer: Answer, over: threading.Event) -> None:
    """One after the other, which is how git and the look before it ask."""
    while not over.is_set():
        with suppress(TimeoutError):
            caller, _ = listener.accept()
            with caller, suppress(OSError):
                caller.settimeout(5)
                for piece in answer(_request(caller)):
                    caller.sendall(piece)
                    if over.wait(0.01 if len(piece) == 1 else 0):
                        break


def _request(caller: socket.socket) -> bytes:
    """What was asked, with the body where its length is told."""
    read = b""
    while b"\r\n\r\n" not in read and (more := caller.recv(65536)):
        read += more
    before, _, body = read.partition(b"\r\n\r\n")
    told = [line for line in before.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(told[0].split(b":")[1]) if told else 0
    while len(body) < wanted and (more := caller.recv(65536)):
        body += more
    return before + b"\r\n\r\n" + body
