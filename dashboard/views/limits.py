"""What a team may use: its people see it, operators of this site set it."""

from __future__ import annotations

import math

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import room, team_limits
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.engine.team_limits import Limits
from dashboard.extensions import db
from dashboard.models import Team
from dashboard.reads import use
from dashboard.views import access

pages = Blueprint("limits", __name__, url_prefix="/settings/limits")


@pages.get("")
def show() -> str:
    """The team being looked at, and how much of its limits it uses."""
    team = access.team()
    return render_template("pages/limits.html", team=team, uses=use.of_team(team.id), waiting=use.waiting(team.id))


@pages.get("/<int:team_id>")
def form(team_id: int) -> str:
    access.operator()
    team = _team(team_id)
    return render_template(
        "pages/team_limits.html",
        team=team,
        uses=use.of_team(team.id),
        chosen=_shown(use.own_limits(team.id)),
        default=_shown(team_limits.of_installation()),
    )


@pages.post("/<int:team_id>")
def choose(team_id: int) -> AnyResponse:
    """An empty field leaves that limit to the installation."""
    by, team = access.operator().id, _team(team_id)
    storage = _amount("storage", "storage")
    team_limits.choose(
        team.id,
        Limits(
            _whole("papers", "papers"),
            None if storage is None else int(storage * room.GIGABYTE),
            _whole("active_runs", "runs at a time"),
            _amount("month_spend", "spend of a month"),
        ),
        by,
    )
    flash(f"The limits of {team.name} are set.", "good")
    return redirect(url_for("limits.form", team_id=team.id), 303)


def _shown(limits: Limits) -> dict[str, str]:
    """Limits as fields of a form show them; empty where there is none."""
    storage = None if limits.storage_bytes is None else room.gigabytes(limits.storage_bytes)
    spend = None if limits.month_spend is None else f"{limits.month_spend:.4f}".rstrip("0").rstrip(".")
    shown = {"papers": limits.papers, "storage": storage, "active_runs": limits.active_runs, "month_spend": spend}
    return {name: "" if value is None else str(value) for name, value in shown.items()}


def _whole(name: str, what: str) -> int | None:
    number = _amount(name, what)
    if number is not None and not number.is_integer():
        raise InvalidInputError(f"The limit of {what} is a whole number, or empty.")
    return None if number is None else int(number)


def _amount(name: str, what: str) -> float | None:
    raw = request.form.get(name, "").strip().replace(",", "")
    try:
        number = float(raw) if raw else None
    except ValueError:
        raise InvalidInputError(f"The limit of {what} is a number, or empty.") from None
    if number is not None and not math.isfinite(number):
        raise InvalidInputError(f"The limit of {what} is a number, or empty.")
    return number


def _team(team_id: int) -> Team:
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFoundError("There is no such team.")
    return team
