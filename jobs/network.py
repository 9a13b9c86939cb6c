"""The address guard: which hosts a worker may speak to, and at which one address."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from dashboard.engine.errors import PermanentError, TransientError

Address = IPv4Address | IPv6Address

# IPv4 in the last four bytes: translated by the network, or the long forgotten "IPv4-compatible" spelling.
_EMBEDDING = (ip_network("64:ff9b::/96"), ip_network("::/96"))
_INSIDE = (ip_network("64:ff9b:1::/48"), ip_network("fec0::/10"))  # a network's own, though Python may not know it
_CONTROL_NAME = "example.com"  # Reserved by IANA and always there: where it has no address, the network is missing.


class NoNetworkError(TransientError):
    """Names cannot be resolved here: this worker has no network, or its resolver does not answer."""


class UnknownHostError(PermanentError):
    """The resolver answered: there is no host of that name."""


class PrivateAddressError(PermanentError):
    """The host leads to an address that is not on the public internet."""


def resolve_public(host: str, port: int, allow_private: frozenset[str] = frozenset()) -> str:
    """The address to connect to for `host`, as text. Connect to it, not to the name, or the answer may change.

    Every address the name has must be public, unless the operator listed `host` or `host:port` in `allow_private`.
    Raises NoNetworkError, UnknownHostError or PrivateAddressError.
    """
    addresses = _addresses_of(host, port)
    if not _listed(host, port, allow_private):
        _refuse_private(host, addresses)
    return str(addresses[0])


def is_public(address: Address) -> bool:
    """True for an address anyone on the internet could reach. IPv4 wrapped in IPv6 is judged as the IPv4 it is."""
    if any(address in network for network in _INSIDE):
        return False
    return all(one.is_global and not one.is_multicast for one in _with_embedded(address))


def _with_embedded(address: Address) -> tuple[Address, ...]:
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if any(address in network for network in _EMBEDDING):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour:
        return (address, address.sixtofour)
    return (address, *(address.teredo or ()))


def _addresses_of(host: str, port: int) -> list[Address]:
    try:
        answers = socket.getaddrinfo(_ascii_name(host), port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise _resolver_failure(host, error) from error
    addresses = [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in answers]
    if not addresses:
        raise UnknownHostError(f"{host} has no address.")
    return addresses


def _ascii_name(host: str) -> str:
    try:
        return host.strip("[]").encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnknownHostError(f"{host!r} is not a host name.") from error


def _resolver_failure(host: str, error: socket.gaierror) -> NoNetworkError | UnknownHostError:
    absent = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    if error.errno in absent and _resolves(_CONTROL_NAME):
        return UnknownHostError(f"There is no host called {host}.")
    return NoNetworkError(f"The name {host} could not be resolved: no network, or the resolver does not answer.")


def _resolves(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, None))
    except socket.gaierror:
        return False


def _listed(host: str, port: int, allow_private: frozenset[str]) -> bool:
    name = host.strip("[]").lower()
    return name in allow_private or f"{name}:{port}" in allow_private


def _refuse_private(host: str, addresses: Iterable[Address]) -> None:
    for address in addresses:
        if not is_public(address):
            raise PrivateAddressError(f"{host} leads to {address}, which is not a public address.")
