"""Signing in with an OpenID provider of another site, in a real browser, with scripting and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jobs.private_engine import settings_of
from tests import openid_provider
from tests.browser.conftest import PASSWORD, Site
from tests.browser.site import free_port
from tests.browser.test_second_factor import fits
from tests.browser.test_second_factor import scripting as scripting
from tests.browser.test_second_factor import window as window
from tests.browser.web_server import WebServer
from tests.openid_provider import SECRET, SITE, OpenIdProvider

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    """To a browser `localhost` and 127.0.0.1 are different sites, as a provider and its customers are."""
    with openid_provider.running("localhost") as found:
        yield found


@pytest.fixture
def door(site: Site, provider: OpenIdProvider, tmp_path: Path) -> Iterator[WebServer]:
    """Another web process of the site, which knows the provider."""
    port = free_port()
    told = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": SITE, "OIDC_CLIENT_SECRET": SECRET}
    told |= {"OIDC_NAME": "Example University", "BASE_URL": f"http://127.0.0.1:{port}"}
    provider.back = f"{told['BASE_URL']}/login/openid/back"
    provider.person = {"sub": "1", "email": site.email, "email_verified": True}
    with WebServer(port, settings_of(tmp_path / "home") | told, tmp_path / "door.log") as web:
        yield web


def test_a_person_comes_in_by_their_provider_or_without_it(
    site: Site, door: WebServer, provider: OpenIdProvider, window: Page, scripting: bool
) -> None:
    window.goto(f"{door.url}/runs?status=FAILED")
    fits(window, "sign in, provider", scripting)
    provider.error = {"error": "access_denied"}
    to_provider_and_back(window)
    expect(window.get_by_role("alert")).to_contain_text("Example University did not let you through")
    fits(window, "sign in, turned back", scripting)

    provider.error = {}
    to_provider_and_back(window)
    expect(window).to_have_url(f"{door.url}/runs?status=FAILED")

    window.context.clear_cookies()
    door_restarted(door)
    provider.is_down = True
    window.goto(f"{door.url}/login")
    window.get_by_role("link", name="Sign in with Example University").click()
    expect(window.get_by_role("alert")).to_contain_text("sign in with your password")
    window.get_by_label("Email").fill(site.email)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("heading", name="Needs attention")).to_be_visible()


def to_provider_and_back(page: Page) -> None:
    page.get_by_role("link", name="Sign in with Example University").click()
    page.get_by_role("link", name="Continue as Ada").click()


def door_restarted(door: WebServer) -> None:
    """So that nothing of the provider is remembered."""
    with door.away():
        pass
