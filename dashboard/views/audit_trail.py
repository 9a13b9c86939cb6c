"""Who did what to what, when and from where: for a team's admins, and as a sheet."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from dashboard.engine import audit as trail
from dashboard.reads import audit
from dashboard.reads.audit import Narrowed
from dashboard.views import access, sheets

pages = Blueprint("audit_trail", __name__, url_prefix="/settings/audit")

KINDS = (
    "user", "member", "invitation", "paper", "run", "node", "ruling", "rubric", "cohort", "artifact", "bulk", "view",
    "team", "audit", "access",
)  # fmt: skip
COLUMNS = ("at", "who", "act", "object", "from", "details")


@pages.get("")
def show() -> str:
    team, narrowed = access.team(access.Role.ADMIN), _narrowed()
    return render_template(
        "pages/audit.html",
        found=audit.page(team.id, narrowed, request.args.get("before", type=int)),
        narrowed=narrowed,
        kinds=KINDS,
        people=audit.people(team.id),
    )


@pages.get("/audit.csv")
def sheet() -> Response:
    """Taking the trail out is an act itself."""
    team, narrowed = access.team(access.Role.ADMIN), _narrowed()
    lines = audit.everything(team.id, narrowed)
    trail.record("audit.download", "team", team.id, team.id, access.viewer().user.id, {"lines": len(lines)})
    rows = ((one.at.isoformat(), one.who, one.action, one.object, one.address, one.details) for one in lines)
    return sheets.answer(f"audit-{team.slug}.csv", [COLUMNS, *rows])


def _narrowed() -> Narrowed:
    is_operator = access.viewer().user.is_operator
    return Narrowed(request.args.get("act", "").strip()[:40], request.args.get("who", type=int), is_operator)
