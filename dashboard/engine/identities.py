"""Identities: which person here somebody is whom an OpenID provider names.

The issuer and subject decide. Who comes with a new one is recognised by an address that the provider has verified:
they have an account, were invited, or come from a domain for which the operator has named a team.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, Table, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from dashboard import email_address
from dashboard.engine import acts, audit, invitations, naming
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError, InvalidInputError, NotAllowedError
from dashboard.engine.members import membership, team, user
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import Identity, User
from dashboard.openid import Claimed
from dashboard.provider import Provider

identity = cast(Table, Identity.__table__)


def recognise(claimed: Claimed, provider: Provider) -> int:
    """The key of the person; NotAllowedError says why they may not come in."""
    theirs = Identity.issuer == claimed.issuer, Identity.subject == claimed.subject
    known = db.session.execute(select(Identity.id, User.id, User.is_disabled).join(User).where(*theirs)).first()
    if known is None:
        return _take_in(claimed, _address(claimed, provider), provider)
    if provider.domains:
        _address(claimed, provider)
    _need_enabled(known[2])
    with transaction() as connection:
        connection.execute(update(identity).where(identity.c.id == known[0]).values(seen_at=now()))
    return int(known[1])


def _address(claimed: Claimed, provider: Provider) -> str:
    """The person's address, where it is one to go by."""
    if not claimed.email:
        raise NotAllowedError(f"{provider.name} did not tell your address, so nobody here can know you by it.")
    if not claimed.is_verified:
        raise NotAllowedError(f"{provider.name} has not verified your address {claimed.email[:200]}. Verify it there.")
    try:
        address = email_address.checked(claimed.email)
    except InvalidInputError as problem:
        raise NotAllowedError(str(problem)) from None
    if provider.domains and address.rpartition("@")[2] not in provider.domains:
        raise NotAllowedError(f"Only addresses of {', '.join(provider.domains)} are let in here by {provider.name}.")
    return address


def _take_in(claimed: Claimed, address: str, provider: Provider) -> int:
    def body(connection: Connection) -> Act[int]:
        found = connection.execute(select(user.c.id, user.c.is_disabled).where(user.c.email == address)).first()
        if found is not None:
            _need_enabled(found[1])
        user_id = found[0] if found is not None else _newcomer(connection, claimed, address, provider)
        values = {"user_id": user_id, "issuer": claimed.issuer, "subject": claimed.subject}
        connection.execute(insert(identity).values(**values, created_at=now(), seen_at=now()))
        detail = {"person": address, "provider": claimed.issuer, "subject": claimed.subject}
        line = audit.add(connection, "user.identity", "user", user_id, None, user_id, detail)
        return Act(line, "user.identity", int(user_id))

    try:
        return acts.perform(body)
    except IntegrityError:
        raise ConflictError("You were signed in twice in this very moment. Sign in again.") from None


def _newcomer(connection: Connection, claimed: Claimed, address: str, provider: Provider) -> int:
    """An account without a password, in the teams that have invited the address, else in the operator's."""
    invited = invitations.open_to(connection, address)
    if not invited and provider.team is None:
        raise NotAllowedError(f"Nobody here knows {address} yet. Ask an admin of a team to invite that address.")
    values = {"email": address, "name": _name(claimed, address), "created_at": now()}
    added = connection.execute(insert(user).values(**values, is_operator=False, is_disabled=False))
    user_id = int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one
    audit.add(connection, "user.create", "user", user_id, None, user_id, {"email": address, "by": claimed.issuer})
    for one in invited:
        invitations.enter(connection, one, user_id)
    if not invited:
        _join(connection, user_id, address, provider)
    return user_id


def _join(connection: Connection, user_id: int, address: str, provider: Provider) -> None:
    named = select(team.c.id).where(or_(team.c.slug == provider.team, team.c.name == provider.team))
    found = connection.execute(named).scalars().all()
    if len(found) != 1:
        raise NotAllowedError("The team for newcomers (OIDC_TEAM) is not one of this site. Tell an operator.")
    values = {"team_id": found[0], "user_id": user_id, "role": provider.role, "created_at": now()}
    connection.execute(insert(membership).values(values))
    detail = {"person": address, "before": None, "after": provider.role}
    audit.add(connection, "member.join", "user", user_id, found[0], user_id, detail)


def _name(claimed: Claimed, address: str) -> str:
    try:
        return naming.checked(claimed.name, "A person")
    except InvalidInputError:
        return address.split("@", maxsplit=1)[0]


def _need_enabled(is_disabled: bool) -> None:
    if is_disabled:
        raise NotAllowedError("You may not sign in here any more. Ask an operator of this site.")
