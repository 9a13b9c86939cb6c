"""Jinja filters: numbers with units, times people can read, words and icons for states."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import Flask
from markupsafe import Markup

from dashboard.ansi import coloured
from dashboard.reads.runs import Share

# One pass, no backtracking: CSI and OSC sequences, other escapes, then what a terminal would act on.
ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)

STATES: dict[str, tuple[str, str, str]] = {  # status: (word, icon, tone)
    "CREATED": ("not started", "circle-dashed", "idle"),
    "PENDING": ("waiting", "circle-dashed", "idle"),
    "READY": ("queued", "clock", "idle"),
    "HELD": ("held", "hand", "held"),
    "RUNNING": ("running", "loader-circle", "busy"),
    "PAUSED": ("paused", "circle-pause", "held"),
    "CANCELLING": ("cancelling", "hourglass", "held"),
    "SUCCEEDED": ("done", "circle-check", "good"),
    "FAILED": ("failed", "circle-x", "bad"),
    "POISONED": ("crashed", "octagon-x", "bad"),
    "UPSTREAM_FAILED": ("blocked", "circle-slash", "blocked"),
    "SKIPPED": ("skipped", "skip-forward", "idle"),
    "CANCELLED": ("cancelled", "ban", "idle"),
    "ADDED": ("added", "circle-check", "good"),
    "KNOWN": ("here already", "files", "idle"),
    "LEFT_OUT": ("left out", "skip-forward", "idle"),
    "DONE": ("done", "circle-check", "good"),
    "REFUSED": ("refused", "circle-x", "bad"),
    "STOPPED": ("left alone", "ban", "idle"),
    "succeeded": ("done", "circle-check", "good"),
    "failed": ("failed", "circle-x", "bad"),
    "crashed": ("crashed", "octagon-x", "bad"),
    "given_back": ("given back", "rotate-ccw", "idle"),
    "cancelled": ("cancelled", "ban", "idle"),
    "asked": ("asked a person", "hand", "held"),
    "revoked": ("taken back", "rotate-ccw", "idle"),
    "WAITING": ("on its way", "clock", "idle"),
    "SENT": ("arrived", "circle-check", "good"),
    "alive": ("alive", "activity", "good"),
    "silent": ("silent", "unplug", "bad"),
    "draining": ("draining", "hourglass", "held"),
    "drained": ("drained", "circle-pause", "held"),
    "ample": ("room left", "circle-check", "good"),
    "scarce": ("nearly full", "triangle-alert", "held"),
    "full": ("full", "octagon-x", "bad"),
    "unlimited": ("no limit", "circle", "idle"),
    "active": ("active", "circle-check", "good"),
    "inactive": ("not active", "circle", "idle"),
    "draft": ("draft", "pencil", "held"),
    "added": ("added", "circle-plus", "good"),
    "removed": ("removed", "circle-minus", "bad"),
    "changed": ("changed", "pencil", "held"),
    "same": ("the same", "circle", "idle"),
    "met": ("met", "circle-check", "good"),
    "not_met": ("not met", "circle-x", "bad"),
    "not_applicable": ("not applicable", "circle-slash", "idle"),
    "not_assessed": ("not assessed", "circle-dashed", "idle"),
}


def init_app(app: Flask) -> None:
    """Register every filter."""
    filters = (
        duration,
        size,
        moment,
        ago,
        due,
        countdown,
        clock,
        plain,
        coloured,
        word,
        icon,
        tone,
        counted,
        percent,
        signed,
        short,
        segments,
    )
    app.jinja_env.filters.update({one.__name__: one for one in filters})


def duration(span: timedelta | float | None) -> str:
    """`1 m 12 s`, `15 m`, `3 h 4 m`, `0.4 s`, `40 ms`; a dash for nothing."""
    if span is None:
        return "–"
    seconds = max(0.0, span.total_seconds() if isinstance(span, timedelta) else float(span))
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, hours = whole // 60, whole // 3600
    if whole < 60:
        return f"{whole} s"
    if minutes < 60:
        return _two(minutes, "m", whole % 60, "s")
    return _two(hours, "h", minutes % 60, "m") if hours < 48 else _two(hours // 24, "d", hours % 24, "h")


def _two(many: int, unit: str, rest: int, smaller: str) -> str:
    return f"{many} {unit} {rest} {smaller}" if rest else f"{many} {unit}"


def size(number: int | None) -> str:
    """`3.4 MB`; decimal units."""
    if number is None:
        return "–"
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def moment(at: datetime | None) -> Markup | str:
    """The time, UTC until the page's script turns it local; UTC stays on hover."""
    return _time(at, "local")


def ago(at: datetime | None) -> Markup | str:
    """The same, shown as `3 min ago` by the page's script."""
    return _time(at, "ago")


def due(at: datetime | None) -> Markup | str:
    """An expected time: `in 40 s`, and `any moment` once it has passed."""
    return _time(at, "due")


def countdown(since: datetime | None) -> Markup | str:
    """A running duration, counted on by the page's script."""
    return _time(since, "since")


def clock(at: datetime) -> Markup | str:
    """The time of day, for log lines."""
    return _time(at, "clock", "%H:%M:%S")


def _time(at: datetime | None, how: str, without_script: str = "%Y-%m-%d %H:%M:%S UTC") -> Markup | str:
    if at is None:
        return "–"
    utc = at.astimezone(UTC)
    shown = utc.strftime("%Y-%m-%d %H:%M:%S UTC")
    mark = Markup('<time datetime="{}" title="{}" data-show="{}">{}</time>')
    return mark.format(utc.isoformat(timespec="milliseconds"), shown, how, utc.strftime(without_script))


def plain(text: str | None) -> str:
    """Text without terminal escapes and control characters (tabs and line ends stay)."""
    return ESCAPES.sub("", text or "")


def word(status: str) -> str:
    """The state as people say it."""
    return STATES[status][0]


def icon(status: str) -> str:
    return STATES[status][1]


def tone(status: str) -> str:
    """The class that colours it."""
    return STATES[status][2]


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 run`, `12 runs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0f} %"


def signed(points: float) -> str:
    """`+12`, `−3`, `0`."""
    return f"{round(points):+d}".replace("-", "−") if round(points) else "0"


def short(digest: str) -> str:
    """The first letters of a hash."""
    return digest[:12]


def segments(shares: Iterable[Share]) -> list[tuple[str, int, int]]:
    """(status, start, number) of each segment of a progress bar as long as there are nodes."""
    start, found = 0, []
    for share in shares:
        found.append((share.status, start, share.number))
        start += share.number
    return found
