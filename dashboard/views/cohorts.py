"""Cohorts: the list, and one with its figures, live, beside another, and as sheets."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from dashboard.engine import definitions, rubrics
from dashboard.judging.rubric import Rubric, named
from dashboard.models import Cohort
from dashboard.reads import cohort_page, rechecks
from dashboard.reads import cohorts as cohort_lists
from dashboard.views import access, cohort_sheets, live, sheets, slices
from dashboard.views.schedules import EVERY

pages = Blueprint("cohorts", __name__, url_prefix="/cohorts")

FIRST_RUBRIC = "neurips"


@dataclass(frozen=True)
class Asked:
    """What the address asks to see of a cohort. Without a version each paper counts as its own run judged it."""

    rubric: Rubric
    version: str | None
    other: int | None
    page: int

    @property
    def address(self) -> dict[str, Any]:
        """The same as parts of an address."""
        name = f"{self.rubric.id}@{self.version}" if self.version else self.rubric.id
        return {"rubric": name, "with": self.other}


@pages.get("")
def index() -> str:
    found = cohort_lists.of_team(access.team().id)
    return render_template("pages/cohorts.html", found=found, problem="", given={})


@pages.get("/<int:cohort_id>")
def show(cohort_id: int) -> str:
    cohort = access.cohort(cohort_id)
    shown = _shown(cohort)
    choices = cohort_lists.rubric_choices(cohort.team_id)
    choices.setdefault(shown["asked"].address["rubric"], shown["asked"].rubric.title)
    watch = rechecks.of_cohort(cohort.id, datetime.now(UTC))
    return render_template(
        "pages/cohort.html", workflows=definitions.list_active(), choices=choices, watch=watch, every=EVERY, **shown
    )


@pages.get("/<int:cohort_id>/live")
def poll(cohort_id: int) -> Response:
    """204 while nothing that the page shows has changed: that is looked up without reading any answer."""
    cohort = access.cohort(cohort_id)
    if request.args.get("v") == _version(cohort, request.args.get("with", type=int)):
        return Response(status=204)
    return Response(render_template("partials/cohort.html", **_shown(cohort)))


@pages.get("/<int:cohort_id>/papers.csv")
def papers_sheet(cohort_id: int) -> Response:
    """A row a paper: its scores, and its answer to every criterion."""
    cohort = access.cohort(cohort_id)
    asked = _asked(cohort.team_id, ())
    view = cohort_page.view(asked.rubric, asked.version, cohort.id)
    return sheets.answer(f"cohort-{cohort.id}-{asked.rubric.id}-papers.csv", cohort_sheets.papers(view))


@pages.get("/<int:cohort_id>/criteria.csv")
def criteria_sheet(cohort_id: int) -> Response:
    """A row a criterion: how many papers meet it."""
    cohort = access.cohort(cohort_id)
    asked = _asked(cohort.team_id, cohort_lists.names(cohort.team_id))
    view = cohort_page.view(asked.rubric, asked.version, cohort.id, asked.other)
    return sheets.answer(f"cohort-{cohort.id}-{asked.rubric.id}-criteria.csv", cohort_sheets.criteria(view))


def _shown(cohort: Cohort) -> dict[str, Any]:
    names = cohort_lists.names(cohort.team_id)
    asked = _asked(cohort.team_id, names)
    version = _version(cohort, asked.other)
    view = cohort_page.view(asked.rubric, asked.version, cohort.id, asked.other)
    sheet, waiting = slices.of(view.here.ranked, asked.page), slices.of(view.here.waiting, 1)
    return {"cohort": cohort, "names": names, "asked": asked, "v": version, "view": view, "sheet": sheet,
            "waiting": waiting}  # fmt: skip


def _version(cohort: Cohort, other: int | None) -> str:
    ids = [cohort.id] if other is None else [cohort.id, other]
    return live.fingerprint((cohort.name, cohort.description, cohort_lists.state(ids)))


def _asked(team_id: int, cohorts: Container[int]) -> Asked:
    """NotFoundError for a rubric that is not there, 404 for a cohort that is not among the team's."""
    text = request.args.get("rubric", FIRST_RUBRIC)
    other = request.args.get("with", type=int)
    if other is not None and other not in cohorts:
        abort(404)
    rubric = rubrics.resolve(team_id, text)
    return Asked(rubric, named(text)[1], other, request.args.get("page", 1, type=int))
