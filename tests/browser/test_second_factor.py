"""The second factor in a real browser, with scripting and without: set up, signed in with, and switched off again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, Site
from tests.browser.test_every_page import seen_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(params=[True, False], ids=["scripting", "no scripting"])
def scripting(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def window(chromium: Browser, scripting: bool) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=scripting)
    yield context.new_page()
    context.close()


def test_a_second_factor_is_set_up_used_and_switched_off(site: Site, window: Page, scripting: bool) -> None:
    first_step(window, site)
    codes = set_up(window, scripting)
    window.get_by_role("link", name="I have kept them").click()
    expect(window.get_by_text("10 recovery codes left")).to_be_visible()

    window.context.clear_cookies()
    first_step(window, site)
    second_step(window, "000000")
    expect(window.get_by_role("alert")).to_contain_text("wrong, too old, or used already")
    fits(window, "second step, wrong code", scripting)
    second_step(window, codes[0])
    expect(window.get_by_text("9 recovery codes left")).to_be_visible()
    expect(window.get_by_role("button", name="Sign out everywhere else")).to_be_visible()
    fits(window, "security, two browsers", scripting)

    switch_off(window, codes[1])
    expect(window.get_by_text("Your password alone lets you in")).to_be_visible()


def first_step(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/settings/security")
    page.get_by_label("Email").fill(site.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def set_up(page: Page, scripting: bool) -> list[str]:
    """The recovery codes, after one code that was wrong and one that was right."""
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    page.get_by_text("No camera? Type the key").click()
    device = pyotp.TOTP(re.sub(r"\s", "", page.locator("details code").inner_text()))
    switch_on(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    fits(page, "second factor, wrong code", scripting)
    switch_on(page, device.now())
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    fits(page, "recovery codes", scripting)
    return page.locator(".codes code").all_inner_texts()


def switch_on(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Switch it on").click()


def second_step(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Sign in").click()


def switch_off(page: Page, code: str) -> None:
    page.get_by_text("Switch it off").click()
    form = page.locator("form", has=page.get_by_role("button", name="Switch off"))
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_label("Code of your device").fill(code)
    form.get_by_role("button", name="Switch off").click()


def fits(page: Page, name: str, scripting: bool) -> None:
    """For everybody, in each theme, at each width; only scripting can measure it."""
    if scripting:
        assert not seen_everywhere(page, name)
        page.set_viewport_size({"width": 1280, "height": 800})
