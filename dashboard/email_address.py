"""Email addresses: one spelling for one mailbox, so that one person has one account."""

from __future__ import annotations

import re
import unicodedata

import idna

from dashboard.engine.errors import InvalidInputError

LONGEST = 200
LOCAL_PART = re.compile(r'[^\s@<>()\[\],;:\\"]{1,64}')


def folded(raw: str) -> str:
    """The spelling under which an address is stored and looked up: composed, in lower case, its domain in ASCII.

    What is no address is folded as far as it goes: it will belong to nobody.
    """
    text = _composed(_composed(raw.strip()).lower())
    name, at, domain = text.rpartition("@")
    return f"{name}{at}{_ascii(domain)}" if at else text


def checked(raw: str) -> str:
    """The address folded; InvalidInputError when no mail could go there."""
    address = folded(raw)
    name, _, domain = address.rpartition("@")
    fits = LOCAL_PART.fullmatch(name) and name.isprintable() and "." in domain and domain.isascii()
    if not fits or len(address) > LONGEST or not re.fullmatch(r"[a-z0-9.-]+", domain):
        raise InvalidInputError(f"{raw.strip()[:80]!r} is not an email address.")
    return address


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain
