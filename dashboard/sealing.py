"""Sealing: secrets that must lie in the database, readable only with the installation's SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealError(Exception):
    """The secret was sealed under another SECRET_KEY, or for another purpose, or was changed."""


def seal(secret: str, secret_key: str, purpose: str) -> str:
    """The secret as it may be stored; `purpose` tells what it is for, and must be given again to read it."""
    return _fernet(secret_key, purpose).encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str, secret_key: str, purpose: str) -> str:
    """The secret again; SealError when it cannot be read."""
    try:
        return _fernet(secret_key, purpose).decrypt(sealed.encode("ascii")).decode()
    except InvalidToken:
        raise SealError("The stored secret cannot be read: SECRET_KEY has changed. Enter it again.") from None


def _fernet(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"papersnitch {purpose}".encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
