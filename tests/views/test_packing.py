"""Pages are sent packed to browsers that can unpack them; streams are not, for their lines should come one by one."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

from tests.views.conftest import Lab, SignIn

PACKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["/", "/runs", "/papers"])
def test_a_page_is_sent_packed(lab: Lab, sign_in: SignIn, path: str) -> None:
    browser = sign_in(lab.emails["member"])
    plain, packed = browser.get(path), browser.get(path, headers=PACKED)
    assert (plain.headers.get("Content-Encoding"), packed.content_encoding) == (None, "gzip")
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data).startswith(plain.data[:500])


def test_a_stream_is_not(app: Flask, lab: Lab, sign_in: SignIn, finished: int) -> None:
    browser = sign_in(lab.emails["member"])
    for ending in ("txt", "ndjson"):
        answer = browser.get(f"/runs/{finished}/nodes/second/log.{ending}", headers=PACKED)
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)
