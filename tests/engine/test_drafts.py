"""A draft is a version that nothing takes until an operator activates it; what was saved last decides at a start."""

from __future__ import annotations

import pytest

from dashboard.engine import definitions, drafts, reports, runs
from dashboard.engine.errors import ConflictError, InvalidInputError, NotFoundError
from dashboard.engine.proposals import propose
from dashboard.extensions import db
from dashboard.models import WorkflowDefinition
from dashboard.reads import workflows
from tests import factories

pytestmark = pytest.mark.usefixtures("in_app")

ONE, TWO = {"nodes": [{"id": "one"}]}, {"nodes": [{"id": "one"}, {"id": "two"}]}


def drafted(name: str = "mine", raw: object = TWO) -> WorkflowDefinition:
    return drafts.save(propose(name, raw), None)


def test_nothing_takes_a_draft() -> None:
    definitions.save("mine", ONE)
    draft = drafted()
    assert (draft.version, draft.is_active, draft.is_draft) == (2, False, True)
    assert definitions.active("mine").version == 1


def test_an_activated_draft_is_none_any_more() -> None:
    drafted()
    definitions.activate("mine", 1, None)
    saved = definitions.active("mine")
    assert (saved.version, saved.is_draft) == (1, False)
    with pytest.raises(ConflictError, match="is no draft"):
        drafts.discard("mine", 1, None)


def test_what_is_there_already_becomes_no_draft() -> None:
    definitions.save("mine", ONE)
    assert drafted(raw=ONE).version == 1
    assert drafted().version == drafted().version == 2


def test_a_draft_is_discarded() -> None:
    definitions.save("mine", ONE)
    drafted()
    drafts.discard("mine", 2, None)
    assert workflows.version("mine", 2) is None
    with pytest.raises(NotFoundError):
        drafts.discard("mine", 2, None)


def test_a_start_of_the_site_does_not_undo_a_draft_that_was_activated() -> None:
    """A start saves the shipped file each time: it takes over only when it is another file than before."""
    definitions.save("mine", ONE)
    drafted()
    definitions.activate("mine", 2, None)
    assert definitions.save("mine", ONE).version == 1
    assert definitions.active("mine").version == 2
    assert definitions.save("mine", {"nodes": [{"id": "newer"}]}).version == 3
    assert definitions.active("mine").version == 3


def test_a_version_whose_handlers_no_worker_has_is_not_activated() -> None:
    drafted(raw={"nodes": [{"id": "count", "handler": "own-steps/count"}]})
    reports.report("host:1", ["default"], 1, {"extract_text": "1"})
    with pytest.raises(InvalidInputError, match=r"of the node 'count'. Install the package own-steps"):
        definitions.activate("mine", 1, None)
    reports.report("host:2", ["default"], 2, {"own-steps/count": "1"})
    assert definitions.activate("mine", 1, None).is_active


def test_a_worker_that_does_not_tell_what_it_has_may_have_everything() -> None:
    drafted()
    reports.report("host:1", ["default"], 1, {"extract_text": "1"})
    reports.report("host:2", ["default"], 2)
    assert definitions.activate("mine", 1, None).is_active


@pytest.mark.parametrize("name", ["new", "", "a/b", "n" * 201])
def test_a_workflow_has_a_name_that_can_be_an_address(name: str) -> None:
    with pytest.raises(InvalidInputError, match="name is 1 to 200 letters"):
        definitions.save(name, ONE)


def test_a_discarded_draft_leaves_the_runs_of_others_alone() -> None:
    run_id = factories.started_run(workflow=definitions.save("mine", ONE))
    drafted()
    drafts.discard("mine", 2, None)
    db.session.rollback()
    runs.cancel(run_id, None)
