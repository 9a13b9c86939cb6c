"""Setting a second factor up and taking it away: by its owner with every proof, or by whoever runs the site."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import recovery_codes, second_factor
from tests.security.test_second_factor import (
    SETTINGS,
    WRONG,
    Device,
    Step,
    acts,
    is_in,
    person,
    try_code,
)
from tests.security.test_second_factor import device as device
from tests.security.test_second_factor import first_step as first_step
from tests.views.conftest import PASSWORD, Lab, SignIn

SHOWN = re.compile(r"<code>([A-Z2-7 ]{39})</code>")
CODE = re.compile(r"<code>((?:[a-z2-7]{4}-){5}[a-z2-7]{4})</code>")


@pytest.fixture
def careful(device: Device, first_step: Step) -> FlaskClient:
    """The browser of a person signed in with both."""
    browser = first_step(device.email)
    assert try_code(browser, device.code()) == 303
    device.wait()
    return browser


def is_on(app: Flask, email: str) -> bool:
    with app.app_context():
        return second_factor.is_on(person(email))


def test_it_is_set_up_in_three_steps(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    browser = sign_in(lab.emails["member"])
    assert browser.post(SETTINGS, data={"password": PASSWORD}).location == SETTINGS
    page = browser.get(SETTINGS).text
    assert "<svg" in page and "style=" not in page
    secret = SHOWN.findall(page)[0].replace(" ", "")
    answer = browser.post(f"{SETTINGS}/confirm", data={"code": pyotp.TOTP(secret).now()})
    assert len(set(CODE.findall(answer.text))) == 10
    assert is_on(app, lab.emails["member"])
    assert "10 recovery codes left" in browser.get("/settings/security").text
    assert acts(app)[-1] == "user.second_factor_on"


def test_the_secret_is_never_shown_again(careful: FlaskClient, device: Device) -> None:
    assert careful.get(SETTINGS).location == "/settings/security"
    assert device.secret[:4] not in careful.get("/settings/security").text


def test_it_does_not_begin_without_the_password(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    browser = sign_in(lab.emails["member"])
    answer = browser.post(SETTINGS, data={"password": "wrong"})
    assert answer.status_code == 422 and "The password is wrong." in answer.text
    assert browser.get(SETTINGS).location == "/settings/security"
    assert acts(app)[-1] == "user.second_factor_on_refused"


def test_it_counts_only_once_a_code_has_fitted(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    browser = sign_in(lab.emails["member"])
    browser.post(SETTINGS, data={"password": PASSWORD})
    answer = browser.post(f"{SETTINGS}/confirm", data={"code": WRONG})
    assert answer.status_code == 422 and SHOWN.search(answer.text)
    assert not is_on(app, lab.emails["member"])
    assert is_in(sign_in(lab.emails["member"]))


def test_a_second_secret_does_not_replace_one_that_is_on(careful: FlaskClient, device: Device) -> None:
    assert careful.post(SETTINGS, data={"password": PASSWORD}).status_code == 409
    assert careful.post(f"{SETTINGS}/confirm", data={"code": device.code()}).location == "/settings/security"
    proofs = {"password": PASSWORD, "code": device.code()}
    assert careful.post(f"{SETTINGS}/off", data=proofs).status_code == 303


@pytest.mark.parametrize("act", ["off", "codes"])
@pytest.mark.parametrize(("password", "code"), [("wrong", "right"), (PASSWORD, WRONG), (PASSWORD, ""), ("", "right")])
def test_an_open_session_alone_weakens_nothing(
    app: Flask, careful: FlaskClient, device: Device, act: str, password: str, code: str
) -> None:
    proofs = {"password": password, "code": device.code() if code == "right" else code}
    assert careful.post(f"{SETTINGS}/{act}", data=proofs).status_code == 422
    assert is_on(app, device.email)
    assert acts(app)[-1] == {"off": "user.second_factor_off_refused", "codes": "user.recovery_codes_refused"}[act]


def test_its_owner_switches_it_off_with_both(app: Flask, careful: FlaskClient, device: Device, sign_in: SignIn) -> None:
    assert careful.post(f"{SETTINGS}/off", data={"password": PASSWORD, "code": device.code()}).status_code == 303
    assert acts(app)[-1] == "user.second_factor_off"
    with app.app_context():
        assert recovery_codes.left(person(device.email).id) == 0
    assert is_in(careful)
    assert is_in(sign_in(device.email))


def test_codes_and_secret_from_before_are_worth_nothing_after(
    app: Flask, careful: FlaskClient, device: Device, first_step: Step
) -> None:
    careful.post(f"{SETTINGS}/off", data={"password": PASSWORD, "code": device.code()})
    careful.post(SETTINGS, data={"password": PASSWORD})
    with app.app_context():
        secret = str(second_factor.secret_of(person(device.email)))
    careful.post(f"{SETTINGS}/confirm", data={"code": pyotp.TOTP(secret).at(int(device.now))})
    old = device.wait(90)
    assert [try_code(first_step(device.email), code) for code in (old, device.codes[0])] == [401, 401]


def test_new_recovery_codes_replace_the_old(careful: FlaskClient, device: Device, first_step: Step) -> None:
    answer = careful.post(f"{SETTINGS}/codes", data={"password": PASSWORD, "code": device.code()})
    fresh = CODE.findall(answer.text)
    assert len(fresh) == 10
    assert try_code(first_step(device.email), device.codes[0]) == 401
    assert try_code(first_step(device.email), fresh[0]) == 303


def test_an_operator_lets_a_person_without_device_in_again(
    app: Flask, careful: FlaskClient, device: Device, sign_in: SignIn
) -> None:
    result = app.test_cli_runner().invoke(args=["second-factor-off", device.email.upper()])
    assert (result.exit_code, result.output.split(" ")[0]) == (0, device.email)
    assert not is_in(careful)
    assert is_in(sign_in(device.email))


@pytest.mark.parametrize(("email", "said"), [("nobody@example.org", "Nobody signs in"), ("", "no second factor")])
def test_it_says_when_there_is_nothing_to_switch_off(app: Flask, lab: Lab, email: str, said: str) -> None:
    result = app.test_cli_runner().invoke(args=["second-factor-off", email or lab.emails["member"]])
    assert result.exit_code == 1 and said in result.output


def test_a_changed_key_leaves_the_recovery_codes_as_the_way_in(
    app: Flask, device: Device, first_step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factor, "_secret_key", lambda: "another key")
    browser = first_step(device.email)
    assert [try_code(browser, code) for code in (device.code(), device.codes[0])] == [401, 303]
