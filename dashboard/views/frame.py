"""What every template may use: the person, their team, the count in the top bar, icons and asset addresses."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, url_for
from flask_login import current_user
from markupsafe import Markup

from dashboard.reads import attention
from dashboard.views import access


def init_app(app: Flask) -> None:
    """Make them known to Jinja."""
    app.jinja_env.globals.update(asset=asset, sprite=sprite, frame=Frame())


class Frame:
    """Asked by templates only for what they show, so a page pays for no more."""

    @property
    def is_signed_in(self) -> bool:
        return bool(current_user.is_authenticated)

    @property
    def person(self) -> Any:
        return access.viewer().user

    @property
    def memberships(self) -> tuple[Any, ...]:
        return access.viewer().memberships

    @property
    def team(self) -> Any:
        return access.team() if access.viewer().memberships else None

    @property
    def may_act(self) -> bool:
        """Whether the person may change things in the team being looked at."""
        return access.viewer().role_in(access.team().id) >= access.Role.MEMBER

    @property
    def is_admin(self) -> bool:
        """Whether the person manages the team being looked at."""
        return access.viewer().role_in(access.team().id) >= access.Role.ADMIN

    @property
    def attention_count(self) -> int:
        return g.attention_count if "attention_count" in g else attention.count(access.team().id)


def counting(wanted: access.Joined, run_id: int) -> access.Joined:
    """A query of one run that counts for the top bar as well; `note_count` takes the number from its row."""
    return wanted.add_columns(attention.counted(attention.team_of(run_id)).label("attention_count"))


def note_count(counted: Any) -> None:
    """Spare the top bar its own query: the page has counted already."""
    g.attention_count = counted.attention_count


def asset(name: str) -> str:
    """The address of a static file, which changes when the file does."""
    path = Path(current_app.static_folder or "static") / name
    return url_for("static", filename=name, v=_digest(path, path.stat().st_mtime_ns) if path.exists() else None)


def sprite() -> Markup:
    """The icons, inline: `<use href="#i-...">` then works in fragments too."""
    path = Path(current_app.static_folder or "static") / "vendor" / "icons.svg"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else Markup()


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@cache
def _read(path: Path, _changed: int) -> Markup:
    return Markup(path.read_text())  # noqa: S704  (our own build)
