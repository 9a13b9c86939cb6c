"""The second factor: asked for after the password, each code taken once, and no way around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboard import passwords
from dashboard.engine import second_factor
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, RecoveryCode, User
from dashboard.views import entrance
from tests.views.conftest import PASSWORD, Lab

WRONG = "000000"
SETTINGS = "/settings/security/second-factor"


@dataclass
class Device:
    """The app on a person's telephone, with the clock that both sides share."""

    email: str
    codes: list[str]
    secret: str
    now: float = 1_800_000_000.0

    def code(self, steps: int = 0) -> str:
        """What it shows now, or showed or will show that many steps of thirty seconds away."""
        return pyotp.TOTP(self.secret).at(int(self.now) + 30 * steps)

    def wait(self, seconds: float = 30) -> str:
        self.now += seconds
        return self.code()


@pytest.fixture
def device(app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Device:
    """The member has a second factor."""
    held = Device(lab.emails["member"], [], "")
    monkeypatch.setattr(second_factor, "time", SimpleNamespace(time=lambda: held.now))
    with app.app_context():
        user_id = person(held.email).id
        second_factor.prepare(user_id)
        held.secret = str(second_factor.secret_of(person(held.email)))
        held.codes = second_factor.confirm(user_id, held.code())
    held.wait()
    return held


Step = Callable[..., FlaskClient]


@pytest.fixture
def first_step(app: Flask) -> Step:
    """A browser in which the person has shown their password."""

    def take(email: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/login", data={"email": email, "password": PASSWORD})
        assert (answer.status_code, answer.location) == (303, "/login/code")
        return browser

    return take


def person(email: str) -> User:
    db.session.rollback()
    return db.session.scalars(select(User).where(User.email == email)).one()


def try_code(browser: FlaskClient, code: str) -> int:
    return browser.post("/login/code", data={"code": code}).status_code


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_password_alone_lets_nobody_in(device: Device, first_step: Step, running: int) -> None:
    browser = first_step(device.email)
    assert not is_in(browser)
    assert browser.get(f"/runs/{running}/live?v=0", headers={"HX-Request": "true"}).status_code == 204
    assert browser.post("/logout").location == "/login"


def test_password_and_code_do(app: Flask, device: Device, first_step: Step) -> None:
    browser = first_step(device.email)
    assert "six digits" in browser.get("/login/code").text
    assert try_code(browser, f" {device.code()[:3]} {device.code()[3:]} ") == 303
    assert is_in(browser)
    with app.app_context():
        line = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (line.action, line.detail["how"]) == ("user.sign_in", "password and code")


def test_it_goes_on_to_the_page_that_was_asked_for(app: Flask, device: Device, client: FlaskClient) -> None:
    asked = client.get("/runs?status=FAILED").location
    second = client.post(asked, data={"email": device.email, "password": PASSWORD}).location
    assert client.post(second, data={"code": device.code()}).location == "/runs?status=FAILED"


@pytest.mark.parametrize("code", [WRONG, "", "１２３４５６", "é", "12345", "-" * 24, "x" * 5000])
def test_a_wrong_code_lets_nobody_in_and_is_recorded(app: Flask, device: Device, first_step: Step, code: str) -> None:
    browser = first_step(device.email)
    assert try_code(browser, code) == 401
    assert not is_in(browser)
    assert acts(app)[-1] == "user.second_factor_refused"


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_a_clock_may_be_half_a_minute_off(device: Device, first_step: Step, steps: int, status: int) -> None:
    device.wait(600)
    assert try_code(first_step(device.email), device.code(steps)) == status


def test_no_code_is_taken_twice(device: Device, first_step: Step) -> None:
    device.wait(600)
    later, now, before = device.code(1), device.code(), device.code(-1)
    assert try_code(first_step(device.email), now) == 303
    assert [try_code(first_step(device.email), code) for code in (now, before, later)] == [401, 401, 303]


def test_the_code_that_switched_it_on_signs_nobody_in(device: Device, first_step: Step) -> None:
    assert try_code(first_step(device.email), device.code(-1)) == 401


def test_a_recovery_code_lets_in_once(app: Flask, device: Device, first_step: Step) -> None:
    assert len(set(device.codes)) == 10
    typed = device.codes[3].upper().replace("-", " ")
    assert [try_code(first_step(device.email), typed) for _ in range(2)] == [303, 401]
    assert try_code(first_step(device.email), device.codes[4]) == 303


def test_recovery_codes_are_stored_as_hashes_and_the_secret_sealed(app: Flask, device: Device) -> None:
    with app.app_context():
        stored = [one.code_hash for one in db.session.scalars(select(RecoveryCode))]
        sealed = person(device.email).second_factor_secret
    assert len(stored) == 10 and not set(stored) & {code.replace("-", "") for code in device.codes}
    assert device.secret not in str(sealed)


def test_somebody_elses_code_is_worth_nothing(app: Flask, lab: Lab, device: Device, first_step: Step) -> None:
    with app.app_context():
        other = person(lab.emails["viewer"]).id
        second_factor.prepare(other)
        second_factor.confirm(
            other, pyotp.TOTP(str(second_factor.secret_of(person(lab.emails["viewer"])))).at(device.now)
        )
    browser = first_step(lab.emails["viewer"])
    assert [try_code(browser, code) for code in (device.code(), device.codes[0])] == [401, 401]


def test_nobody_begins_with_the_second_step(device: Device, client: FlaskClient) -> None:
    assert client.get("/login/code").location == "/login"
    assert client.post("/login/code", data={"code": device.code()}).location == "/login"
    assert not is_in(client)


def test_being_half_way_in_ends_after_ten_minutes(
    device: Device, first_step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = first_step(device.email)
    monkeypatch.setattr(entrance, "HALF_WAY_SECONDS", -1)
    assert browser.post("/login/code", data={"code": device.code()}).location == "/login"
    assert not is_in(browser)


@pytest.mark.parametrize("change", [{"is_disabled": True}, {"password_hash": passwords.hash_of("another password")}])
def test_being_half_way_in_ends_with_the_password_and_the_account(
    app: Flask, device: Device, first_step: Step, change: dict[str, object]
) -> None:
    browser = first_step(device.email)
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == device.email).values(change))
    assert browser.post("/login/code", data={"code": device.code()}).location == "/login"
    assert not is_in(browser)


def test_a_stolen_row_moved_to_another_person_opens_nothing(
    app: Flask, lab: Lab, device: Device, first_step: Step
) -> None:
    with app.app_context(), writing() as session:
        theirs = select(User.second_factor_secret).where(User.email == device.email).scalar_subquery()
        stolen = {"second_factor_secret": session.scalar(select(theirs)), "second_factor_at": User.created_at}
        session.execute(update(User).where(User.email == lab.emails["viewer"]).values(stolen))
    assert try_code(first_step(lab.emails["viewer"]), device.code()) == 401
