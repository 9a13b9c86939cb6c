"""What may be done to a run: begin, cancel, pause, resume, retry, mark as dealt with."""

from __future__ import annotations

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.runs import whole
from dashboard.api.shapes.runs import DealtAsked, Retried, RetryAsked, RetryPlanned, RetryWondered, RunWhole
from dashboard.engine import dealing, retrying, runs
from dashboard.views import access

routes = guard.noun("run_actions", "runs/<int:run_id>")


@routes.post("/start")
@answers(RunWhole)
def start(run_id: int) -> RunWhole:
    """Begin a run that was only created."""
    runs.start(_mine(run_id), _by())
    return whole(run_id)


@routes.post("/cancel")
@answers(RunWhole)
def cancel(run_id: int) -> RunWhole:
    """Nodes that have not begun are cancelled; those under way are told to stop."""
    runs.cancel(_mine(run_id), _by())
    return whole(run_id)


@routes.post("/pause")
@answers(RunWhole)
def pause(run_id: int) -> RunWhole:
    """Nodes under way finish; no other begins."""
    runs.pause(_mine(run_id), _by())
    return whole(run_id)


@routes.post("/resume")
@answers(RunWhole)
def resume(run_id: int) -> RunWhole:
    """Let a paused run go on."""
    runs.resume(_mine(run_id), _by())
    return whole(run_id)


@routes.get("/retry")
@answers(RetryPlanned)
def plan(run_id: int, query: RetryWondered) -> RetryPlanned:
    """What a retry would do; nothing happens yet."""
    return RetryPlanned.model_validate(retrying.plan(access.run(run_id).id, query.node, query.from_here))


@routes.post("/retry")
@answers(Retried)
def retry(run_id: int, json: RetryAsked) -> Retried:
    """Try again: all that failed, one node, or one node and everything after it."""
    done = retrying.retry(_mine(run_id), json.node, json.from_here, json.revision, _by())
    told = {"resets": done.resets, "keeps": done.keeps, "sentence": done.sentence, "run": whole(run_id)}
    return Retried.model_validate(told)


@routes.post("/dealt-with")
@answers(RunWhole)
def deal_with(run_id: int, json: DealtAsked) -> RunWhole:
    """Mark the failure as dealt with, with a word on how."""
    dealing.deal_with(_mine(run_id), json.how, _by())
    return whole(run_id)


@routes.post("/reopen")
@answers(RunWhole)
def reopen(run_id: int) -> RunWhole:
    """Take that mark off."""
    dealing.reopen(_mine(run_id), _by())
    return whole(run_id)


def _mine(run_id: int) -> int:
    return access.run(run_id, access.Role.MEMBER).id


def _by() -> int:
    return access.viewer().user.id
