"""Each command, as people and as scripts read it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.engine import cohorts, papers
from papersnitch_client import shown
from tests.browser.site import Site
from tests.browser.stage import Stage
from tests.client.conftest import Terminal, Terminals

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("client site")]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_a_paper_from_the_folder_to_its_report(terminals: Terminals, site: Site, tmp_path: Path) -> None:
    terminal = terminals(site.email)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.pdf").write_bytes((SAMPLES / "good.pdf").read_bytes())
    (taken,) = terminal.told("upload", tmp_path / "in", "--start", "pdf_analysis_pipeline")
    run = str(taken["run_id"])
    lines = [json.loads(line) for line in terminal.says("watch", run, "--json").splitlines()]
    assert (lines[-1]["status"], lines[-1]["id"]) == ("SUCCEEDED", taken["run_id"])
    assert f"{lines[-1]['score']:.0f} " in terminal.says("papers", "tiny denoiser")
    assert "compute_score" in terminal.says("run", run) and terminal.told("run", run)["failures"] == []
    terminal.says("artifacts", run, "--to", tmp_path / "out")
    for one in terminal.told("artifacts", run):
        fetched = (tmp_path / "out" / one["node_id"] / one["name"]).read_bytes()
        assert hashlib.sha256(fetched).hexdigest() == one["sha256"], one["name"]
    assert terminal.says("report", run).startswith("# A Tiny Denoiser for Steps and Waves")
    assert json.loads(terminal.says("report", run, "--json"))["overall"]["score"] == lines[-1]["score"]


def test_it_lists_runs_and_narrows_them(terminal: Terminal, stage: Stage) -> None:
    failed, other = stage.failed_run("On Vessels"), stage.run("On Kidneys")
    assert [run["id"] for run in terminal.told("runs")] == [other, failed]
    assert [run["id"] for run in terminal.told("runs", "--status", "failed")] == [failed]
    assert [run["id"] for run in terminal.told("runs", "kidneys")] == [other]
    assert "✗ failed" in terminal.says("runs") and "No run fits." in terminal.says("runs", "livers")


def test_a_list_goes_on_over_its_pages(terminal: Terminal, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papersnitch_client.site.PAGE", 2)
    papers = [stage.paper(f"paper {number}") for number in range(5)]
    assert [one["id"] for one in terminal.told("papers", "--all", "--order", "oldest")] == papers
    assert [one["id"] for one in terminal.told("papers", "--most", 3, "--order", "oldest")] == papers[:3]


def test_a_start_under_one_key_is_one_run(terminal: Terminal, stage: Stage) -> None:
    paper = stage.paper("On Vessels")
    asked = ("start", paper, "--workflow", stage.workflow)
    first, again = (terminal.told(*asked, "--key", "push-1")[0]["id"] for _ in range(2))
    assert first == again != terminal.told(*asked)[0]["id"]


def test_what_a_run_is_given_is_an_object(terminal: Terminal, stage: Stage) -> None:
    for given in ("{", "[1]"):
        assert terminal.run("start", stage.paper("On Vessels"), "--input", given).exit_code == 2


def test_it_says_what_a_retry_would_do_and_does_it(terminal: Terminal, stage: Stage) -> None:
    run = stage.failed_run()
    assert terminal.run("retry", run).exit_code == 2
    assert terminal.told("retry", run, "--failed", "--dry-run")["resets"] == ["extract_text", "judge", "report"]
    assert stage.status_of(run) == "FAILED"
    assert "Retry extract_text." in terminal.says("retry", run, "--failed")
    assert stage.status_of(run) == "RUNNING"


def test_it_cancels(terminal: Terminal, stage: Stage) -> None:
    run = stage.run()
    assert [one["status"] for one in terminal.told("cancel", run)] == ["CANCELLED"]
    again = terminal.run("cancel", run)
    assert (again.exit_code, stage.status_of(run)) == (1, "CANCELLED") and "cannot become" in again.stderr


def test_a_run_that_failed_is_shown_with_what_broke(terminal: Terminal, stage: Stage) -> None:
    run = stage.failed_run(message="the host said no")
    assert "extract_text failed in attempt 1: HostError: the host said no" in terminal.says("run", run)
    assert terminal.run("watch", run, stage.finished_run()).exit_code == 3


def test_a_report_that_is_not_written_yet_is_said_so(terminal: Terminal, stage: Stage) -> None:
    done = terminal.run("report", stage.run())
    assert done.exit_code == 1 and "has written no report yet" in done.stderr


def test_it_lists_cohorts_and_their_papers(terminal: Terminal, stage: Stage) -> None:
    paper = stage.paper("On Vessels")
    cohort = stage.cohort("A venue", paper)
    assert [(one["id"], one["papers"]) for one in terminal.told("cohorts")] == [(cohort, 1)]
    assert "A venue" in terminal.says("cohorts") and "On Vessels" in terminal.says("cohorts", cohort)
    assert [one["paper_id"] for one in terminal.told("cohorts", cohort)] == [paper]


@pytest.fixture
def hostile(stage: Stage) -> Iterator[str]:
    """The title of a paper that would clear the terminal and forge a row."""
    title = "On \x1b[2J\x9b31m[red]Vessels\u202e\r"
    paper = stage.paper(title)
    with stage.site.engine.app.app_context():
        papers.entitle(paper, title)
        cohorts.add_papers(cohorts.create(stage.team_id, "A venue", "", None), [paper], None)
    return title


def test_no_title_acts_on_the_terminal(terminal: Terminal, hostile: str) -> None:
    for shown_to_people in (terminal.says("papers"), terminal.says("cohorts", terminal.told("cohorts")[0]["id"])):
        assert not shown.ACTING.search(shown_to_people) and "[red]Vessels" in shown_to_people
    assert terminal.told("papers")[0]["title"] in hostile


@pytest.mark.parametrize("command", ["papers", "runs", "cohorts"])
def test_a_token_that_opens_nothing_is_a_code_of_its_own(terminal: Terminal, command: str) -> None:
    done = Terminal(terminal.environment | {"PAPERSNITCH_TOKEN": "psn_" + "A" * 43}).run(command)
    assert done.exit_code == 4 and "No token that opens this" in done.stderr and done.stdout == ""


def test_a_token_that_may_only_read_starts_nothing(terminals: Terminals, stage: Stage) -> None:
    assert terminals(stage.email, "read").run("cancel", stage.run()).exit_code == 4


def test_a_mistake_is_told_with_each_of_its_parts(terminal: Terminal) -> None:
    done = terminal.run("runs", "--status", "broken")
    assert done.exit_code == 1 and "Error: status: input should be" in done.stderr
