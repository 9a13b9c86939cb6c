"""Letters with links: sent by a real mail server, to the address on record, leading to BASE_URL and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from queue import Empty

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.config import Settings, from_environment
from dashboard.extensions import db
from dashboard.models import AuditEvent, SignInLink
from tests import factories
from tests.letterbox import HOST, Letterbox, letterbox
from tests.services import free_port
from tests.views.conftest import PASSWORD, Lab

BASE = "https://papers.example.org"
FORGED = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
LINK = re.compile(r"https?://\S+")


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as listening:
        yield listening


@pytest.fixture
def settings(environment: dict[str, str], box: Letterbox) -> Settings:
    """An installation that sends letters."""
    mail = {"SMTP_URL": f"smtp+plain://{HOST}:{box.port}", "MAIL_FROM": "papersnitch@example.org", "BASE_URL": BASE}
    return from_environment({**environment, **mail})


def link_in(letter: EmailMessage) -> str:
    return LINK.findall(letter.get_content())[0]


def nothing_more(box: Letterbox) -> bool:
    try:
        box.letters.get(timeout=0.3)
    except Empty:
        return True
    return False


@pytest.fixture
def admin(app: Flask, lab: Lab) -> FlaskClient:
    """The lab's admin, who came in by TLS."""
    browser = app.test_client()
    form = {"email": lab.emails["admin"], "password": PASSWORD}
    assert browser.post("/login", base_url=BASE, data=form).status_code == 303
    return browser


def test_an_invitation_leads_to_base_url_whatever_host_was_asked_for(
    app: Flask, box: Letterbox, lab: Lab, admin: FlaskClient
) -> None:
    cookie = admin.get_cookie("__Host-session", domain="papers.example.org")
    assert cookie is not None
    forging = app.test_client(use_cookies=False)
    headers = FORGED | {"Cookie": f"{cookie.key}={cookie.value}"}
    form = {"email": "Newcomer@Example.org", "role": "member"}
    answer = forging.post("/settings/invitations", data=form, headers=headers)
    assert answer.status_code == 303
    letter = box.next()
    assert letter["To"] == "newcomer@example.org"
    assert link_in(letter).startswith(f"{BASE}/invitation/")
    assert "evil" not in letter.as_string()


def test_an_invitation_is_shown_once_beside_the_letter(box: Letterbox, lab: Lab, admin: FlaskClient) -> None:
    form = {"email": "newcomer@example.org", "role": "member"}
    answer = admin.post("/settings/invitations", base_url=BASE, data=form)
    link = link_in(box.next())
    page, again = (admin.get(answer.location, base_url=BASE).text for _ in range(2))
    assert link in page and "A letter with it is on its way" in page
    assert link not in again


def test_a_reset_leads_to_base_url_whatever_host_was_asked_for(
    app: Flask, box: Letterbox, lab: Lab, client: FlaskClient
) -> None:
    answer = client.post("/forgot", data={"email": lab.emails["member"]}, headers=FORGED)
    assert answer.status_code == 200 and "evil" not in answer.text
    letter = box.next()
    assert link_in(letter).startswith(f"{BASE}/reset/") and "evil" not in letter.as_string()
    path = link_in(letter).removeprefix(BASE)
    assert client.post(path, data={"password": "another passphrase"}).status_code == 303


@pytest.mark.parametrize("typed", ["{}", "  {}", "upper", "nobody@example.org", "no address", "", "x" * 5000])
def test_the_answer_tells_nobody_who_has_an_account(box: Letterbox, lab: Lab, client: FlaskClient, typed: str) -> None:
    known = lab.emails["member"]
    email = known.upper() if typed == "upper" else typed.format(known)
    answers = [client.post("/forgot", data={"email": one}) for one in (email, "somebody.else@example.org")]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].text == answers[1].text
    if email.strip().lower() == known:
        assert box.next()["To"] == known
    assert nothing_more(box)


def test_a_letter_goes_to_the_address_on_record_never_to_one_that_looks_like_it(
    box: Letterbox, lab: Lab, client: FlaskClient
) -> None:
    """A Cyrillic letter, a dotless i: other mailboxes, other people."""
    known = lab.emails["member"]
    for lookalike in (known.replace("o", "\u043e", 1), known.replace("e", "\u0435", 1), f"{known}, evil@example.org"):
        client.post("/forgot", data={"email": lookalike})
    assert nothing_more(box)
    client.post("/forgot", data={"email": known.replace("p", "\uff50", 1)})
    assert box.next()["To"] == known


def test_nobody_is_sent_more_than_three_an_hour_and_the_answer_stays_the_same(
    app: Flask, box: Letterbox, lab: Lab
) -> None:
    texts = set()
    for number in range(5):
        elsewhere = {"REMOTE_ADDR": f"203.0.113.{number}"}
        form = {"email": lab.emails["member"]}
        texts.add(app.test_client().post("/forgot", data=form, environ_base=elsewhere).text)
    assert [box.next()["To"] for _ in range(3)] == [lab.emails["member"]] * 3
    assert nothing_more(box) and len(texts) == 1
    with app.app_context():
        asked = db.session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "user.reset_ask"))
        assert [one["sent"] for one in asked] == [True] * 3 + [False] * 2


def test_asking_from_one_address_is_throttled(app: Flask, box: Letterbox, client: FlaskClient) -> None:
    codes = [client.post("/forgot", data={"email": "nobody@example.org"}).status_code for _ in range(10)]
    assert codes[0] == 200 and codes[-1] == 429


def test_a_disabled_person_is_sent_nothing(app: Flask, box: Letterbox, client: FlaskClient) -> None:
    with app.app_context():
        email = factories.user(is_disabled=True).email
    assert client.post("/forgot", data={"email": email}).status_code == 200
    assert nothing_more(box)


def test_the_link_is_there_to_hand_over_when_the_letter_cannot_be_sent(
    app: Flask, lab: Lab, admin: FlaskClient, box: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = app.extensions["settings"]
    deaf = replace(held, mail_server=replace(held.mail_server, port=free_port()))
    monkeypatch.setitem(app.extensions, "settings", deaf)
    answer = admin.post("/settings/invitations", base_url=BASE, data={"email": "new@example.org", "role": "viewer"})
    page = admin.get(answer.location, base_url=BASE).text
    assert "did not take the letter" in page and f"{BASE}/invitation/" in page


def test_line_breaks_in_names_make_no_headers(app: Flask, lab: Lab, admin: FlaskClient, box: Letterbox) -> None:
    admin.post("/settings/members/team", base_url=BASE, data={"name": "Lab\r\nBcc: evil@example.org"})
    form = {"email": "new@example.org\r\nBcc: evil@example.org", "role": "viewer"}
    assert admin.post("/settings/invitations", base_url=BASE, data=form).status_code == 422
    admin.post("/settings/invitations", base_url=BASE, data={"email": "new@example.org", "role": "viewer"})
    letter = box.next()
    assert letter["Bcc"] is None and letter["To"] == "new@example.org"
    with app.app_context():
        assert db.session.scalars(select(SignInLink.email)).all() == ["new@example.org"]
