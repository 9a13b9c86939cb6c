"""People's accounts: their name and password, whether they may sign in, and whether they run this site."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select, update

from dashboard import passwords
from dashboard.engine import acts, audit, links, naming, refusals, sessions, tokens
from dashboard.engine.acts import Act
from dashboard.engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.links import Purpose
from dashboard.engine.members import user
from dashboard.extensions import db
from dashboard.models import User


class LastOperatorError(NotAllowedError):
    """Nobody would be left to run the site."""


def rename(user_id: int, name: str) -> None:
    """Call oneself something else."""
    tidy = naming.checked(name, "A person")

    def body(connection: Connection) -> Act[None]:
        before = connection.execute(select(user.c.name).where(user.c.id == user_id).with_for_update()).scalar_one()
        connection.execute(update(user).where(user.c.id == user_id).values(name=tidy))
        detail = {"before": before, "after": tidy}
        return Act(audit.add(connection, "user.rename", "user", user_id, None, user_id, detail), "user.rename", None)

    acts.perform(body)


def change_password(user_id: int, current: str, new: str, kept_session: int | None) -> None:
    """Take a new password from the person who knows the current one, and end their sessions but that one."""
    with refusals.recorded("user.password", "user", user_id, None, user_id):
        person = db.session.get_one(User, user_id)
        before = _known(person, current)
        hashed = passwords.hash_of(new, person.email, person.name)
        acts.perform(lambda connection: _change_password(connection, user_id, before, hashed, kept_session))


def disable(user_id: int, by: int) -> None:
    """Let the person in no more: their sessions and tokens end, and so do the links they made or were sent."""

    def body(connection: Connection) -> Act[None]:
        _need_another_operator(connection, user_id, by)
        sessions.close(connection, user_id)
        tokens.revoke_all(connection, user_id)
        links.close(connection, Purpose.INVITATION, created_by=user_id)
        links.close(connection, Purpose.RESET, user_id=user_id)
        return _set(connection, user_id, "user.disable", user.c.is_disabled, True, by)

    with refusals.recorded("user.disable", "user", user_id, None, by):
        acts.perform(body)


def enable(user_id: int, by: int) -> None:
    """Let the person in again."""
    _change("user.enable", user_id, user.c.is_disabled, False, by)


def make_operator(user_id: int, by: int) -> None:
    """Let the person run this site."""
    _change("user.operator", user_id, user.c.is_operator, True, by)


def unmake_operator(user_id: int, by: int) -> None:
    """Let the person run this site no more. LastOperatorError when nobody else would be left who does."""

    def body(connection: Connection) -> Act[None]:
        _need_another_operator(connection, user_id, by)
        return _set(connection, user_id, "user.operator", user.c.is_operator, False, by)

    with refusals.recorded("user.operator", "user", user_id, None, by):
        acts.perform(body)


def lock_operators(connection: Connection, by: int) -> list[int]:
    """The people who run this site, held against other changes; NotAllowedError unless `by` is one of them."""
    operators = select(user.c.id).where(user.c.is_operator, ~user.c.is_disabled).order_by(user.c.id)
    found = list(connection.execute(operators.with_for_update()).scalars())
    if by not in found:
        raise NotAllowedError("Only an operator of this site can do that.")
    return found


def _need_another_operator(connection: Connection, user_id: int, by: int) -> None:
    if lock_operators(connection, by) == [user_id]:
        raise LastOperatorError("Nobody else runs this site. Make somebody else an operator first.")


def _change(action: str, user_id: int, column: ColumnElement[bool], value: bool, by: int) -> None:
    def body(connection: Connection) -> Act[None]:
        lock_operators(connection, by)
        return _set(connection, user_id, action, column, value, by)

    with refusals.recorded(action, "user", user_id, None, by):
        acts.perform(body)


def _set(
    connection: Connection, user_id: int, action: str, column: ColumnElement[bool], value: bool, by: int
) -> Act[None]:
    found = connection.execute(select(user.c.email, column).where(user.c.id == user_id).with_for_update()).first()
    if found is None:
        raise NotFoundError("There is no such person.")
    connection.execute(update(user).where(user.c.id == user_id).values({column: value}))
    detail = {"person": found[0], "before": bool(found[1]), "after": value}
    return Act(audit.add(connection, action, "user", user_id, None, by, detail), action, None)


def _known(person: User, current: str) -> str:
    """The hash of the person's password, once they have given it."""
    if not passwords.matches(person.password_hash, current):
        raise InvalidInputError("The current password is wrong.")
    return str(person.password_hash)


def _change_password(
    connection: Connection, user_id: int, before: str, hashed: str, kept_session: int | None
) -> Act[None]:
    same = (user.c.id == user_id, user.c.password_hash == before)
    if connection.execute(update(user).where(*same).values(password_hash=hashed)).rowcount != 1:
        raise ConflictError("The password was changed elsewhere in this very moment.")
    links.close(connection, Purpose.RESET, user_id=user_id)
    ended = sessions.close(connection, user_id, sessions.session.c.id != kept_session)
    line = audit.add(connection, "user.password", "user", user_id, None, user_id, {"sessions ended": ended})
    return Act(line, "user.password", None)
