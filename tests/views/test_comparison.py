"""Two runs side by side: what flipped, what caused it, and where else they differ."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import claims, definitions, outcomes, rulings
from dashboard.engine.claims import Wish
from dashboard.engine.outcomes import KeptArtifact
from dashboard.extensions import db
from dashboard.judging.evidence import Answer
from dashboard.judging.judgement import Judgement
from dashboard.judging.opinion import Opinion
from dashboard.models import Paper, Team, User
from dashboard.reads.causes import Change, explain, rubric_change
from dashboard.reads.outputs import differences
from dashboard.reads.provenance import Provenance, changes
from tests import factories
from tests.engine import judged_runs
from tests.engine.judged_runs import judged_run, kept
from tests.views.conftest import Lab, add_to_new_team

HERE = {"found": True, "url": "https://github.com/a/b", "commit": "1111111111ff"}
MOVED = {**HERE, "commit": "2222222222ff"}
ABSENT = {"found": False, "reason": "The paper names no code repository."}


def provenance(**differs: Any) -> Provenance:
    """A run of the usual workflow, but for what differs."""
    usual: dict[str, Any] = {
        "paper": "Vessels", "pdf": "aa" * 32, "workflow": "usual v1", "dag": {"nodes": []}, "given": {},
        "outputs": {"fetch_repo": HERE}, "statuses": {"fetch_repo": "SUCCEEDED", "extract_evidence": "SUCCEEDED"},
        "handlers": {"extract_evidence": "1", "check_repo": "1"},
    }  # fmt: skip
    return Provenance(**(usual | differs))


def judgement(answer: str, about: str = "paper", rulings: tuple[Opinion, ...] = (), **differs: Any) -> Judgement:
    usual: dict[str, Any] = {
        "run_id": 1, "version": "1", "rubric": "neurips", "id": "limitations", "group": "", "title": "Limitations",
        "question": "Are there?", "item": None, "reason": "So.", "assessor": "rules", "declared": None, "verdicts": (),
    }  # fmt: skip
    return Judgement(about=about, answer=Answer(answer), rulings=rulings, **(usual | differs))


def opinion(answer: str, reason: str = "I read it.") -> Opinion:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Opinion(1, 1, 1, "neurips", "limitations", "", Answer.MET, Answer(answer), reason, 1, "Ada", at)


def why(before: Provenance, after: Provenance, about: str = "paper", was: str = "met", now: str = "not_met") -> str:
    found = explain(judgement(was, about), judgement(now, about), changes(before, after))
    return " ".join([found.sentence, *found.candidates])


def test_a_repository_that_moved_is_the_cause_of_a_criterion_about_it() -> None:
    moved = provenance(outputs={"fetch_repo": MOVED})
    sentence = "Because the repository moved from 1111111111 to 2222222222."
    assert why(provenance(), moved, "repository") == sentence


def test_a_repository_that_moved_explains_nothing_about_the_paper() -> None:
    moved = provenance(outputs={"fetch_repo": MOVED})
    assert why(provenance(), moved, "paper").startswith("Nothing that is recorded differs")


def test_a_repository_that_was_not_read_says_which_run_and_why() -> None:
    absent = provenance(outputs={"fetch_repo": ABSENT})
    assert why(absent, provenance(), "repository") == (
        "Because the earlier run read no repository (The paper names no code repository)."
    )
    assert "the later run read no repository" in why(provenance(), absent, "repository")


def test_another_repository_is_named_and_the_input_that_named_it_is_no_second_cause() -> None:
    other = {**HERE, "url": "https://github.com/c/d"}
    chosen = provenance(outputs={"fetch_repo": other}, given={"repository": other["url"]})
    assert [change.what for change in changes(provenance(), chosen)] == ["repository", "input repository"]
    assert why(provenance(), chosen, "repository") == (
        "Because another repository was read: https://github.com/c/d instead of https://github.com/a/b."
    )


def test_another_pdf_explains_the_paper_and_not_the_repository() -> None:
    newer = provenance(pdf="bb" * 32)
    assert why(provenance(), newer) == f"Because the PDF went from {'a' * 10} to {'b' * 10}."
    assert why(provenance(), newer, "repository").startswith("Nothing that is recorded differs")
    assert why(provenance(), provenance(pdf="bb" * 32, paper="Other")) == "Because it is another paper."


def test_only_the_handlers_that_bear_on_it_are_named() -> None:
    newer = provenance(handlers={"extract_evidence": "2", "check_repo": "1", "fetch_repo": "9"})
    assert why(provenance(), newer) == "Because extract_evidence went from version 1 to 2."
    assert why(provenance(), newer, "repository").startswith("Nothing that is recorded differs")


def test_a_handler_of_no_node_of_theirs_is_not_named() -> None:
    assert changes(provenance(), provenance(handlers={"check_repo": "2"})) == ()


def test_several_that_bear_on_it_are_all_named() -> None:
    before = provenance(outputs={"ai_checks_pdf": {"assessor": "rules"}})
    after = provenance(outputs={"ai_checks_pdf": {"assessor": "qwen3"}}, given={"language": "en"}, pdf="bb" * 32)
    found = explain(judgement("met"), judgement("not_met"), changes(before, after))
    assert found.sentence == "Because of one or more of these:"
    assert [clause.split()[0:2] for clause in found.candidates] == [
        ["the", "PDF"], ["the", "input"], ["qwen3", "assessed"],
    ]  # fmt: skip


def test_a_paper_type_turns_only_what_does_not_apply() -> None:
    before = provenance(outputs={"extract_evidence": {"paper_type": "method"}})
    after = provenance(outputs={"extract_evidence": {"paper_type": "review"}})
    assert why(before, after, "repository", "not_met", "not_applicable") == (
        "Because the paper was taken for method and now for review."
    )
    assert why(before, after, "repository").startswith("Nothing that is recorded differs")


def test_a_node_skipped_in_one_run_is_named() -> None:
    skipped = provenance(statuses={"fetch_repo": "SKIPPED", "extract_evidence": "SUCCEEDED"})
    assert why(skipped, provenance(), "repository") == "Because fetch_repo was skipped in the earlier run."


def test_a_version_of_the_rubric_counts_where_it_changed_the_criterion() -> None:
    changed = rubric_change("neurips", "NeurIPS", "1", "2", frozenset({"limitations"}))
    untouched = rubric_change("neurips", "NeurIPS", "1", "2", frozenset({"claims"}))
    other = rubric_change("pineau", "Pineau", "1", "2", None)
    unknown = rubric_change("neurips", "NeurIPS", "1", "2", None)

    def bears(change: Change) -> bool:
        return change.bears_on(judgement("met"), judgement("not_met"))

    assert [bears(change) for change in (changed, untouched, other, unknown)] == [True, False, False, True]


def test_other_words_for_what_counts_bear_on_models_and_not_on_rules() -> None:
    reworded = rubric_change("neurips", "NeurIPS", "1", "2", frozenset(), frozenset({"limitations"}))
    assert not reworded.bears_on(judgement("met"), judgement("not_met"))
    assert reworded.bears_on(judgement("met"), judgement("not_met", assessor="qwen3"))


def test_a_ruling_is_the_cause_where_the_checks_agree() -> None:
    ruled = judgement("met", rulings=(opinion("not_met"),))
    found = explain(judgement("met"), ruled, changes(provenance(), provenance(pdf="bb" * 32)))
    assert found.sentence == "Because Ada ruled it not met in the later run: I read it."
    assert "which does not hold here" in explain(ruled, judgement("met"), ()).sentence


def test_a_model_that_changed_its_mind_is_named() -> None:
    found = explain(judgement("met", assessor="qwen3"), judgement("not_met", assessor="qwen3"), ())
    assert found.sentence == "Nothing that is recorded differs: qwen3 gave another answer to the same question."


def test_outputs_differ_where_their_values_do() -> None:
    found = differences({"a": {"b": 1, "c": 2}, "list": [1, 2]}, {"a": {"b": 1, "c": 3}, "list": [2, 3], "new": "x"})
    assert [(one.path, one.before, one.after) for one in found.shown] == [
        ("a.c", "2", "3"), ("list", "2 entries, only here: [1]", "2 entries, only here: [3]"), ("new", "nothing", "x"),
    ]  # fmt: skip
    assert not differences({"a": [1]}, {"a": [1]})


def test_long_outputs_are_cut() -> None:
    found = differences({str(number): "x" * 999 for number in range(20)}, {})
    assert (len(found.shown), found.more, len(found.shown[0].before)) == (12, 8, 160)


GOOD = {"limitations": "met", "claims": "met"}
WORSE = {"limitations": "not_met", "claims": "met"}


@pytest.fixture
def pair(app: Flask, lab: Lab) -> tuple[int, int]:
    """Two runs of one paper: limitations went from met to not met."""
    with app.app_context():
        paper = db.session.get_one(Paper, lab.paper_id)
        first = judged_run(paper, GOOD)
        return first, judged_run(paper, WORSE)


def compared(browser: FlaskClient, a: int, b: int) -> str:
    answer = browser.get(f"/runs/compare?a={a}&b={b}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_it_shows_what_flipped_with_both_reasons(member: FlaskClient, pair: tuple[int, int]) -> None:
    page = compared(member, *pair)
    flip = page[page.index('id="flip-neurips-limitations"') :].split("</article>")[0]
    assert flip.index("met</span>") < flip.index("not met</span>")
    assert "words" in flip and "p. 2" in flip and "No quote and no place." in flip
    assert "1 criterion flipped" in page
    assert "flip-neurips-claims" not in page and "1 criterion stands as it stood" in page


def test_the_same_run_twice_flips_nothing(member: FlaskClient, pair: tuple[int, int]) -> None:
    page = compared(member, pair[0], pair[0])
    assert "0 criteria flipped" in page and "This is the same run twice." in page


def test_a_ruling_shows_as_the_cause(app: Flask, member: FlaskClient, lab: Lab, pair: tuple[int, int]) -> None:
    """A ruling on the paper holds for both runs, so what stands is the same again."""
    with app.app_context():
        by = db.session.scalars(select(User.id)).first()
        assert by is not None
        rulings.rule(pair[1], "neurips", "limitations", "met", "Page 9 has them.", by)
    assert "0 criteria flipped" in compared(member, *pair)


def test_outputs_that_differ_are_shown_by_node(member: FlaskClient, pair: tuple[int, int]) -> None:
    page = compared(member, *pair)
    row = page[page.index('id="node-aggregate_findings"') :].split("</tr>\n    <tr")[0]
    assert "rubrics.neurips.limitations" in row
    assert "the same" in page[page.index('id="node-compute_score"') :].split("</tr>")[0]


def test_the_link_of_a_run_leads_to_the_newest_earlier_one_with_findings(
    app: Flask, member: FlaskClient, lab: Lab, pair: tuple[int, int]
) -> None:
    answer = member.get(f"/runs/compare?b={pair[1]}")
    assert (answer.status_code, answer.location) == (302, f"/runs/compare?a={pair[0]}&b={pair[1]}")
    assert f'href="/runs/compare?b={pair[1]}"' in member.get(f"/runs/{pair[1]}").text


def test_the_first_run_of_a_paper_offers_others(member: FlaskClient, pair: tuple[int, int]) -> None:
    page = member.get(f"/runs/compare?b={pair[0]}").text
    assert "No earlier run of this paper has findings" in page
    assert f'href="/runs/compare?a={pair[0]}&amp;b={pair[1]}"' in page


def test_a_run_without_findings_says_so(app: Flask, member: FlaskClient, lab: Lab, pair: tuple[int, int]) -> None:
    with app.app_context():
        fresh = factories.started_run(db.session.get_one(Paper, lab.paper_id))
    page = compared(member, pair[1], fresh)
    assert f"Run {fresh} has no findings: it is running." in page
    assert "flips-head" not in page and 'id="nodes-head"' in page


def test_different_papers_can_be_compared(app: Flask, member: FlaskClient, lab: Lab, pair: tuple[int, int]) -> None:
    with app.app_context():
        team = db.session.get_one(Paper, lab.paper_id).team_id
        other = factories.paper(db.session.get_one(Team, team))
        run_id = judged_run(other, GOOD)
    assert "it is another paper" in compared(member, pair[1], run_id)


def test_handler_versions_come_from_the_reports(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        paper = db.session.get_one(Paper, lab.paper_id)
        runs_told = [reported(paper, version) for version in ("1", "2")]
    page = compared(member, *runs_told)
    assert "handler aggregate_findings" in page


def reported(paper: Paper, version: str) -> int:
    """A finished run whose report says which version of the handler judged."""
    nodes: dict[str, Any] = {"nodes": [{"id": "aggregate_findings", "handler": "aggregate_findings"}]}
    run_id = factories.started_run(paper, factories.definition(**nodes))
    claim = claims.claim_next(Wish("default", "tester", 60))
    assert claim is not None
    report: KeptArtifact = kept("report.json", {"provenance": {"handlers": {"aggregate_findings": version}}})
    assert outcomes.succeed(claim, {}, [report]).landed
    return run_id


def test_a_new_version_is_blamed_only_for_what_it_judges_differently(
    app: Flask, member: FlaskClient, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NeurIPS 2025.2 asks `theory` of fewer papers, and says of `limitations` only in more words what counts."""
    with app.app_context():
        paper = db.session.get_one(Paper, lab.paper_id)
        first = judged_run(paper, {"limitations": "met", "theory": "not_met"})
        monkeypatch.setitem(judged_runs.VERSIONS, "neurips", "2025.2")
        second = judged_run(paper, {"limitations": "not_met", "theory": "not_applicable"})
    flips = compared(member, first, second).split("<article")
    by_name = {name: flip for flip in flips for name in ("limitations", "theory") if f"flip-neurips-{name}" in flip}
    assert "went from version 2025.1 to 2025.2" in by_name["theory"]
    assert "Nothing that is recorded differs" in by_name["limitations"]


def test_another_teams_runs_are_not_there(stranger: FlaskClient, member: FlaskClient, pair: tuple[int, int]) -> None:
    for address in ("a={0}&b={1}", "a={0}", "b={1}"):
        assert stranger.get(f"/runs/compare?{address.format(*pair)}").status_code == 404


def test_runs_of_two_teams_are_kept_apart(app: Flask, member: FlaskClient, lab: Lab, pair: tuple[int, int]) -> None:
    _team, theirs = add_to_new_team(app, lab.emails["member"])
    answer = member.get(f"/runs/compare?a={pair[0]}&b={theirs}")
    assert answer.status_code == 409
    assert "two different teams" in answer.text


def test_running_again_takes_the_earlier_input_along(app: Flask, member: FlaskClient, lab: Lab) -> None:
    schema = {"type": "object", "properties": {"repository": {"type": "string"}, "depth": {"type": "integer"}}}
    with app.app_context():
        paper = db.session.get_one(Paper, lab.paper_id)
        workflow = definitions.save(
            "with inputs", {"nodes": [{"id": "a", "handler": "a"}], "edges": []}, input_schema=schema
        )
        one = factories.started_run(paper, workflow, repository="https://github.com/a/b", depth=3)
        two = factories.started_run(paper, workflow)
    page = compared(member, one, two)
    address = page.split('href="/runs/new')[1].split('"')[0].replace("&amp;", "&")
    form = member.get(f"/runs/new{address}").text
    assert 'value="https://github.com/a/b"' in form and 'value="3"' in form


def test_without_any_run_it_asks_for_two(viewer: FlaskClient) -> None:
    assert "Any two runs of your team" in viewer.get("/runs/compare").text
