"""Who did what to what, when, from where, before and after: for a team's admins, and as a sheet; the site's for
operators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request

from dashboard.engine import audit as trail
from dashboard.models import Team
from dashboard.reads import audit
from dashboard.reads.audit import Narrowed
from dashboard.views import access, sheets

pages = Blueprint("audit_trail", __name__, url_prefix="/settings/audit")

KINDS = (
    "user", "member", "invitation", "token", "paper", "upload", "run", "node", "ruling", "rubric", "cohort", "artifact",
    "bulk", "view", "team", "workflow", "definition", "worker", "claim", "session", "audit", "access",
    "webhook", "delivery",
)  # fmt: skip
FILTERS = ("of", "act", "who", "on", "since", "until")
COLUMNS = ("at", "who", "act", "object", "from", "before", "after", "details")
LARGEST_ID = 2**63 - 1


@pages.get("")
def show() -> str:
    team = _team()
    team_id = team.id if team else None
    return render_template(
        "pages/audit.html",
        team=team,
        found=audit.page(team_id, _narrowed(), request.args.get("before", type=_id)),
        chosen={name: request.args.get(name, "").strip()[:80] for name in FILTERS},
        kinds=KINDS,
        people=audit.people(team_id),
    )


@pages.get("/audit.csv")
def sheet() -> Response:
    """Taking the trail out is an act itself."""
    team = _team()
    team_id, whose = (team.id, team.slug) if team else (None, "site")
    chosen = {name: request.args[name][:80] for name in FILTERS if request.args.get(name)}
    trail.record("audit.download", "team" if team else "site", team_id, team_id, access.viewer().user.id, chosen)
    return sheets.stream(f"audit-{whose}.csv", _rows(team_id, _narrowed()))


def _rows(team_id: int | None, narrowed: Narrowed) -> Iterator[tuple[Any, ...]]:
    yield COLUMNS
    for one in audit.everything(team_id, narrowed):
        yield (one.at.isoformat(), one.who, one.action, one.object, one.address, one.before, one.after, one.details)


def _team() -> Team | None:
    """The team being looked at, for its admins; None is the site, for operators."""
    if request.args.get("of") == "site":
        access.operator()
        return None
    return access.team(access.Role.ADMIN)


def _narrowed() -> Narrowed:
    """What the address says; what cannot be read in it narrows nothing."""
    asked = request.args
    kind, _, number = asked.get("on", "").strip()[:80].partition(" ")
    return Narrowed(
        action=asked.get("act", "").strip()[:40],
        who=asked.get("who", type=_id),
        object_type=kind,
        object_id=_id(number) if number.isdecimal() else None,
        since=asked.get("since", type=_day),
        until=asked.get("until", type=_day),
    )


def _id(raw: str) -> int:
    number = int(raw)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(raw)
    return number


def _day(raw: str) -> datetime:
    """Its beginning, UTC."""
    return datetime.strptime(raw, "%Y-%m-%d").replace(tzinfo=UTC)
