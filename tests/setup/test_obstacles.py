"""What stands in the way of serving is said in one plain sentence."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from jobs import embedded
from scripts.obstacles import CannotServeError, alone, check_port


def test_it_names_another_port_when_this_one_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CannotServeError, match=f"Port {port} .* in use.* make run PORT="):
            check_port("127.0.0.1", str(port))


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_it_refuses_a_port_that_is_none(port: str) -> None:
    with pytest.raises(CannotServeError, match="number from 1 to 65535"):
        check_port("127.0.0.1", port)


def test_it_refuses_to_serve_twice_from_one_folder(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(CannotServeError, match="already runs"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_it_says_when_a_folder_is_too_deep_for_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    with pytest.raises(embedded.EmbeddedRedisError, match="shorter folder"):
        embedded.command(deep, deep / "redis.sock")


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may take any port")
def test_it_refuses_a_port_of_the_administrator() -> None:
    with pytest.raises(CannotServeError, match="permission denied"):
        check_port("127.0.0.1", "80")
