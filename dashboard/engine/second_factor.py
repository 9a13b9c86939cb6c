"""The second factor: a code of six digits that a person's device shows for thirty seconds (TOTP, RFC 6238).

The secret lies sealed. Recovery codes stand in for a lost device (`dashboard.engine.recovery_codes`).
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Iterator
from typing import cast

import pyotp
from flask import current_app
from sqlalchemy import Connection, Table, or_, select, update

from dashboard import passwords
from dashboard.engine import acts, audit, recovery_codes, sessions
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError, InvalidInputError
from dashboard.engine.transactions import persist
from dashboard.models import User
from dashboard.sealing import SealError, seal, unseal

ISSUER = "PaperSnitch"
STEP_SECONDS = 30
DRIFT = (0, -1, 1)  # steps that a device's clock may be off
DIGITS = 6

person = cast(Table, User.__table__)

logger = logging.getLogger(__name__)


def is_on(user: User) -> bool:
    return user.second_factor_at is not None


def prove(user: User, password: str, code: str | None = None) -> None:
    """Ask a person who is signed in for their proofs again; InvalidInputError when one is wrong.

    Who has no password (they sign in elsewhere) is not asked for one; `code` is not asked for where it is None.
    """
    user_id = user.id
    if user.password_hash is not None and not passwords.matches(user.password_hash, password):
        raise InvalidInputError("The password is wrong.")
    if code is not None and take(user_id, code) is None:
        raise InvalidInputError("This code is wrong, too old, or used already. Type the one that the device shows now.")


def prepare(user_id: int) -> None:
    """Keep a new secret for the person, which counts only once `confirm` has seen a code of it."""
    sealed = seal(pyotp.random_base32(), _secret_key(), _purpose(user_id))

    def body(connection: Connection) -> None:
        off = update(person).where(person.c.id == user_id, person.c.second_factor_at.is_(None))
        if connection.execute(off.values(second_factor_secret=sealed, second_factor_step=None)).rowcount != 1:
            raise ConflictError("The second factor is on already. Switch it off first.")

    persist(body)


def secret_of(user: User) -> str | None:
    """The secret that waits to be confirmed; None when none does, or the factor is on: then nobody sees it again."""
    if is_on(user) or user.second_factor_secret is None:
        return None
    return _unsealed(user.second_factor_secret, user.id)


def address_of(secret: str, email: str) -> str:
    """What the picture says that a device takes the secret from."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm(user_id: int, code: str) -> list[str]:
    """Switch the factor on, once the device has shown that it knows the secret; the recovery codes, to be shown once.

    InvalidInputError for a wrong code.
    """

    def body(connection: Connection) -> Act[list[str]]:
        if not _take(connection, user_id, code, is_on=False):
            raise InvalidInputError("This code is wrong or too old. Type the one that the device shows now.")
        connection.execute(update(person).where(person.c.id == user_id).values(second_factor_at=now()))
        codes = recovery_codes.renew(connection, user_id)
        return Act(_audit(connection, "user.second_factor_on", user_id, user_id), "user.second_factor_on", codes)

    return acts.perform(body)


def renew_codes(user_id: int) -> list[str]:
    """Ten new recovery codes, to be shown once; the old ones are worth nothing from now on."""

    def body(connection: Connection) -> Act[list[str]]:
        codes = recovery_codes.renew(connection, user_id)
        return Act(_audit(connection, "user.recovery_codes", user_id, user_id), "user.recovery_codes", codes)

    return acts.perform(body)


def switch_off(user_id: int, by: int | None) -> None:
    """Forget secret and recovery codes. Where somebody else does it, the person's sessions end as well."""

    def body(connection: Connection) -> Act[None]:
        gone = {"second_factor_secret": None, "second_factor_at": None, "second_factor_step": None}
        connection.execute(update(person).where(person.c.id == user_id).values(gone))
        recovery_codes.forget(connection, user_id)
        if by != user_id:
            sessions.close(connection, user_id)
        return Act(_audit(connection, "user.second_factor_off", user_id, by), "user.second_factor_off", None)

    acts.perform(body)


def take(user_id: int, code: str) -> str | None:
    """Use up a code of the device, or a recovery code: which of the two it was, or None when it is neither.

    A code is taken once, by whoever comes first.
    """
    if is_from_device(code):
        return "code" if persist(lambda connection: _take(connection, user_id, code, is_on=True)) else None
    return "recovery code" if persist(lambda connection: recovery_codes.take(connection, user_id, code)) else None


def is_from_device(code: str) -> bool:
    """Whether it is as long as a device's code; a recovery code is longer."""
    return len(_plain(code)) <= DIGITS


def _take(connection: Connection, user_id: int, code: str, *, is_on: bool) -> bool:
    """Take a code unless this one, or a later one, was taken before; the row decides between two at once."""
    columns = person.c.second_factor_secret, person.c.second_factor_at
    row = connection.execute(select(*columns).where(person.c.id == user_id).with_for_update()).first()
    if row is None or row.second_factor_secret is None or (row.second_factor_at is not None) != is_on:
        return False
    step = _step_of(code, row.second_factor_secret, user_id)
    if step is None:
        return False
    before = person.c.second_factor_step
    unused = update(person).where(person.c.id == user_id, or_(before.is_(None), before < step))
    return connection.execute(unused.values(second_factor_step=step)).rowcount == 1


def _step_of(code: str, sealed: str, user_id: int) -> int | None:
    """The thirty seconds whose code this is, now or hardly off; None for a wrong code."""
    typed = _plain(code).encode()
    right = (step for step, code in _steps(sealed, user_id) if hmac.compare_digest(code.encode(), typed))
    return next(right, None)


def _steps(sealed: str, user_id: int) -> Iterator[tuple[int, str]]:
    """The codes that are right now, with the thirty seconds each is of; none where the secret cannot be read."""
    secret = _unsealed(sealed, user_id)
    if secret is None:
        return
    device, current = pyotp.TOTP(secret, interval=STEP_SECONDS), int(time.time()) // STEP_SECONDS
    for step in (current + drift for drift in DRIFT):
        yield step, device.generate_otp(step)


def _unsealed(sealed: str, user_id: int) -> str | None:
    """None, and a line in the log, when SECRET_KEY has changed: a recovery code or an operator then helps."""
    try:
        return unseal(sealed, _secret_key(), _purpose(user_id))
    except SealError as error:
        logger.error("The second factor of person %s is of no use: %s", user_id, error)
        return None


def _plain(code: str) -> str:
    return "".join(code.split())


def _audit(connection: Connection, action: str, user_id: int, by: int | None) -> int:
    return audit.add(connection, action, "user", user_id, None, by)


def _purpose(user_id: int) -> str:
    return f"second factor of {user_id}"


def _secret_key() -> str:
    return str(current_app.extensions["settings"].secret_key)
