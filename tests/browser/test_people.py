"""Letting somebody in, as two people at two browsers do it; with scripting, and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import axe
from tests.browser.conftest import PASSWORD, Site
from tests.browser.test_every_page import photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture(params=[True, False], ids=["scripting", "no scripting"])
def scripting(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def two(chromium: Browser, site: Site, scripting: bool) -> Iterator[tuple[Page, Page]]:
    """The admin's window and a newcomer's."""
    contexts = [chromium.new_context(java_script_enabled=scripting) for _ in range(2)]
    if scripting:
        contexts[0].grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    admin, newcomer = (context.new_page() for context in contexts)
    admin.goto(f"{site.url}/login")
    admin.get_by_label("Email").fill(site.email)
    admin.get_by_label("Password").fill(PASSWORD)
    admin.get_by_role("button", name="Sign in").click()
    yield admin, newcomer
    close(contexts)


def close(contexts: list[BrowserContext]) -> None:
    for context in contexts:
        context.close()


def test_a_newcomer_is_invited_joins_is_promoted_and_removed(
    site: Site, two: tuple[Page, Page], scripting: bool
) -> None:
    admin, newcomer = two
    newcomer.goto(invited(site, admin, scripting))
    newcomer.get_by_label("Your name").fill("Nora")
    newcomer.get_by_label("Password").fill(PASSWORD)
    newcomer.get_by_role("button", name="Join").click()
    assert newcomer.get_by_text("Welcome to Vision lab.").is_visible()

    newcomer.goto(f"{site.url}/settings/members")
    assert newcomer.get_by_role("button", name="Invite").count() == 0
    admin.reload()
    admin.get_by_label("Role of Nora", exact=True).select_option("admin")
    admin.get_by_role("button", name="Set the role of Nora").click()
    newcomer.reload()
    assert newcomer.get_by_role("button", name="Invite").is_visible()

    row = admin.get_by_role("row", name="Nora")
    row.get_by_text("Remove").first.click()
    photograph(admin, "members, removing")
    row.get_by_role("button", name="Remove").click()
    assert admin.get_by_text("Nora").count() == 0
    newcomer.reload()
    assert newcomer.get_by_text("You are in no team yet.").is_visible()


def invited(site: Site, admin: Page, scripting: bool) -> str:
    """Invite somebody; the link as the admin takes it from the page."""
    admin.goto(f"{site.url}/settings/members")
    admin.get_by_label("Email").fill("nora@example.org")
    admin.get_by_role("button", name="Invite").click()
    assert not (axe.violations(admin) if scripting else [])
    photograph(admin, f"members, invited, {scripting}")
    shown = admin.get_by_label("The link").input_value()
    if scripting:
        admin.get_by_role("button", name="Copy").click()
        admin.get_by_role("button", name="Copied").wait_for()
        assert admin.evaluate("navigator.clipboard.readText()") == shown
    return f"{site.url}/invitation/{shown.rpartition('/')[2]}"
