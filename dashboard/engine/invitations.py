"""Invitations: an admin names an address and a role; whoever opens the link as that address joins the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from dashboard import email_address, passwords
from dashboard.engine import acts, audit, links, members, naming, refusals
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.links import Purpose, link
from dashboard.engine.members import membership, team, user
from dashboard.extensions import db
from dashboard.models import SignInLink, Team, User

OPEN_FOR = timedelta(days=7)
MOST_OPEN = 100
GONE = "This invitation was used, withdrawn or is older than seven days. Ask for a new one."


@dataclass(frozen=True)
class Invitation:
    """An open one: whom to, into which team, as what, and whether that person has an account."""

    id: int
    team_id: int
    team: str
    email: str
    role: str
    has_account: bool


def make(team_id: int, email: str, role: str, by: int) -> tuple[str, str]:
    """Invite the address; where to send which token. An older invitation of the same address to the team is closed."""
    with refusals.recorded("invitation.make", "team", team_id, team_id, by, email=email[:200], role=role):
        address, token = email_address.checked(email), links.new_token()
        if role not in members.ROLES:
            raise InvalidInputError(f"A role is one of {', '.join(members.ROLES)}.")
        acts.perform(lambda connection: _make(connection, team_id, address, role, token, by))
    return address, token


def revoke(team_id: int, invitation_id: int, by: int) -> None:
    """Withdraw the open invitation; NotFoundError when it was used or withdrawn already."""

    def body(connection: Connection) -> Act[None]:
        members.lock(connection, team_id, by)
        if not links.close(connection, Purpose.INVITATION, team_id=team_id, id=invitation_id):
            raise NotFoundError("This invitation was used or withdrawn already.")
        email = connection.execute(select(link.c.email).where(link.c.id == invitation_id)).scalar_one()
        line = audit.add(connection, "invitation.revoke", "invitation", invitation_id, team_id, by, {"email": email})
        return Act(line, "invitation.revoke", None)

    with refusals.recorded("invitation.revoke", "invitation", invitation_id, team_id, by):
        acts.perform(body)


def find(token: str) -> Invitation:
    """The open invitation of that token; NotFoundError when there is none."""
    wanted = (
        select(SignInLink.id, Team.id, Team.name, SignInLink.email, SignInLink.role, User.id)
        .join(Team, Team.id == SignInLink.team_id)
        .outerjoin(User, User.email == SignInLink.email)
        .where(SignInLink.token_hash == links.hash_of(token), *links.is_open(Purpose.INVITATION))
    )
    row = db.session.execute(wanted).first()
    if row is None:
        raise NotFoundError(GONE)
    return Invitation(row[0], row[1], row[2], row[3] or "", row[4] or "", has_account=row[5] is not None)


def open_to(connection: Connection, email: str) -> list[Invitation]:
    """The open invitations of that address, in the order in which their teams are locked."""
    wanted = (
        select(link.c.id, team.c.id, team.c.name, link.c.email, link.c.role)
        .join(team, team.c.id == link.c.team_id)
        .where(link.c.email == email, *links.is_open(Purpose.INVITATION))
        .order_by(team.c.id)
    )
    return [Invitation(*row, has_account=False) for row in connection.execute(wanted)]


def join(token: str, user_id: int) -> Invitation:
    """Let the person in whose address was invited, and nobody else; an older role in the team stays."""

    def body(connection: Connection) -> Act[None]:
        email = connection.execute(select(user.c.email).where(user.c.id == user_id, ~user.c.is_disabled)).scalar()
        if email != found.email:
            raise NotAllowedError(f"This invitation is for {found.email}. Sign in as that person to use it.")
        return enter(connection, found, user_id)

    with refusals.recorded("invitation.accept", "invitation", None, None, user_id):
        found = find(token)
        acts.perform(body)
    return found


def begin(token: str, name: str, password: str) -> int:
    """Make an account for the address invited, in the team; its key. ConflictError when there is one meanwhile."""

    def body(connection: Connection) -> Act[int]:
        values = {"email": found.email, "name": tidy, "password_hash": hashed, "created_at": now()}
        added = connection.execute(insert(user).values(**values, is_operator=False, is_disabled=False))
        user_id = int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one
        audit.add(connection, "user.create", "user", user_id, found.team_id, user_id, {"email": found.email})
        entered = enter(connection, found, user_id)
        return Act(entered.audit_id, entered.action, user_id)

    with refusals.recorded("invitation.accept", "invitation", None):
        found, tidy = find(token), naming.checked(name, "A person")
        hashed = passwords.hash_of(password, found.email, tidy)
        try:
            return acts.perform(body)
        except IntegrityError:
            raise ConflictError(f"{found.email} has an account already. Sign in, then open the link again.") from None


def enter(connection: Connection, found: Invitation, user_id: int) -> Act[None]:
    """Use the link up and make the membership, unless there is one; the team's row is locked by whoever changes it."""
    connection.execute(select(team.c.id).where(team.c.id == found.team_id).with_for_update())
    if not links.spend(connection, found.id, Purpose.INVITATION):
        raise NotFoundError(GONE)
    mine = (membership.c.team_id == found.team_id, membership.c.user_id == user_id)
    before = connection.execute(select(membership.c.role).where(*mine)).scalar()
    if before is None:
        values = {"team_id": found.team_id, "user_id": user_id, "role": found.role, "created_at": now()}
        connection.execute(insert(membership).values(values))
    detail = {"person": found.email, "before": before, "after": before or found.role}
    line = audit.add(connection, "invitation.accept", "invitation", found.id, found.team_id, user_id, detail)
    return Act(line, "invitation.accept", None)


def _make(connection: Connection, team_id: int, email: str, role: str, token: str, by: int) -> Act[None]:
    name = members.lock(connection, team_id, by)
    inside = membership.join(user, user.c.id == membership.c.user_id)
    is_in = select(membership.c.id).select_from(inside).where(membership.c.team_id == team_id, user.c.email == email)
    if connection.execute(is_in).first() is not None:
        raise InvalidInputError(f"{email} is in {name} already.")
    links.close(connection, Purpose.INVITATION, team_id=team_id, email=email)
    opened = select(func.count()).where(link.c.team_id == team_id, *links.is_open(Purpose.INVITATION))
    if connection.execute(opened).scalar_one() >= MOST_OPEN:
        raise NotAllowedError(f"{MOST_OPEN} invitations are open. Withdraw those that nobody will use.")
    about = {"team_id": team_id, "email": email, "role": role, "created_by": by}
    made = links.add(connection, Purpose.INVITATION, token, OPEN_FOR, **about)
    detail = {"email": email, "role": role}
    line = audit.add(connection, "invitation.make", "invitation", made, team_id, by, detail)
    return Act(line, "invitation.make", None)
