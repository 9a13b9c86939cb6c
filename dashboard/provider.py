"""The OpenID provider through which people may sign in: what the operator says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NEEDED = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
ROLES = ("viewer", "member")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Provider:
    """Its issuer, how this site is known there, and its name on the button.

    `domains`: whose addresses let in (none: any). `team`: where people go in `role` whom nobody has invited (None: they
    are kept out).
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    domains: tuple[str, ...]
    team: str | None
    role: str


def from_environment(env: Mapping[str, str]) -> Provider | None:
    """What `OIDC_*` say; None where no issuer is set; ValueError says what is wrong."""
    issuer = env.get("OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    if missing := [name for name in NEEDED if not env.get(name)]:
        raise ValueError(f"OIDC_ISSUER is set and {' and '.join(missing)} is not: the provider gives both.")
    provider = Provider(
        issuer=_checked_issuer(issuer),
        client_id=env["OIDC_CLIENT_ID"],
        client_secret=env["OIDC_CLIENT_SECRET"],
        name=env.get("OIDC_NAME") or urlsplit(issuer).hostname or issuer,
        domains=_domains(env.get("OIDC_DOMAINS", "")),
        team=env.get("OIDC_TEAM") or None,
        role=_checked_role(env.get("OIDC_ROLE") or ROLES[0]),
    )
    if provider.team and not provider.domains:
        raise ValueError("OIDC_TEAM lets people in whom nobody invited; OIDC_DOMAINS must say whose addresses.")
    return provider


def _checked_issuer(issuer: str) -> str:
    parts = urlsplit(issuer)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)
    if not is_safe or not parts.hostname or parts.query or parts.fragment or len(issuer) > 255:
        raise ValueError(f"OIDC_ISSUER is {issuer!r}; it must be the provider's https:// address, as it names itself.")
    return issuer


def _domains(listed: str) -> tuple[str, ...]:
    domains = tuple(one.strip().lower() for one in listed.split(",") if one.strip())
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            raise ValueError(f"OIDC_DOMAINS holds {domain!r}; each must be the part after the @, such as uni.example.")
    return domains


def _checked_role(role: str) -> str:
    if role not in ROLES:
        raise ValueError(f"OIDC_ROLE is {role!r}; it may be {' or '.join(ROLES)}.")
    return role
