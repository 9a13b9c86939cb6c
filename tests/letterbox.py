"""A mail server of the test's own: it listens on 127.0.0.1, speaks TLS where asked to, and keeps what it is handed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services import free_port

HOST = "127.0.0.1"
USER, SECRET = "papersnitch", "a secret / with @ signs"


@dataclass
class Letterbox:
    """Where it listens, and the letters it has been handed. `encrypted` says of each whether it came by TLS."""

    port: int
    letters: Queue[EmailMessage] = field(default_factory=Queue)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)

    def next(self) -> EmailMessage:
        """The next letter; queue.Empty when none comes."""
        return self.letters.get(timeout=10)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        self.encrypted.append(session.ssl is not None)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.put(letter)
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USER.encode(),
            SECRET.encode(),
        )
        self.logins.append(is_right)
        return AuthResult(success=is_right, handled=False)


@contextmanager
def letterbox(identity: Path | None = None) -> Iterator[Letterbox]:
    """A mail server; with a certificate it takes letters only after STARTTLS and a right password."""
    box = Letterbox(free_port())
    options: dict[str, Any] = {}
    if identity is not None:
        shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        shown.load_cert_chain(identity)
        options = {"tls_context": shown, "require_starttls": True, "auth_required": True}
    controller = Controller(box, HOST, box.port, authenticator=box.authenticate, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    begin = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "identity.pem"
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path
