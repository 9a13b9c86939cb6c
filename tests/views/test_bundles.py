"""The files every page loads: joined, packed, kept by the browser until one of their parts changes."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.views import bundles

ADDRESS = re.compile(r'"(/bundles/site\.(?:css|js)\?v=[0-9a-f]{10})"')


def test_a_page_loads_one_style_sheet_and_one_script(client: FlaskClient) -> None:
    found = ADDRESS.findall(client.get("/login").text)
    assert [address.split("?")[0] for address in found] == ["/bundles/site.css", "/bundles/site.js"]


@pytest.mark.parametrize("name", bundles.PARTS)
def test_a_bundle_holds_all_its_parts(app: Flask, client: FlaskClient, name: str) -> None:
    plain = client.get(f"/bundles/{name}").data
    for part in bundles.PARTS[name]:
        assert Path(app.static_folder or "", part).read_bytes() in plain
    packed = client.get(f"/bundles/{name}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain


def test_our_own_style_is_small(app: Flask) -> None:
    """All of it, also what only some pages load: 10 kB packed."""
    own = sorted(Path(app.static_folder or "", "css").glob("*.css"))
    assert 0 < len(gzip.compress(b"".join(path.read_bytes() for path in own))) < 10_000


@pytest.mark.parametrize(("address", "kept"), [("?v=1", "public, max-age=31536000, immutable"), ("", "no-cache")])
def test_it_is_kept_only_under_the_name_of_its_content(client: FlaskClient, address: str, kept: str) -> None:
    answer = client.get(f"/bundles/site.css{address}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == kept
    assert answer.headers["Vary"].startswith("Accept-Encoding")


def test_a_changed_part_changes_the_address(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    part = tmp_path / "css" / "app.css"
    app.static_folder = str(tmp_path)
    found = []
    for number, rule in enumerate(("a { color: red }", "a { color: blue }")):
        part.write_text(rule)
        os.utime(part, (number, number))
        found.append(ADDRESS.findall(client.get("/login").text)[0])
        assert client.get(found[-1]).text == rule
    assert found[0] != found[1]


def test_there_are_no_others(client: FlaskClient) -> None:
    assert client.get("/bundles/app.css").status_code == 404
