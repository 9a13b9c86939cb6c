"""The page that tells what programs may ask."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.api.conftest import BASE


def test_it_names_every_address_for_programs(app: Flask, member: FlaskClient) -> None:
    page = member.get("/api/docs").text
    spec = app.test_client().get(f"{BASE}/openapi.json").get_json()
    ways = [f"{method.upper()} {address}" for address, methods in spec["paths"].items() for method in methods]
    assert len(ways) > 40
    assert [way for way in ways if f"<code>{way}</code>" not in page] == []


def test_the_description_names_every_address(app: Flask) -> None:
    spec = app.test_client().get(f"{BASE}/openapi.json").get_json()
    told = sum(len(methods) for methods in spec["paths"].values())
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(f"{BASE}/")]
    assert spec["openapi"].startswith("3.1") and told == len(rules) - 1  # itself it leaves out


def test_it_needs_a_person(client: FlaskClient) -> None:
    assert client.get("/api/docs").status_code == 302
