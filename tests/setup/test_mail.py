"""Letters really reach a mail server: over TLS to the server they are meant for, or not at all."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from dashboard import mail
from dashboard.config import from_environment
from dashboard.environment import SettingsError
from dashboard.mail import MailError, MailServer
from tests.letterbox import HOST, SECRET, USER, Letterbox, certificate, letterbox

SENDER = "PaperSnitch <papersnitch@example.org>"


def to(box: Letterbox, scheme: str = "smtp", password: str = SECRET) -> MailServer:
    return mail.server(f"{scheme}://{USER}:{quote(password, safe='')}@{HOST}:{box.port}", SENDER)


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def trusted(identity: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine trusts that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(identity))
    return identity


def test_a_letter_arrives_encrypted_and_as_it_was_written(trusted: Path) -> None:
    with letterbox(trusted) as box:
        mail.send(to(box), "ada@example.org", "Grüße", "Öffne dies:\nhttps://x.example/reset/abc\n")
        letter = box.next()
    assert (letter["To"], letter["From"], letter["Subject"]) == ("ada@example.org", SENDER, "Grüße")
    assert letter.get_content().splitlines() == ["Öffne dies:", "https://x.example/reset/abc"]
    assert box.encrypted == [True]


def test_nothing_is_sent_to_a_server_that_nobody_vouches_for(identity: Path) -> None:
    with letterbox(identity) as box, pytest.raises(MailError, match="SSLCertVerificationError"):
        mail.send(to(box), "ada@example.org", "x", "x")
    assert (box.letters.qsize(), box.logins) == (0, [])


def test_nothing_is_sent_in_the_clear_where_tls_was_asked_for() -> None:
    with letterbox() as box, pytest.raises(MailError, match="SMTPNotSupportedError"):
        mail.send(to(box), "ada@example.org", "x", "x")
    assert (box.letters.qsize(), box.logins) == (0, [])


def test_a_wrong_password_is_an_error_that_does_not_repeat_it(trusted: Path) -> None:
    with letterbox(trusted) as box, pytest.raises(MailError) as refused:
        mail.send(to(box, password="wrong"), "ada@example.org", "x", "x")
    assert "wrong" not in str(refused.value) and set(box.logins) == {False}


def test_a_server_that_is_away_is_an_error() -> None:
    with letterbox() as box:
        pass
    with pytest.raises(MailError, match=HOST):
        mail.send(mail.server(f"smtp+plain://{HOST}:{box.port}", SENDER), "ada@example.org", "x", "x")


def test_it_is_plain_where_the_operator_says_so() -> None:
    with letterbox() as box:
        mail.send(mail.server(f"smtp+plain://{HOST}:{box.port}", SENDER), "ada@example.org", "x", "x")
        assert box.next()["To"] == "ada@example.org"
    assert box.encrypted == [False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"SMTP_URL": "http://mail.example.org"},
        {"SMTP_URL": "smtp://"},
        {"SMTP_URL": "smtp://mail.example.org:port"},
        {"SMTP_URL": "smtp+plain://me:hush@mail.example.org"},
        {"MAIL_FROM": "nobody"},
        {"BASE_URL": ""},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(tmp_path: Path, wrong: dict[str, str]) -> None:
    right = {
        "PAPERSNITCH_HOME": str(tmp_path), "SMTP_URL": "smtp://mail.example.org", "MAIL_FROM": SENDER,
        "BASE_URL": "https://papers.example.org",
    }  # fmt: skip
    assert from_environment(right).mail_server is not None
    with pytest.raises(SettingsError) as refused:
        from_environment({**right, **wrong})
    assert "hush" not in str(refused.value)


def test_links_lead_to_base_url_or_to_where_the_server_listens(tmp_path: Path) -> None:
    home = {"PAPERSNITCH_HOME": str(tmp_path)}
    assert (
        from_environment({**home, "BASE_URL": "https://papers.example.org"}).public_url == "https://papers.example.org"
    )
    assert from_environment({**home, "HOST": "0.0.0.0", "PORT": "81"}).public_url == "http://127.0.0.1:81"


def test_the_password_is_in_no_log_of_the_settings(tmp_path: Path) -> None:
    assert "hush" not in repr(mail.server("smtp://me:hush@mail.example.org", SENDER))
