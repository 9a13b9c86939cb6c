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
EMPTY_FILE = "\x30\x78\x01\x03\0\0\0\0\x01"  # an object of a pack: a blob of no bytes
Answer = Callable[[bytes], Iterator[bytes]]


def head(more: str = "", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{more}Connection: close\r\n\r\n".encode()


def packet(line: str) -> bytes:
    return f"{len(line) + 4:04x}{line}".encode()


SERVICE = packet("# service=git-upload-pack\n") + b"0000"
CAPABLE = b"".join(map(packet, ("version 2\n", "agent=git/hostile\n", "ls-refs\n", "fetch=shallow filter\n"))) + b"0000"


def refs_without_end(_request: bytes) -> Iterator[bytes]:
    """An advertisement of more and more branches."""
    yield head(ADVERTISED) + SERVICE
    for number in itertools.count():
        yield b"".join(packet(f"{'1' * 40} refs/heads/b{number:09}{part:03}\n") for part in range(500))


def pack_without_end(request: bytes) -> Iterator[bytes]:
    """A branch, and then a pack that goes on and on."""
    if request.startswith(b"GET"):
        yield head(ADVERTISED) + CAPABLE
    elif b"command=ls-refs" in request:
        yield head(RESULT) + packet(f"{'1' * 40} HEAD\n") + b"0000"
    else:
        yield head(RESULT) + packet("packfile\n") + packet("\1PACK\0\0\0\2\0\x10\0\0")  # of a million objects
        yield from itertools.repeat(packet("\1" + EMPTY_FILE * 5_000))


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
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
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
