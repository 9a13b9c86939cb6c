"""Mail: plain letters through the operator's SMTP server, over TLS unless the operator says the way there is safe."""

from __future__ import annotations

import logging
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from threading import Thread
from urllib.parse import unquote, urlsplit

PATIENCE_SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}

log = logging.getLogger(__name__)


class MailError(Exception):
    """The letter could not be handed to the mail server."""


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in. Scheme: smtp (STARTTLS or nothing is sent), smtps (TLS at once), smtp+plain."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str = ""


def server(url: str, sender: str) -> MailServer:
    """The server of that URL, `smtp://user:secret@host:port`; ValueError says what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"SMTP_URL must begin with one of {', '.join(PORTS)}, such as smtp://user:secret@host:587.")
    if "@" not in parseaddr(sender)[1]:
        raise ValueError("MAIL_FROM must be the address that letters come from, such as papersnitch@example.org.")
    if parts.scheme == "smtp+plain" and parts.password:
        raise ValueError("SMTP_URL would send its password unencrypted. Use smtp:// (STARTTLS) or smtps://.")
    port = parts.port or PORTS[parts.scheme]
    return MailServer(
        parts.scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), sender
    )


def send(through: MailServer, to: str, subject: str, text: str, name: str | None = None) -> None:
    """Hand the letter in; MailError when the server cannot be reached, is not who it says it is, or refuses.

    Letters of the same `name` have the same Message-ID: mail programs show what was sent twice once.
    """
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = through.sender, to, subject
    domain = through.sender.rpartition("@")[2].strip(">")
    letter["Date"], letter["Message-ID"] = formatdate(), f"<{name}@{domain}>" if name else make_msgid(domain=domain)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    try:
        with _connected(through) as connection:
            if through.user:
                connection.login(through.user, through.password)
            connection.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(f"The mail server {through.host} did not take the letter: {type(error).__name__}.") from error


def send_later(through: MailServer, to: str, subject: str, text: str) -> None:
    """Hand the letter in after the answer, so that the time the answer takes does not tell whether there was one."""
    Thread(target=_send_or_log, args=(through, to, subject, text)).start()


def _send_or_log(through: MailServer, to: str, subject: str, text: str) -> None:
    try:
        send(through, to, subject, text)
    except MailError as error:
        log.error("%s", error)


def _connected(through: MailServer) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if through.scheme == "smtps":
        return smtplib.SMTP_SSL(through.host, through.port, timeout=PATIENCE_SECONDS, context=trusted)
    connection = smtplib.SMTP(through.host, through.port, timeout=PATIENCE_SECONDS)
    try:
        if through.scheme == "smtp":
            connection.starttls(context=trusted)
    except BaseException:
        connection.close()
        raise
    return connection
