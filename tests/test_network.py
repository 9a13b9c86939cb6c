"""The address guard lets a worker speak to the public internet and to nothing else."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from jobs.network import NoNetworkError, PrivateAddressError, UnknownHostError, resolve_public

INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"]
DISGUISED = [
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::",
    "64:ff9b:1::a00:1",
    "fec0::1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "fe80::1",
    "fd00::1",
    "::1",
    "[::1]",
    "2130706433",
    "0x7f.1",
]


@pytest.mark.parametrize("host", INSIDE + DISGUISED)
def test_it_refuses_an_address_that_is_not_public(host: str) -> None:
    with pytest.raises(PrivateAddressError):
        resolve_public(host, 443)


def test_it_gives_the_address_of_a_public_literal() -> None:
    assert resolve_public("8.8.8.8", 443) == "8.8.8.8"


def test_it_refuses_a_name_of_which_one_address_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, {"two.example": ["8.8.8.8", "10.0.0.1"]})
    with pytest.raises(PrivateAddressError, match=r"10\.0\.0\.1"):
        resolve_public("two.example", 443)


def test_it_lets_the_operator_list_an_internal_host_with_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, {"git.local": ["10.0.0.1"]})
    assert resolve_public("git.local", 8443, frozenset({"git.local:8443"})) == "10.0.0.1"
    with pytest.raises(PrivateAddressError):
        resolve_public("git.local", 22, frozenset({"git.local:8443"}))


def test_it_tells_an_unknown_host_from_a_missing_network(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, {"example.com": ["8.8.8.8"]})
    with pytest.raises(UnknownHostError):
        resolve_public("no.such.host", 443)
    answer_with(monkeypatch, {})
    with pytest.raises(NoNetworkError):
        resolve_public("no.such.host", 443)


def answer_with(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> None:
    """Let the resolver know exactly these names."""

    def answer(host: str, port: int | None, **_: Any) -> list[Any]:
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in names[host]]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
