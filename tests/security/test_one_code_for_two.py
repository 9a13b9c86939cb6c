"""Two browsers with the same code at the same moment: one gets in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from dashboard.engine import second_factor
from tests.security.test_second_factor import Device, person
from tests.security.test_second_factor import device as device

AT_ONCE = 6


@pytest.mark.parametrize("kind", ["code", "recovery code"])
def test_it_is_taken_by_one_of_many(app: Flask, device: Device, kind: str) -> None:
    with app.app_context():
        user_id = person(device.email).id
    for each in device.codes[:5]:
        code = each if kind == "recovery code" else device.wait()
        assert _taken(app, lambda code=code: second_factor.take(user_id, code)) == [kind]


def _taken(app: Flask, take: Callable[[], str | None]) -> list[str]:
    """What those got who got anything."""
    together = Barrier(AT_ONCE)

    def one(_number: int) -> str | None:
        with app.app_context():
            together.wait(30)
            return take()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [found for found in threads.map(one, range(AT_ONCE)) if found]
