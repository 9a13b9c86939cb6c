"""/readyz tells what is wrong, and is not long about it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.config import Settings
from dashboard.health import Condition, Health, of_tables

on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
on_mariadb = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


@pytest.fixture
def deaf() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_it_is_ready_when_everything_answers(at_head: Callable[[str], None], client: FlaskClient) -> None:
    answer = client.get("/readyz")
    well = {"database": "ok", "tables": "ok", "redis": "ok", "storage": "ok"}
    assert (answer.status_code, answer.get_json()) == (200, well)


@on_sqlite
def test_it_is_not_ready_with_tables_of_an_earlier_version(at_head: Callable[[str], None], client: FlaskClient) -> None:
    at_head("0003")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "ok")
    assert "flask db upgrade" in answer.get_json()["tables"]


@on_sqlite
def test_it_stays_ready_while_a_later_version_moves_in(at_head: Callable[[str], None], client: FlaskClient) -> None:
    at_head("9999")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["tables"]) == (200, "of a later version, which this one can use")


def test_no_tables_are_no_tables() -> None:
    assert not of_tables(set()).is_well


@on_sqlite
def test_it_is_ready_without_redis_and_says_so(
    at_head: Callable[[str], None], app: Flask, settings: Settings, tmp_path: Path
) -> None:
    app.extensions["health"] = Health(replace(settings, redis_url=f"unix://{tmp_path}/none"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["redis"]) == (200, "cannot be reached")


@on_sqlite
def test_it_is_not_ready_where_nothing_can_be_stored(
    at_head: Callable[[str], None], app: Flask, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("no folder")
    app.extensions["health"] = Health(replace(settings, home=tmp_path / "a file"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["storage"]) == (503, "cannot be used")


@on_mariadb
def test_a_database_that_hangs_does_not_hang_the_answer(app: Flask, settings: Settings, deaf: int) -> None:
    app.extensions["health"] = Health(
        replace(
            settings,
            database_url=f"mysql+pymysql://papersnitch@127.0.0.1:{deaf}/x",
            redis_url=f"redis://127.0.0.1:{deaf}",
        )
    )
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] in ("cannot be reached", "does not answer")
    assert answer.get_json()["redis"] in ("cannot be reached", "does not answer")
    assert answer.get_json()["storage"] == "ok"


@on_sqlite
def test_what_hangs_is_looked_at_by_one_thread_however_often_it_is_asked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def hang(_self: Health) -> list[Condition]:
        begun.append(1)
        time.sleep(20)
        return [Condition("storage")]

    monkeypatch.setattr(Health, "_storage", hang)
    monkeypatch.setattr("dashboard.health.SECONDS", 0.2)
    health = Health(settings)
    for _ in range(3):
        assert Condition("storage", "does not answer", False) in health.look()
    assert len(begun) == 1


@on_sqlite
def test_the_process_is_alive_whatever_is_wrong(app: Flask, settings: Settings, tmp_path: Path) -> None:
    app.extensions["health"] = Health(replace(settings, database_url=f"sqlite:///{tmp_path}/none/x.db"))
    browser = app.test_client()
    assert (browser.get("/readyz").status_code, browser.get("/healthz").status_code) == (503, 200)


@on_sqlite
def test_whoever_watches_may_ask_by_address_and_nobody_else(settings: Settings) -> None:
    browser = create_app(replace(settings, trusted_hosts=("papersnitch.example.org",))).test_client()
    by_address = {"base_url": "http://10.0.0.7:8000"}
    assert browser.get("/healthz", **by_address).status_code == 200
    assert browser.get("/readyz", **by_address).get_json()["database"] == "ok"
    assert browser.get("/metrics", **by_address).status_code == 302
    assert browser.get("/login", **by_address).status_code == 400


@on_sqlite
def test_nobody_is_told_where_things_are(app: Flask, settings: Settings, tmp_path: Path) -> None:
    app.extensions["health"] = Health(replace(settings, redis_url=f"unix://{tmp_path}/none", home=Path("/dev/null")))
    told = app.test_client().get("/readyz").text
    assert str(tmp_path) not in told and "/dev" not in told and "sqlite" not in told
