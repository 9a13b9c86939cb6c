"""Check a paper on a push: send it to a PaperSnitch, wait, write a comment, and fail when it scores too low.

Exit codes: 0 good enough; 1 below the limit, or the site refused; 3 the run did not succeed; 4 no token; 5 no site.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

from papersnitch_client import ClientError, Site, fetching, settings, waiting
from papersnitch_client.errors import Exit
from papersnitch_client.site import Record

LONGEST_COMMENT = 60_000  # GitHub takes 65,536 characters


def main() -> int:
    """The code to end with."""
    asked = _asked()
    try:
        entry = settings.entry()
        with Site(entry.url, entry.token) as site:
            return check(site, asked.paper, asked.workflow, asked.least, asked.comment)
    except ClientError as error:
        print(f"::error::{error}".replace("\n", "%0A"))
        return int(error.exit)


def check(site: Site, paper: Path, workflow: str, least: float, comment: Path) -> int:
    """Run the workflow on the paper, and write down how it fared."""
    run = _finished(site, start(site, paper, workflow))
    score = run["score"]
    is_good = run["status"] == "SUCCEEDED" and score is not None and score >= least
    comment.write_text(_comment(site, run, least, is_good), encoding="utf-8")
    _hand_on("GITHUB_STEP_SUMMARY", comment.read_text(encoding="utf-8"))
    _hand_on("GITHUB_OUTPUT", f"score={'' if score is None else f'{score:g}'}\nrun={run['id']}\n")
    print(f"Run {run['id']} {run['status'].lower()}, score {score}, limit {least:g}: {site.url}/runs/{run['id']}")
    if run["status"] != "SUCCEEDED":
        return Exit.UNSUCCESSFUL
    return Exit.DONE if is_good else Exit.REFUSED


def start(site: Site, paper: Path, workflow: str) -> int:
    """Start a run for this state of paper and code; one that was begun for it before is that run again."""
    content = hashlib.sha256(paper.read_bytes()).hexdigest()
    key = f"push-{os.environ.get('GITHUB_SHA', 'by-hand')}-{content}"
    with paper.open("rb") as file:
        sent = site.send("/papers", {}, [("files", (paper.name, file, "application/pdf"))], key)
    taken = sent["files"][0]
    if taken["paper_id"] is None:
        raise ClientError(f"{paper.name} was refused: {taken['message']}")
    asked = {"workflow": workflow, "paper": taken["paper_id"]}
    run: Record = site.post("/runs", asked, f"{key}-run")
    return int(run["id"])


def _finished(site: Site, run_id: int) -> Record:
    *_, (last,) = waiting.until_over(site, (run_id,), every=3.0)
    return last


def _comment(site: Site, run: Record, least: float, is_good: bool) -> str:
    """The verdict, and the whole report folded below it. Its text comes escaped from the site."""
    found = "no score" if run["score"] is None else f"{run['score']:g} of 100"
    head = f"### {'✅' if is_good else '❌'} PaperSnitch: {found} (limit {least:g})\n\n"
    link = f"[Run {run['id']}]({site.url}/runs/{run['id']}) {run['status'].lower()}.\n"
    broken = [f"- `{one['node_id']}` failed after {one['attempt']} attempts.\n" for one in run["failures"]]
    return "".join([head, link, *broken, _report(site, run)])


def _report(site: Site, run: Record) -> str:
    if run["status"] != "SUCCEEDED":
        return ""
    words = fetching.text_of(site, fetching.report_of(site, run["id"], "md"))
    cut = words if len(words) <= LONGEST_COMMENT else words[:LONGEST_COMMENT] + "\n\n(The rest stands on the site.)"
    return f"\n<details><summary>Report</summary>\n\n{cut}\n\n</details>\n"


def _hand_on(variable: str, words: str) -> None:
    """To what comes after in the job, where there is one."""
    if place := os.environ.get(variable):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(words)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check a paper, and fail when it scores too low.")
    parser.add_argument("paper", type=Path, help="the PDF")
    parser.add_argument("--least", type=float, default=60.0, help="the lowest score that passes, 0 to 100 (60)")
    parser.add_argument("--workflow", default="pdf_analysis_pipeline")
    parser.add_argument("--comment", type=Path, default=Path("comment.md"), help="where the comment is written")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
