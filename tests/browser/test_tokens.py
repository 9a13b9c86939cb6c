"""Tokens in a real browser, with scripting and without: made, copied, used by a program, and revoked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dashboard.engine import tokens
from tests.browser.conftest import Site
from tests.browser.site import sign_in
from tests.browser.test_second_factor import fits
from tests.browser.test_second_factor import scripting as scripting
from tests.browser.test_second_factor import window as window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_token_is_made_and_revoked(site: Site, window: Page, scripting: bool) -> None:
    sign_in(window, site)
    window.goto(f"{site.url}/settings/profile")
    window.get_by_role("link", name="Tokens").click()
    window.get_by_label("Name").fill("Upload from the mailbox of the programme committee")
    window.get_by_label("May").select_option("write")
    window.get_by_role("button", name="Make the token").click()
    token = window.get_by_label("The token").input_value()
    assert opens(site, token)
    expect(window.get_by_role("button", name="Copy")).to_have_count(1 if scripting else 0)
    fits(window, "token, new", scripting)

    window.get_by_role("link", name="Tokens").click()
    expect(window.get_by_label("The token")).to_have_count(0)
    window.locator("summary", has_text="Revoke").click()
    fits(window, "tokens, revoke", scripting)
    window.get_by_role("button", name="Revoke").click()
    expect(window.get_by_text("opens nothing any more")).to_be_visible()
    expect(window.get_by_text("You have none.")).to_be_visible()
    assert not opens(site, token)


def opens(site: Site, token: str) -> bool:
    with site.engine.app.app_context():
        return tokens.find(token) is not None
