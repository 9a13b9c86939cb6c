"""Bulk actions: say what will happen, ask for it, watch it run by run, stop it, try again what was refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import bulk
from dashboard.engine.bulk import ItemState, Verb
from dashboard.filters import counted
from dashboard.models import BulkAction
from dashboard.reads import bulk as bulk_lists
from dashboard.reads import runs as run_lists
from dashboard.reads.runs import Share
from dashboard.views import access, chosen_runs, live

pages = Blueprint("bulk", __name__, url_prefix="/bulk")

TITLES = {
    Verb.RETRY: "Retry what failed",
    Verb.CANCEL: "Cancel",
    Verb.RERUN: "Run again",
    Verb.RECHECK: "Recheck links and repositories",
}


@pages.get("")
def index() -> str:
    return render_template("pages/bulk_list.html", found=bulk_lists.of_team(access.team().id), titles=TITLES)


@pages.get("/new")
def new() -> str | AnyResponse:
    """What `?verb=` would do to the runs chosen; nothing has happened yet."""
    team = access.team(access.Role.MEMBER)
    choice = chosen_runs.choice(team.id, request.args)
    found = run_lists.named(team.id, choice.run_ids)
    if not found:
        return chosen_runs.none_chosen(choice)
    verb = _verb(request.args.get("verb", ""))
    states = [Share(status, number) for status, number in Counter(run.status for run in found).items()]
    unchanged = sum(share.number for share in states if share.status in bulk.REFUSED_IN[verb])
    return render_template(
        "pages/bulk_new.html", verb=verb, titles=TITLES, choice=choice, total=len(found), unchanged=unchanged,
        states=run_lists.in_run_order(states),
    )  # fmt: skip


@pages.post("")
def create() -> AnyResponse:
    team = access.team(access.Role.MEMBER)
    verb, choice = _verb(request.form.get("verb", "")), chosen_runs.choice(team.id, request.form)
    if not choice.run_ids:
        return chosen_runs.none_chosen(choice)
    chosen = choice.narrowed.parts if choice.is_all else {}
    bulk_id = bulk.create(team.id, verb, choice.run_ids, chosen, access.viewer().user.id)
    return _back(bulk_id)


@pages.get("/<int:bulk_id>")
def show(bulk_id: int) -> str:
    action = access.bulk(bulk_id)
    progress = bulk_lists.progress(action)
    return render_template("pages/bulk.html", **_shown(action, progress))


@pages.get("/<int:bulk_id>/live")
def poll(bulk_id: int) -> Response:
    """204 while no run of it has moved on: that is counted without reading any."""
    action = access.bulk(bulk_id)
    progress = bulk_lists.progress(action)
    if request.args.get("v") == live.fingerprint(progress):
        return Response(status=204)
    return Response(render_template("partials/bulk.html", **_shown(action, progress)))


@pages.post("/<int:bulk_id>/stop")
def stop(bulk_id: int) -> AnyResponse:
    stopped = bulk.stop(access.bulk(bulk_id, access.Role.MEMBER).id, access.viewer().user.id)
    flash(f"Stopped: {counted(stopped, 'run')} left alone.", "good")
    return _back(bulk_id)


@pages.post("/<int:bulk_id>/retry")
def retry(bulk_id: int) -> AnyResponse:
    """Try again the runs that refused."""
    again = bulk.retry_refused(access.bulk(bulk_id, access.Role.MEMBER).id, access.viewer().user.id)
    flash(f"Trying {counted(again, 'run')} again.", "good")
    return _back(bulk_id)


def _shown(action: BulkAction, progress: bulk_lists.Progress) -> dict[str, Any]:
    state = request.args.get("state", "")
    state = state if state in ItemState.__members__ else ""
    after = request.args.get("after", 0, type=int)
    return {
        "action": action, "progress": progress, "v": live.fingerprint(progress), "title": TITLES[Verb(action.verb)],
        "starter": bulk_lists.starter(action), "state": state, "after": after,
        "found": bulk_lists.items(action.id, state, after),
    }  # fmt: skip


def _verb(name: str) -> Verb:
    return Verb(name) if name in list(Verb) else abort(422)


def _back(bulk_id: int) -> AnyResponse:
    return redirect(url_for("bulk.show", bulk_id=bulk_id), 303)
