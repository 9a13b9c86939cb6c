"""Guessing is slowed down, by account and address together, and nobody is locked out for good."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import create_app, passwords
from dashboard.config import from_environment
from dashboard.engine import doorbell
from dashboard.extensions import limiter
from tests.security.test_second_factor import SETTINGS, WRONG, Device, Step, is_in, try_code
from tests.security.test_second_factor import device as device
from tests.security.test_second_factor import first_step as first_step
from tests.views.conftest import PASSWORD, Lab

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def sign_in(app: Flask, email: str, password: str, address: str = HOME) -> int:
    data = {"email": email, "password": password}
    return app.test_client().post("/login", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_a_hundred_wrong_passwords_are_throttled_and_the_owner_gets_in_from_elsewhere(app: Flask, lab: Lab) -> None:
    email = lab.emails["member"]
    codes = [sign_in(app, email, "wrong") for _ in range(100)]
    assert codes == [401] * 8 + [429] * 92
    assert sign_in(app, email, PASSWORD) == 429
    assert sign_in(app, email, PASSWORD, ELSEWHERE) == 303
    assert sign_in(app, lab.emails["viewer"], PASSWORD) == 303


def test_the_same_address_gets_in_once_a_minute_has_passed(app: Flask, lab: Lab) -> None:
    """What is counted expires in Redis by itself: no key of it lasts longer than the hour of its limit."""
    for _ in range(9):
        sign_in(app, lab.emails["member"], "wrong")
    with app.app_context():
        redis = doorbell.connection()
        lives = {key: redis.ttl(key) for key in redis.keys("LIMITS*")}
        assert lives and all(0 < life <= 3600 for life in lives.values()), lives
        redis.delete(*[key for key in lives if b"/1/minute" in key])
    assert sign_in(app, lab.emails["member"], PASSWORD) == 303


def test_spelling_an_address_otherwise_does_not_help(app: Flask, lab: Lab) -> None:
    email = lab.emails["member"]
    spellings = (email, email.upper(), f" {email}", email.title())
    assert [sign_in(app, spelling, "wrong") for spelling in spellings * 3] == [401] * 8 + [429] * 4


def test_many_accounts_are_not_tried_from_one_address(app: Flask, lab: Lab) -> None:
    codes = [sign_in(app, f"person{number}@elsewhere.example", "wrong") for number in range(70)]
    assert codes == [401] * 60 + [429] * 10


def test_a_home_with_all_the_addresses_of_ipv6_is_one_address(app: Flask, lab: Lab) -> None:
    email = lab.emails["member"]
    codes = [sign_in(app, email, "wrong", f"2001:db8:7:7::{number:x}") for number in range(10)]
    assert codes == [401] * 8 + [429] * 2
    assert sign_in(app, email, PASSWORD, "2001:db8:7:8::1") == 303


def test_an_address_written_as_ipv6_is_the_same_address(app: Flask, lab: Lab) -> None:
    spellings = (HOME, f"::ffff:{HOME}")
    assert [sign_in(app, lab.emails["member"], "wrong", one) for one in spellings * 5] == [401] * 8 + [429] * 2
    assert sign_in(app, lab.emails["member"], PASSWORD, f"::ffff:{ELSEWHERE}") == 303


def test_looking_at_the_form_is_no_try(client: FlaskClient, lab: Lab) -> None:
    assert {client.get("/login").status_code for _ in range(100)} == {200}


def test_it_says_when_the_next_try_is_taken(app: Flask, client: FlaskClient, lab: Lab) -> None:
    wrong = {"email": lab.emails["member"], "password": "wrong"}
    answer = [client.post("/login", data=wrong) for _ in range(9)][-1]
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert "Too many tries. The next one is taken in " in answer.text


def test_a_web_process_that_starts_later_counts_on(app: Flask, environment: dict[str, str], lab: Lab) -> None:
    codes = [sign_in(app, lab.emails["member"], "wrong") for _ in range(6)]
    other = create_app(from_environment(environment))
    other.config["WTF_CSRF_ENABLED"] = False
    codes += [sign_in(other, lab.emails["member"], "wrong") for _ in range(6)]
    assert codes == [401] * 8 + [429] * 4


@pytest.fixture
def without_redis(app: Flask, environment: dict[str, str]) -> Iterator[Flask]:
    """A web process whose Redis is away."""
    other = create_app(from_environment(environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}))
    other.config["WTF_CSRF_ENABLED"] = False
    yield other
    limiter.init_app(app)
    limiter._storage_dead = False


def test_signing_in_works_and_guessing_is_slowed_down_while_redis_is_away(
    lab: Lab, without_redis: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        codes = [sign_in(without_redis, lab.emails["member"], "wrong") for _ in range(10)]
    assert codes == [401] * 8 + [429] * 2
    assert sign_in(without_redis, lab.emails["viewer"], PASSWORD) == 303
    assert "falling back to in-memory storage" in caplog.text


def test_unknown_disabled_and_known_people_cost_the_same_work(
    app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored)
            return hasher.verify(stored, password)

    hasher = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert sign_in(app, "nobody@example.org", PASSWORD) == 401
    assert sign_in(app, lab.emails["member"], "wrong") == 401
    assert sign_in(app, lab.emails["member"], "w" * 10_000) == 401
    assert len(verified) == 3
    settings = {stored.rsplit("$", 2)[0] for stored in verified}
    assert settings == {"$argon2id$v=19$m=19456,t=2,p=1"}


def test_codes_are_not_guessed_at_the_second_step(device: Device, first_step: Step) -> None:
    browser = first_step(device.email)
    assert [try_code(browser, WRONG) for _ in range(7)] == [401] * 5 + [429] * 2
    assert try_code(browser, device.code()) == 429


def test_not_even_from_many_addresses_and_a_recovery_code_still_opens(device: Device, first_step: Step) -> None:
    browser = first_step(device.email)

    def guess(number: int, code: str = WRONG) -> int:
        address = {"REMOTE_ADDR": f"198.51.100.{number}"}
        return browser.post("/login/code", data={"code": code}, environ_base=address).status_code

    assert [guess(number) for number in range(110)] == [401] * 100 + [429] * 10
    assert guess(200, device.codes[0]) == 303


def test_proofs_are_not_guessed_in_an_open_session(device: Device, first_step: Step) -> None:
    browser = first_step(device.email)
    try_code(browser, device.code())
    assert is_in(browser)
    guesses = [browser.post(f"{SETTINGS}/off", data={"password": "wrong"}).status_code for _ in range(12)]
    assert guesses == [422] * 10 + [429] * 2


def test_links_that_reset_passwords_are_asked_for_slowly(client: FlaskClient, lab: Lab) -> None:
    asked = [client.post("/forgot", data={"email": lab.emails["member"]}).status_code for _ in range(10)]
    assert asked == [200] * 8 + [429] * 2
    opened = [client.post("/reset/x", data={"password": PASSWORD}).status_code for _ in range(65)]
    assert opened == [404] * 60 + [429] * 5
