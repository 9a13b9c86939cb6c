"""The team's settings: who is in it."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dashboard.extensions import db
from dashboard.models import Membership
from dashboard.views import access

pages = Blueprint("settings", __name__, url_prefix="/settings")


@pages.get("/members")
def members() -> str:
    team = access.team()
    wanted = select(Membership).where(Membership.team_id == team.id).options(joinedload(Membership.user))
    return render_template("pages/members.html", members=db.session.scalars(wanted.order_by(Membership.id)).all())
