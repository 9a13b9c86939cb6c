"""Signing in with an OpenID provider: a real one over HTTP, whose every wrong answer lets nobody in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, Identity, User
from tests import openid_provider
from tests.openid_provider import SECRET, SITE, Claims, OpenIdProvider
from tests.views.conftest import Lab

BASE = "http://localhost"


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider.running() as found:
        found.back = f"{BASE}/login/openid/back"
        yield found


@pytest.fixture
def environment(environment: dict[str, str], provider: OpenIdProvider) -> dict[str, str]:
    named = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": SITE, "OIDC_CLIENT_SECRET": SECRET}
    return environment | named | {"OIDC_NAME": "Example University", "BASE_URL": BASE}


@pytest.fixture
def ada(lab: Lab, provider: OpenIdProvider) -> OpenIdProvider:
    """At the provider the lab's member is signed in."""
    email = lab.emails["member"]
    provider.person = {"sub": "ada-1", "email": email, "email_verified": True, "name": "Ada"}
    return provider


def set_out(browser: FlaskClient, wanted: str = "") -> str:
    """Press the button: where the browser is sent."""
    answer = browser.get("/login/openid", query_string={"next": wanted} if wanted else {})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def sign_in(browser: FlaskClient, provider: OpenIdProvider) -> TestResponse:
    return browser.get(provider.approve(set_out(browser)))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def last_acts(app: Flask, number: int = 1) -> list[AuditEvent]:
    with app.app_context():
        newest = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(number)
        return list(db.session.scalars(newest))


def identities(app: Flask) -> list[Identity]:
    with app.app_context():
        return list(db.session.scalars(select(Identity)))


def refused(app: Flask, answer: TestResponse, words: str, code: int = 401) -> None:
    """Told so on the sign-in page, in those words, and recorded."""
    (told,) = re.findall(r"<span>(.*?)</span></p>", answer.text.partition("<template")[0])
    assert (answer.status_code, words in told) == (code, True), told
    assert '<form method="post" action="/login' in answer.text
    line = last_acts(app)[0]
    assert line.action == "user.sign_in_refused" and line.detail["how"] == "Example University"


def test_the_sign_in_page_offers_it_by_its_name(client: FlaskClient) -> None:
    assert "Sign in with Example University" in client.get("/login").text


def test_a_known_person_comes_in_by_their_verified_address(
    app: Flask, client: FlaskClient, lab: Lab, ada: OpenIdProvider
) -> None:
    assert sign_in(client, ada).location == "/"
    assert is_in(client)
    entered, linked = last_acts(app, 2)
    assert (entered.action, entered.detail["how"]) == ("user.sign_in", "Example University")
    assert (linked.action, linked.detail["person"]) == ("user.identity", lab.emails["member"])


def test_they_are_known_by_issuer_and_subject_ever_after(app: Flask, lab: Lab, ada: OpenIdProvider) -> None:
    sign_in(app.test_client(), ada)
    ada.person |= {"email": lab.emails["admin"], "email_verified": False}
    again = app.test_client()
    assert sign_in(again, ada).location == "/"
    assert lab.emails["member"] in again.get("/settings/profile").text
    assert [one.subject for one in identities(app)] == ["ada-1"]


def test_it_goes_on_to_the_page_that_was_asked_for_and_nowhere_else(app: Flask, ada: OpenIdProvider) -> None:
    for wanted, there in (("/runs?status=FAILED", "/runs?status=FAILED"), ("//evil.example", "/")):
        browser = app.test_client()
        assert browser.get(ada.approve(set_out(browser, wanted))).location == there


def test_the_page_names_where_it_goes_and_carries_no_secret(client: FlaskClient, ada: OpenIdProvider) -> None:
    address = set_out(client)
    assert address.startswith(f"{ada.issuer}/authorize?") and "code_challenge=" in address
    assert SECRET not in address and "verifier" not in address


def test_it_asks_the_provider_where_it_signs_little(client: FlaskClient, ada: OpenIdProvider) -> None:
    ada.signs_little = True
    assert sign_in(client, ada).location == "/"
    assert "/person" in ada.asked


def test_it_looks_again_for_keys_that_have_changed(app: Flask, ada: OpenIdProvider) -> None:
    sign_in(app.test_client(), ada)
    ada.key = ECKey.generate_key("P-256", {"kid": "the next one"})
    assert sign_in(app.test_client(), ada).location == "/"


def test_whoever_has_a_second_factor_here_is_asked_for_it(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    with app.app_context(), writing() as session:
        values = {"second_factor_secret": "sealed", "second_factor_at": User.created_at}
        session.execute(update(User).where(User.email == ada.person["email"]).values(values))
    assert sign_in(client, ada).location == "/login/code"
    assert not is_in(client)


SPOILT: dict[str, Claims] = {
    "another audience": {"aud": "another-site"},
    "another audience for us": {"aud": ["another-site"], "azp": SITE},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "never expires": {"exp": None},
    "from tomorrow": {"nbf": int(time.time()) + 3600},
    "wrong nonce": {"nonce": "x" * 43},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "a strange subject": {"sub": "ada-1\n"},
    "a long subject": {"sub": "a" * 256},
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_signed_answer_that_does_not_hold_lets_nobody_in(
    app: Flask, client: FlaskClient, ada: OpenIdProvider, spoilt: str
) -> None:
    changed = SPOILT[spoilt]
    ada.spoil = lambda claims: {name: value for name, value in {**claims, **changed}.items() if value is not None}
    refused(app, sign_in(client, ada), "Example University")
    assert not is_in(client) and identities(app) == []


def test_a_strangers_signature_lets_nobody_in(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    ada.published = ECKey.generate_key("P-256", {"kid": str(ada.key.kid)})
    refused(app, sign_in(client, ada), "does not hold")
    assert not is_in(client)


def test_a_replayed_answer_lets_nobody_in(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    address = ada.approve(set_out(client))
    cookie = client.get_cookie("session")
    assert cookie is not None and client.get(address).location == "/"
    client.post("/logout")
    refused(app, client.get(address), "ended already")
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)  # even with the cookie of before, the code is used up
    refused(app, thief.get(address), "invalid_grant")
    assert not is_in(client) and not is_in(thief)


def test_an_answer_to_another_browser_lets_nobody_in(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    """Or somebody could sign a person in as themselves, and read what they do."""
    address = ada.approve(set_out(client))
    victim = app.test_client()
    refused(app, victim.get(address), "ended already")
    set_out(victim)
    refused(app, victim.get(address), "no sign-in begun in this browser")
    assert not is_in(victim)


def test_a_trip_ends_with_its_first_answer(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    """Nobody tries one state after the other."""
    address = ada.approve(set_out(client))
    refused(app, client.get("/login/openid/back?state=guessed&code=x"), "no sign-in begun in this browser")
    refused(app, client.get(address), "ended already")


def test_an_answer_after_ten_minutes_lets_nobody_in(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    address = ada.approve(set_out(client))
    with client.session_transaction() as held:
        *begun, at, wanted = held["openid"]
        held["openid"] = [*begun, at - 601, wanted]
    refused(app, client.get(address), "longer than ten minutes")


def test_an_answer_of_another_provider_lets_nobody_in(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    address = ada.approve(set_out(client)).replace("iss=http", "iss=https")
    refused(app, client.get(address), "another provider")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "did not let you through"),
        ("server_error", "has trouble"),
        ("odd_one", "refused: &lt;b&gt;hm"),
    ],
)
def test_errors_of_the_provider_are_told_in_plain_words(
    app: Flask, client: FlaskClient, ada: OpenIdProvider, error: str, words: str
) -> None:
    ada.error = {"error": error, "error_description": "<b>hm\x1b[31m"}
    refused(app, sign_in(client, ada), words)


def test_nobody_writes_on_our_page_by_a_made_up_error(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    set_out(client)
    answer = client.get("/login/openid/back?error=x&error_description=Call+0900+12345&state=guessed")
    assert answer.status_code == 401 and "0900" not in answer.text


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?state=%00&code=%00", "?state=ü&code=x"])
def test_an_empty_or_odd_answer_is_refused(app: Flask, client: FlaskClient, ada: OpenIdProvider, query: str) -> None:
    set_out(client)
    refused(app, client.get(f"/login/openid/back{query}"), "Begin again")
