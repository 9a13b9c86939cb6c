"""One thing that succeeds for every address that takes a form: what is sent, and what must be there before.

Each function is called for the address of its endpoint, in a laboratory of its own whose admin runs the site.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dashboard.engine import (
    asking,
    bulk,
    bulk_items,
    claims,
    cohorts,
    dealing,
    drafts,
    draining,
    holding,
    invitations,
    outcomes,
    pausing,
    reports,
    rulings,
    runs,
    saved_views,
    schedules,
    tokens,
    webhooks,
)
from dashboard.engine.bulk import Verb
from dashboard.engine.claims import Wish
from dashboard.engine.notices import Event
from dashboard.engine.proposals import propose
from dashboard.engine.questions import Question
from dashboard.engine.schedules import Wanted
from dashboard.extensions import db
from dashboard.judging.criterion import FOLDER
from dashboard.models import ApiToken, Delivery, OpenSession, Paper, SignInLink, Webhook
from tests import factories
from tests.engine.judged_runs import judged_run, stored_run
from tests.views.conftest import PASSWORD, Lab, claim, fail, start

Making = Callable[[Lab], "Act"]

BODY = (FOLDER / "neurips@2025.2.yaml").read_text()


@dataclass(frozen=True)
class Act:
    """The parts of the address, and the form; `name` is the endpoint's."""

    parts: dict[str, object] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)


def admin(lab: Lab) -> int:
    return factories.id_of(lab.emails["admin"])


def member(lab: Lab) -> int:
    return factories.id_of(lab.emails["member"])


def own_paper(lab: Lab) -> Paper:
    return db.session.get_one(Paper, lab.paper_id)


def created(lab: Lab) -> int:
    return runs.create(lab.definition_id, lab.paper_id, lab.team_id, {}, None)


def failed(lab: Lab) -> int:
    run_id = start(lab)
    fail(claim(), "no")
    return run_id


def dealt_with(lab: Lab) -> int:
    run_id = failed(lab)
    dealing.deal_with(run_id, "seen", None)
    return run_id


def paused(lab: Lab) -> int:
    run_id = start(lab)
    runs.pause(run_id, None)
    return run_id


def held(lab: Lab) -> int:
    run_id = start(lab)
    holding.hold(run_id, "first", "wait", None)
    return run_id


def asked(lab: Lab) -> int:
    run_id = start(lab)
    asking.ask(claim(), [Question("use", "May we?", ("yes", "no"))])
    return run_id


def silent(lab: Lab) -> Act:
    start(lab)
    taken = claims.claim_next(Wish("default", "a worker long gone", -1))
    assert taken is not None
    return Act(form={"node": taken.id, "attempt": taken.attempt})


def ruled(lab: Lab) -> Act:
    run_id = judged_run(own_paper(lab))
    ruling_id = rulings.rule(run_id, "neurips", "limitations", "not_met", "I looked.", admin(lab))
    return Act({"run_id": run_id, "ruling_id": ruling_id})


def a_cohort(lab: Lab) -> int:
    cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
    cohorts.add_papers(cohort_id, [lab.paper_id], None)
    return cohort_id


def a_scheduled_cohort(lab: Lab) -> int:
    cohort_id = a_cohort(lab)
    schedules.make(cohort_id, Wanted(7, 4), None)
    return cohort_id


def a_paused_schedule(lab: Lab) -> int:
    cohort_id = a_scheduled_cohort(lab)
    schedules.pause(cohort_id, None)
    return cohort_id


def a_cohort_that_was_looked_at(lab: Lab) -> int:
    workflow = factories.definition(nodes=[{"id": "validate_links", "queue": "net"}])
    factories.started_run(own_paper(lab), workflow)
    taken = claims.claim_next(Wish("net", "tester", 60))
    assert taken is not None and outcomes.succeed(taken, {}).landed
    return a_cohort(lab)


def an_empty_cohort(lab: Lab) -> int:
    return cohorts.create(lab.team_id, "Another venue", "", None)


def a_bulk_action(lab: Lab) -> int:
    return bulk.create(lab.team_id, Verb.RETRY, [failed(lab)], {}, None)


def a_refused_bulk_action(lab: Lab) -> int:
    bulk_id = a_bulk_action(lab)
    for one in bulk_items.waiting(10):
        bulk_items.refuse(one, "no")
    return bulk_id


def a_view(lab: Lab) -> int:
    return saved_views.save(lab.team_id, "Failed", {"status": "FAILED"}, None)


def an_invitation(lab: Lab) -> int:
    invitations.make(lab.team_id, "newcomer@example.org", "viewer", admin(lab))
    return db.session.scalars(select(SignInLink.id).where(SignInLink.team_id == lab.team_id)).one()


def a_token(lab: Lab) -> int:
    tokens.make(admin(lab), lab.team_id, "a script", "read", 7)
    return db.session.scalars(select(ApiToken.id).where(ApiToken.team_id == lab.team_id)).one()


def a_webhook(lab: Lab) -> int:
    webhooks.add(lab.team_id, "https://example.org/hook", [Event.FAILED], admin(lab))
    return db.session.scalars(select(Webhook.id).where(Webhook.team_id == lab.team_id)).one()


def a_call(lab: Lab) -> int:
    return db.session.scalars(select(Delivery.id).where(Delivery.webhook_id == a_webhook(lab))).one()


def a_worker(lab: Lab) -> Act:
    name = f"worker {lab.team_id}"
    reports.report(name, ["default"], 7)
    return Act(form={"worker": name})


def a_drained_worker(lab: Lab) -> Act:
    act = a_worker(lab)
    draining.drain(act.form["worker"], None)
    return act


def a_draft(lab: Lab) -> Act:
    saved = drafts.save(propose(lab.workflow, {"nodes": [{"id": "one"}]}), None)
    return Act({"name": lab.workflow}, {"version": str(saved.version)})


def a_paused_workflow(lab: Lab) -> Act:
    pausing.pause(lab.workflow, "", None)
    return Act({"name": lab.workflow})


def another_operator(lab: Lab) -> int:
    return factories.user(is_operator=True).id


def another_session(lab: Lab) -> Act:
    newest = select(OpenSession.id).where(OpenSession.user_id == admin(lab)).order_by(OpenSession.id)
    return Act(form={"session": str(db.session.scalars(newest).first())})


def on_run(make: Callable[[Lab], int], **form: Any) -> Making:
    return lambda lab: Act({"run_id": make(lab)}, form)


def on_first(make: Callable[[Lab], int], **form: Any) -> Making:
    return lambda lab: Act({"run_id": make(lab), "node_id": "first"}, form)


def with_part(part: str, make: Callable[[Lab], object], **form: Any) -> Making:
    return lambda lab: Act({part: make(lab)}, form)


def sent(**form: Any) -> Making:
    return lambda _lab: Act(form=form)


def a_pdf(_lab: Lab) -> Act:
    return Act(form={"files": (io.BytesIO(factories.SMALLEST_PDF + b"%% sent"), "sent.pdf")})


ACTS: dict[str, Making] = {
    "answers.answer": on_first(asked, key="use", answer="yes"),
    "bulk.create": lambda lab: Act(form={"verb": "retry", "run": failed(lab)}),
    "bulk.retry": with_part("bulk_id", a_refused_bulk_action),
    "bulk.stop": with_part("bulk_id", a_bulk_action),
    "cohort_actions.add": lambda lab: Act({"cohort_id": an_empty_cohort(lab)}, {"paper": lab.paper_id}),
    "cohort_actions.create": sent(name="A venue"),
    "cohort_actions.delete": with_part("cohort_id", a_cohort),
    "cohort_actions.remove_paper": lambda lab: Act({"cohort_id": a_cohort(lab)}, {"paper": lab.paper_id}),
    "cohort_actions.rename": with_part("cohort_id", a_cohort, name="Elsewhere"),
    "cohort_actions.start": lambda lab: Act({"cohort_id": a_cohort(lab)}, {"workflow": lab.workflow}),
    "dealings.deal_with": lambda lab: Act(form={"run": failed(lab), "how": "seen"}),
    "dealings.reopen": on_run(dealt_with),
    "holds.hold": on_first(start, reason="wait"),
    "holds.release": on_first(held),
    "invitations.make": sent(email="newcomer@example.org", role="viewer"),
    "invitations.withdraw": with_part("invitation_id", an_invitation),
    "limits.choose": lambda lab: Act({"team_id": lab.team_id}, {"papers": "7"}),
    "members.change_role": with_part("user_id", member, role="viewer"),
    "members.remove": with_part("user_id", member),
    "members.rename_team": sent(name="Another name"),
    "new_runs.start": lambda lab: Act(form={"workflow": lab.workflow, "paper": lab.paper_id}),
    "ops.drain": a_worker,
    "ops.release": silent,
    "ops.undrain": a_drained_worker,
    "paper_starts.start": lambda lab: Act(form={"workflow": lab.workflow, "paper": lab.paper_id}),
    "notifications.choose": sent(),
    "papers.start": lambda lab: Act({"paper_id": lab.paper_id}, {"workflow": lab.workflow}),
    "profile.change_password": sent(current=PASSWORD, new="another battery staple"),
    "profile.rename": sent(name="Somebody Else"),
    "retries.retry": on_run(failed, node="first"),
    "retries.retry_many": lambda lab: Act(form={"run": failed(lab)}),
    "retries.skip": on_first(start, reason="not needed"),
    "rubrics.save": lambda _lab: Act({"name": "neurips"}, {"name": "ours", "body": BODY}),
    "rulings.rescore": lambda lab: Act({"run_id": stored_run(own_paper(lab))}, {"rubric": "neurips"}),
    "rulings.rule": lambda lab: Act(
        {"run_id": judged_run(own_paper(lab))},
        {"rubric": "neurips@2025.1", "criterion": "limitations", "answer": "not_met", "reason": "I looked."},
    ),
    "rulings.withdraw": ruled,
    "run_actions.cancel": on_run(start),
    "run_actions.pause": on_run(start),
    "run_actions.resume": on_run(paused),
    "run_actions.start": on_run(created),
    "saved_views.delete": with_part("view_id", a_view),
    "saved_views.save": sent(name="Failed", status="FAILED"),
    "schedules.delete": with_part("cohort_id", a_scheduled_cohort),
    "schedules.pause": with_part("cohort_id", a_scheduled_cohort),
    "schedules.recheck": with_part("cohort_id", a_cohort_that_was_looked_at),
    "schedules.resume": with_part("cohort_id", a_paused_schedule),
    "schedules.save": with_part("cohort_id", a_cohort, every="week", hour="4"),
    "security.end": another_session,
    "sign_in.logout": sent(),
    "site.create_team": sent(name="A new team"),
    "site.disable": with_part("user_id", member),
    "site.enable": with_part("user_id", member),
    "site.invite_admin": lambda lab: Act({"team_id": lab.team_id}, {"email": "newcomer@example.org"}),
    "site.make_operator": with_part("user_id", member),
    "site.rename_team": lambda lab: Act({"team_id": lab.team_id}, {"name": "A third name"}),
    "site.reset_link": with_part("user_id", member),
    "site.unmake_operator": with_part("user_id", another_operator),
    "team_model.choose": sent(model="openai:m", key="sk-something"),
    "tokens.make": lambda lab: Act(form={"team": lab.team_id, "name": "a script", "scope": "read", "days": "7"}),
    "tokens.revoke": with_part("token_id", a_token),
    "uploads.send": a_pdf,
    "webhooks.add": sent(url="https://example.org/hook", event="run.failed"),
    "webhooks.choose_letters": sent(letters="off"),
    "webhooks.remove": with_part("webhook_id", a_webhook),
    "webhooks.resend": with_part("delivery_id", a_call),
    "workflow_drafts.discard": a_draft,
    "workflow_drafts.save": sent(body="{name: another, nodes: [{id: one}]}"),
    "workflows.activate": lambda lab: Act({"name": lab.workflow}, {"version": "1"}),
    "workflows.pause": lambda lab: Act({"name": lab.workflow}),
    "workflows.resume": a_paused_workflow,
}
# What changes nothing but this browser's own sight, or writes its line in a test of its own.
ELSEWHERE = {
    "sign_in.choose_team": "which team the browser looks at",
    "cohort_actions.rescore": "scores each run as rulings.rescore does",
    "invitations.accept": "tests of invitations: invitation.accept",
    "members.leave": "tests of members: member.leave",
    "resets.send": "tests of letters: user.reset_ask",
    "resets.use": "tests of letters: user.reset",
    "second_factor.begin": "shows a secret that does nothing until second_factor.confirm",
    "second_factor.confirm": "tests of the second factor: user.second_factor_on",
    "second_factor.renew": "tests of the second factor: user.recovery_codes",
    "second_factor.switch_off": "tests of the second factor: user.second_factor_off",
    "second_step.show": "tests of the second factor: user.sign_in",
    "sign_in.login": "every test: user.sign_in",
    "sign_in.welcome": "tests of the first start: user.first_admin",
}
