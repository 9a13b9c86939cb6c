"""Rubrics: those a team can use, what counts as evidence in each, its own copies, and how far answers agree."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import rubrics
from dashboard.engine.errors import InvalidInputError
from dashboard.judging.rubric import NAMES
from dashboard.judging.rubric_file import LONGEST_FILE
from dashboard.reads import agreement as agreements
from dashboard.reads import rubrics as shelves
from dashboard.views import access, sheets

pages = Blueprint("rubrics", __name__, url_prefix="/rubrics")

COLUMNS = (
    "rubric", "criterion", "ruled", "met_by_both", "met_by_checks_only", "met_by_people_only", "met_by_neither",
    "not_assessed", "accuracy", "precision", "recall", "mcc", "pairs", "same", "kappa",
)  # fmt: skip


@pages.get("")
def index() -> str:
    return render_template("pages/rubrics.html", shelves=shelves.listed(access.team().id))


@pages.get("/agreement")
def agreement() -> str:
    return render_template("pages/agreement.html", found=agreements.of_team(access.team().id))


@pages.get("/agreement.csv")
def agreement_sheet() -> Response:
    found = agreements.of_team(access.team().id)
    return sheets.answer("agreement.csv", [COLUMNS, *map(_line, found.rows)])


@pages.get("/<name>")
def show(name: str) -> str:
    """The newest version, or `?version=`."""
    team = access.team()
    version = request.args.get("version", "")
    rubric = rubrics.resolve(team.id, f"{name}@{version}" if version else name)
    return render_template("pages/rubric.html", rubric=rubric, versions=shelves.versions(team.id, rubric.id))


@pages.get("/<name>/edit")
def edit(name: str) -> str:
    """The rubric as a file to change, under a name of the team's own."""
    team = access.team(access.Role.MEMBER)
    version = request.args.get("version", "")
    whole = f"{name}@{version}" if version else name
    return _editor(name, "" if name in NAMES else name, rubrics.body(team.id, whole), ())


@pages.post("/<name>/edit")
def save(name: str) -> AnyResponse | tuple[str, int]:
    team = access.team(access.Role.MEMBER)
    own, body = request.form.get("name", ""), request.form.get("body", "")
    try:
        saved = rubrics.save(team.id, own, body, access.viewer().user.id)
    except InvalidInputError as error:
        return _editor(name, own, body[: 2 * LONGEST_FILE], error.sentences), 422
    flash(f"{saved.title} is kept as {saved.name}.", "good")
    return redirect(url_for("rubrics.show", name=saved.id, version=saved.version), 303)


def _editor(based_on: str, own: str, body: str, problems: tuple[str, ...]) -> str:
    return render_template("pages/rubric_edit.html", based_on=based_on, own=own, body=body, problems=problems)


def _line(row: agreements.Row) -> list[object]:
    checks, people = row.checks, row.people
    shares = (checks.accuracy, checks.precision, checks.recall, checks.mcc)
    return [
        row.rubric, row.criterion, checks.number, checks.hits, checks.false_alarms, checks.misses,
        checks.right_negatives, checks.unassessed, *map(_rounded, shares), people.number, people.same,
        _rounded(people.kappa),
    ]  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
