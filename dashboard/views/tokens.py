"""A person's tokens for programs; admins see the team's, and end them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import tokens
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.tokens import Scope
from dashboard.reads import tokens as reads
from dashboard.views import access, throttle

pages = Blueprint("tokens", __name__, url_prefix="/settings/tokens")
Page = str | tuple[str, int]

PROPOSED_DAYS = 90


@pages.get("")
def show() -> Page:
    return _page()


@pages.post("")
@throttle.limit("30 per hour", throttle.person)
def make() -> Page:
    """Shows the new token, here and nowhere again."""
    viewer, team_id = access.viewer(), request.form.get("team", 0, type=int)
    viewer.role_in(team_id)
    name, scope, days = (request.form.get(field, "") for field in ("name", "scope", "days"))
    try:
        fresh = tokens.make(viewer.user.id, team_id, name, scope, int(days) if days in map(str, tokens.DAYS) else 0)
    except InvalidInputError as problem:
        return _page(str(problem)), 422
    return _page(fresh=fresh)


@pages.post("/<int:token_id>/revoke")
def revoke(token_id: int) -> AnyResponse:
    token = access.token(token_id)
    tokens.revoke(token.id, access.viewer().user.id)
    flash(f"The token {token.name} opens nothing any more.", "good")
    return redirect(url_for("tokens.show"), 303)


def _page(problem: str = "", fresh: str = "") -> str:
    viewer = access.viewer()
    role = viewer.role_in(access.team().id) if viewer.memberships else 0
    others = reads.of_others(access.team().id, viewer.user.id) if role == access.Role.ADMIN else ()
    return render_template(
        "pages/tokens.html",
        mine=reads.of_person(viewer.user.id),
        others=others,
        scopes=list(Scope)[:role],
        days=tokens.DAYS,
        proposed_days=PROPOSED_DAYS,
        name=request.form.get("name", "") if problem else "",
        problem=problem,
        fresh=fresh,
    )
