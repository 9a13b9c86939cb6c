"""What a member may do to a cohort's schedule: make or change it, pause it, end it, recheck at once. POST, then 303."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import rechecks, schedules
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.schedules import Wanted
from dashboard.reads.rechecks import WEEK, schedule_of
from dashboard.views import access

pages = Blueprint("schedules", __name__, url_prefix="/cohorts/<int:cohort_id>")

EVERY = {"week": "week", "month": "month", "days": "so many days"}


@pages.post("/schedule")
def save(cohort_id: int) -> AnyResponse:
    """Make the schedule the form describes, or change the one there is into it."""
    cohort = access.cohort(cohort_id, access.Role.MEMBER)
    act = schedules.change if schedule_of(cohort.id) else schedules.make
    first = act(cohort.id, _wanted(), _by())
    flash(f"It is rechecked on {first:%Y-%m-%d at %H:%M} UTC." if first else "Changed. It is still paused.", "good")
    return _back(cohort_id)


@pages.post("/schedule/pause")
def pause(cohort_id: int) -> AnyResponse:
    schedules.pause(access.cohort(cohort_id, access.Role.MEMBER).id, _by())
    flash("Paused: nothing is rechecked until somebody resumes it.", "good")
    return _back(cohort_id)


@pages.post("/schedule/resume")
def resume(cohort_id: int) -> AnyResponse:
    due_at = schedules.resume(access.cohort(cohort_id, access.Role.MEMBER).id, _by())
    flash(f"Resumed: it is rechecked on {due_at:%Y-%m-%d at %H:%M} UTC.", "good")
    return _back(cohort_id)


@pages.post("/schedule/delete")
def delete(cohort_id: int) -> AnyResponse:
    schedules.remove(access.cohort(cohort_id, access.Role.MEMBER).id, _by())
    flash("The schedule is gone. What the rechecks found is still here.", "good")
    return _back(cohort_id)


@pages.post("/rechecks")
def recheck(cohort_id: int) -> AnyResponse:
    """Begin a round now."""
    round_id = rechecks.begin(access.cohort(cohort_id, access.Role.MEMBER).id, _by())
    return redirect(url_for("rechecks.show", cohort_id=cohort_id, recheck_id=round_id), 303)


def _wanted() -> Wanted:
    """What the form asks for; 422 with a sentence where it makes no sense."""
    every, form = request.form.get("every", "week"), request.form
    if every not in EVERY:
        abort(422)
    days = {"week": WEEK, "month": None, "days": form.get("days", 0, type=int)}[every]
    return Wanted(days, form.get("hour", -1, type=int), _day(form.get("on", "").strip()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInputError(f"{text[:40]!r} is no day: write it as in 2026-12-31.") from None


def _by() -> int:
    return access.viewer().user.id


def _back(cohort_id: int) -> AnyResponse:
    return redirect(url_for("cohorts.show", cohort_id=cohort_id), 303)
