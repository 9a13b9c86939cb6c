"""Cohorts: the list, one with its papers, filling it, starting runs on it, and its sheet."""

from __future__ import annotations

from flask import Response

from dashboard.api import cursors, guard
from dashboard.api.description import answers
from dashboard.api.shapes.cohorts import (
    Added,
    Cohort,
    CohortAsked,
    Cohorts,
    Member,
    Members,
    MembersAsked,
    PapersAdded,
    SheetAsked,
    StartAsked,
    Started,
)
from dashboard.engine import cohort_runs, cohorts, definitions
from dashboard.reads import cohorts as cohort_lists
from dashboard.views import access
from dashboard.views import cohorts as cohort_pages

routes = guard.noun("cohorts")


@routes.get("")
@answers(Cohorts)
def index() -> Cohorts:
    """The team's cohorts by name."""
    return Cohorts(items=[Cohort.model_validate(row) for row in cohort_lists.of_team(access.team().id)])


@routes.post("")
@answers(Cohort, 201)
def create(json: CohortAsked) -> tuple[Cohort, int]:
    """Make an empty cohort."""
    team_id, by = access.team(access.Role.MEMBER).id, access.viewer().user.id
    return told(cohorts.create(team_id, json.name, json.description, by)), 201


@routes.get("/<int:cohort_id>")
@answers(Cohort)
def show(cohort_id: int) -> Cohort:
    """A cohort, and how many of its papers are judged."""
    return told(cohort_id)


@routes.get("/<int:cohort_id>/papers")
@answers(Members)
def papers(cohort_id: int, query: MembersAsked) -> Members:
    """Its papers by title, each with its runs."""
    found = cohort_lists.page(access.cohort(cohort_id).id, cursors.number_of(query), query.limit)
    items = [Member.model_validate(one) for one in found.rows]
    return Members(items=items, next=cursors.next_page(query, found.next_after))


@routes.post("/<int:cohort_id>/papers")
@answers(Added)
def add(cohort_id: int, json: PapersAdded) -> Added:
    """Put papers in; those of other teams stay out."""
    cohort = access.cohort(cohort_id, access.Role.MEMBER)
    return Added(added=cohorts.add_papers(cohort.id, json.papers, access.viewer().user.id))


@routes.post("/<int:cohort_id>/runs")
@answers(Started)
def start(cohort_id: int, json: StartAsked) -> Started:
    """Start a workflow on its papers. Asked twice, it starts nothing the second time."""
    cohort, by = access.cohort(cohort_id, access.Role.MEMBER), access.viewer().user.id
    return Started(started=cohort_runs.start(cohort.id, definitions.active(json.workflow), json.again, by))


@routes.get("/<int:cohort_id>/papers.csv")
@answers(file="text/csv")
def sheet(cohort_id: int, query: SheetAsked) -> Response:
    """A row a paper: its score and its answer to every criterion of the rubric."""
    return cohort_pages.papers_sheet(cohort_id)


def told(cohort_id: int) -> Cohort:
    """The cohort as it is at this moment."""
    cohort = access.cohort(cohort_id)
    inside = cohort_lists.members([cohort.id])
    judged = sum(one.judged_run is not None for one in inside)
    own = {name: getattr(cohort, name) for name in ("id", "name", "description")}
    return Cohort.model_validate(own | {"papers": len(inside), "judged": judged})
