"""Scores criterion by criterion, and rulings: what people confirm or overrule."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.shapes.scores import (
    Criterion,
    RescoreAsked,
    Rescored,
    Ruling,
    RulingAsked,
    Rulings,
    Scores,
    ScoresAsked,
)
from dashboard.engine import rescoring, rulings, standing
from dashboard.engine.errors import NotFoundError
from dashboard.extensions import db
from dashboard.judging.judgement import Judgement
from dashboard.judging.opinion import Opinion
from dashboard.reads import scores, verdicts
from dashboard.views import access

routes = guard.noun("scores", "runs/<int:run_id>")


@routes.get("/scores")
@answers(Scores)
def show(run_id: int, query: ScoresAsked) -> Scores:
    """The run under one rubric, with the evidence for each criterion."""
    found = scores.scores(access.run(run_id).id, query.rubric)
    if found is None:
        raise NotFoundError(f"Run {run_id} was not judged by that rubric, or not yet.")
    by_itself = [rubric.name for rubric in found.judged.rubrics]
    told = {"rubric": found.chosen.name, "title": found.chosen.title, "rubrics": [*by_itself, *found.others],
            "commit": found.judged.commit, "counts": found.chosen.counts,
            "criteria": [_told(one) for one in found.chosen.criteria]}  # fmt: skip
    return Scores.model_validate(told)


@routes.post("/rescore")
@answers(Rescored)
def rescore(run_id: int, json: RescoreAsked) -> Rescored:
    """Score the run by another rubric, from what it stored."""
    run, by = access.run(run_id, access.Role.MEMBER), access.viewer().user.id
    return Rescored(rubric=rescoring.rescore(run.id, json.rubric, by))


@routes.get("/rulings")
@answers(Rulings)
def index(run_id: int) -> Rulings:
    """What people said of the run's criteria."""
    return Rulings(items=[Ruling.model_validate(one) for one in _seen(access.run(run_id).id)])


@routes.post("/rulings")
@answers(Ruling, 201)
def rule(run_id: int, json: RulingAsked) -> tuple[Ruling, int]:
    """Confirm or overrule what the checks found. It replaces your earlier ruling on the same criterion."""
    run, by = access.run(run_id, access.Role.MEMBER), access.viewer().user.id
    ruling_id = rulings.rule(run.id, json.rubric, json.criterion, json.answer, json.reason, by)
    return _ruling(run.paper_id, ruling_id), 201


@routes.post("/rulings/<int:ruling_id>/withdraw")
@answers(Ruling)
def withdraw(run_id: int, ruling_id: int) -> Ruling:
    """Let a ruling count no more: your own, or as an admin anybody's."""
    run, by = access.run(run_id, access.Role.MEMBER), access.viewer().user.id
    ruling = access.ruling(run, ruling_id)
    if ruling.ruled_by != by:
        access.run(run_id, access.Role.ADMIN)
    rulings.withdraw(ruling_id, by)
    return _ruling(run.paper_id, ruling_id)


def _told(one: Judgement) -> Criterion:
    own = {name: getattr(one, name) for name in Criterion.model_fields if name != "stands"}
    return Criterion.model_validate(own | {"stands": one.seen_by(access.viewer().user.id)})


def _ruling(paper_id: int | None, ruling_id: int) -> Ruling:
    """The ruling as it is now, which is on that paper."""
    all_of_it = standing.opinions(db.session.connection(), [paper_id] if paper_id else [])
    return Ruling.model_validate(next(one for one in all_of_it if one.id == ruling_id))


def _seen(run_id: int) -> Iterator[Opinion]:
    """Of a criterion on which others have ruled nothing is told before one's own ruling."""
    judged, person = verdicts.judged(run_id), access.viewer().user.id
    for rubric in judged.rubrics if judged else ():
        for criterion in rubric.criteria:
            if not criterion.hides_from(person):
                yield from criterion.rulings
