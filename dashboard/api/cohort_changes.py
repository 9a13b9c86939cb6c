"""Changes of a cohort: its name, its papers, its rubric, its end."""

from __future__ import annotations

from dashboard.api import guard
from dashboard.api.cohorts import told
from dashboard.api.description import answers
from dashboard.api.shapes.cohorts import Cohort, CohortAsked, PaperRemoved, PapersRescored, Removed
from dashboard.api.shapes.scores import RescoreAsked
from dashboard.engine import cohort_runs, cohorts, rubrics
from dashboard.reads import cohort_page
from dashboard.views import access

routes = guard.noun("cohort_changes", "cohorts/<int:cohort_id>")


@routes.post("/rename")
@answers(Cohort)
def rename(cohort_id: int, json: CohortAsked) -> Cohort:
    """Give it that name and description."""
    cohorts.rename(_mine(cohort_id), json.name, json.description, _by())
    return told(cohort_id)


@routes.post("/delete")
@answers(Removed)
def delete(cohort_id: int) -> Removed:
    """The cohort goes; its papers and their runs stay."""
    mine = _mine(cohort_id)
    cohorts.remove(mine, _by())
    return Removed(removed=cohort_id)


@routes.post("/papers/remove")
@answers(Cohort)
def remove_paper(cohort_id: int, json: PaperRemoved) -> Cohort:
    """Take a paper out; it stays with the team."""
    cohorts.remove_paper(_mine(cohort_id), json.paper, _by())
    return told(cohort_id)


@routes.post("/rescore")
@answers(PapersRescored)
def rescore(cohort_id: int, json: RescoreAsked) -> PapersRescored:
    """Score papers that were judged by other rubrics by this one, a few at a time; ask again until none is left."""
    cohort = access.cohort(cohort_id, access.Role.MEMBER)
    rubric = rubrics.resolve(cohort.team_id, json.rubric)
    waiting = cohort_page.view(rubric, rubric.version, cohort.id).here.unscored
    return PapersRescored.model_validate(cohort_runs.rescore(waiting, rubric.name, _by()))


def _mine(cohort_id: int) -> int:
    return access.cohort(cohort_id, access.Role.MEMBER).id


def _by() -> int:
    return access.viewer().user.id
