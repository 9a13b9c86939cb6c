"""The letters that bring a link, where the operator has named a mail server."""

from __future__ import annotations

from flask import current_app, flash, render_template

from dashboard import mail
from dashboard.mail import MailError, MailServer


def can_be_sent() -> bool:
    return server() is not None


def server() -> MailServer | None:
    """Where letters are handed in, if anywhere."""
    return current_app.extensions["settings"].mail_server  # type: ignore[no-any-return]


def invite(to: str, team: str, role: str, by: str, address: str) -> bool:
    """Send an invitation; whether it is on its way. Where it is not, the page says why."""
    through = server()
    if through is None:
        return False
    text = render_template("mail/invitation.txt", team=team, role=role, by=by, address=address)
    try:
        mail.send(through, to, f"{by} invites you to {team} on PaperSnitch", text)
    except MailError as error:
        flash(f"{error} Hand the link over yourself.", "bad")
        return False
    return True


def reset(to: str, address: str) -> None:
    """Send a link to a new password, after the answer."""
    through = server()
    if through is not None:
        text = render_template("mail/reset.txt", address=address)
        mail.send_later(through, to, "A new password for PaperSnitch", text)
