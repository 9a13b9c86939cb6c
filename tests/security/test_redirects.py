"""The way back after signing in or acting: never to another site, however the address is spelt."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.views import back
from tests.views.conftest import PASSWORD, Lab

ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
    "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example",
    " //evil.example", "/ /evil.example", "/\x00/evil.example", "/\x0b/evil.example", "https:evil.example",
    "https:/evil.example", "http:///evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x", "vbscript:x", "evil.example", "@evil.example", "//here.example@evil.example",
    "/x\r\nLocation: https://evil.example", "/x\r\n\r\n<script>", "?x", "#x", "",
]  # fmt: skip
HERE = [
    "/%2f%2fevil.example", "/%5cevil.example", "/\uff0fevil.example", "/\u2044/evil", "/@evil.example", "/.//evil",
    "/a//b",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_address_of_another_site_is_followed(wanted: str) -> None:
    assert back.local(wanted, "/papers") == "/papers"


@pytest.mark.parametrize("wanted", HERE)
def test_what_only_looks_like_one_stays_here(wanted: str) -> None:
    followed = back.local(wanted, "/papers")
    assert urlsplit(urljoin("https://here.example/login", followed)).netloc == "here.example"


@pytest.mark.parametrize("wanted", [*ELSEWHERE, *HERE])
def test_signing_in_leads_to_this_site_alone(client: FlaskClient, lab: Lab, wanted: str) -> None:
    right = {"email": lab.emails["member"], "password": PASSWORD}
    answer = client.post("/login", query_string={"next": wanted}, data=right)
    where = urljoin("http://localhost/login", answer.location)
    assert (answer.status_code, urlsplit(where).netloc) == (303, "localhost")
    assert "\n" not in answer.location and "\\" not in answer.location


def test_a_fragment_never_brings_another_site_along(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example//evil.example/x"}
    assert "//evil" not in client.get("/runs", headers=headers).headers["HX-Redirect"].replace("%2F", "/")
