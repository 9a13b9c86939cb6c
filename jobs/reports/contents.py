"""The contents of a report: everything a run found on a paper, gathered from its nodes as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboard.judging.opinion import Opinion, newest, opinion_from
from dashboard.judging.places import address_of, web_address
from dashboard.judging.vocabulary import REPOSITORY, in_words
from jobs.context import NodeContext
from jobs.registry import load_all
from jobs.reports.beside import others
from jobs.reports.clean import clean
from jobs.reports.filters import WORDS
from jobs.reports.unread import told_of_pages

FORMAT = 2


def contents(context: NodeContext, written_at: datetime) -> dict[str, Any]:
    """The report as plain values; `report.json` is exactly this."""
    score = context.output_of("compute_score")
    found = context.read_json("aggregate_findings", "findings.json")
    rulings = [opinion_from(record) for record in context.read_json("compute_score", "rulings.json")]
    rubrics = [_rubric(rubric, score["scores"][rubric["id"]], rulings, context) for rubric in found["rubrics"]]
    report = {
        "format": FORMAT,
        "headline": headline(score["overall"]),
        "assessors": _assessors(context),
        "paper": _paper(context),
        "overall": score["overall"],
        "badges": score["badges"],
        "warnings": _warnings(context),
        **{name: context.output_of("screen_text").get(name, []) for name in ("hidden", "instructions", "quoted")},
        "disagreements": found["disagreements"],
        "declared": found["declared_against_found"],
        "ruled": sum(bool(criterion["rulings"]) for rubric in rubrics for criterion in rubric["criteria"]),
        "rubrics": rubrics,
        "repository": _repository(context),
        "links": [_link(link) for link in context.output_of("validate_links").get("links", [])],
        "provenance": _provenance(context, written_at),
    }
    fit: dict[str, Any] = clean(report)
    return fit


def headline(overall: Mapping[str, Any]) -> str:
    """The result in one sentence."""
    assessed = overall["met"] + overall["not_met"]
    if not assessed:
        return "Nothing could be assessed."
    return f"{overall['met']} of {assessed} assessed criteria are met; {overall['not_assessed']} were not assessed."


def _paper(context: NodeContext) -> dict[str, Any]:
    ingested, extracted = context.output_of("ingest_pdf"), context.output_of("extract_evidence")
    return {
        "title": extracted.get("title") or ingested.get("title") or context.paper.title,
        "authors": ingested.get("authors") or "",
        "filename": context.paper.filename,
        "pages": ingested.get("pages"),
        "type": extracted.get("paper_type") or "unknown",
        "language": context.output_of("extract_text").get("language") or "",
        "scanned": bool(ingested.get("scanned")),
    }


def _assessors(context: NodeContext) -> list[str]:
    outputs = (context.output_of(node) for node in ("ai_checks_pdf", "ai_checks_repo"))
    return list(dict.fromkeys(output["assessor"] for output in outputs if output))


def _warnings(context: NodeContext) -> list[str]:
    screened, unasked = context.output_of("screen_text"), _unasked(context)
    told = (
        *told_of_pages(context),
        (screened.get("instructions"), "The PDF holds instructions to a language model. None was followed."),
        (screened.get("hidden"), "The PDF holds text that a reader does not see."),
        (unasked, f"Whether links are alive is not known ({unasked})."),
    )
    return [sentence for holds, sentence in told if holds]


def _unasked(context: NodeContext) -> str:
    """Why no link was asked whether it is alive; empty when they were, or there is none."""
    checked = context.output_of("validate_links")
    notes = [link["note"] for link in checked.get("links", []) if checked.get("network") is False]
    return str(notes[0]) if notes else ""


def _rubric(
    rubric: Mapping[str, Any], score: Mapping[str, Any], rulings: Sequence[Opinion], context: NodeContext
) -> dict[str, Any]:
    mine = [one for one in rulings if one.rubric == rubric["id"]]
    criteria = [
        {**criterion, **_ruled(criterion, [one for one in mine if one.criterion == criterion["id"]]),
         **_evidence(criterion, context)}
        for criterion in rubric["criteria"]
    ]  # fmt: skip
    return {**rubric, "counts": dict(score), "score": score["score"], "criteria": criteria}


def _ruled(criterion: Mapping[str, Any], rulings: Sequence[Opinion]) -> dict[str, Any]:
    """Both answers: `found` by the checks, and `answer`, which stands; a sentence for each ruling, and for each of
    the `others` who assessed it.

    Criteria that are `alike` are told together: the same was found, and the same was said of it.
    """
    stands, sentences, beside = newest(rulings), [_ruling_words(one) for one in rulings], others(criterion)
    return {
        "found": criterion["answer"],
        "answer": str(stands.answer) if stands else criterion["answer"],
        "rulings": sentences,
        "others": beside,
        "alike": " ".join([criterion["reason"], *sentences, *beside]),
    }


def _ruling_words(ruling: Opinion) -> str:
    verb = f"Overruled by {ruling.who}" if ruling.overrules else f"Confirmed by {ruling.who}"
    answers = WORDS[ruling.answer] + (f", the checks: {WORDS[ruling.found]}" if ruling.overrules else "")
    return f"{verb} ({answers}){f': {ruling.reason}' if ruling.reason else '.'}"


def _evidence(criterion: Mapping[str, Any], context: NodeContext) -> dict[str, Any]:
    """The evidence of the verdict that stands."""
    standing = [verdict for verdict in criterion["verdicts"] if verdict["assessor"] == criterion["assessor"]]
    url = str(context.output_of("fetch_repo").get("url") or "")
    return {
        "quotes": [_quote(quote) for verdict in standing for quote in verdict["quotes"]],
        "places": [_place(place, url) for verdict in standing for place in verdict["places"]],
    }


def _quote(quote: Mapping[str, Any]) -> dict[str, Any]:
    return {**quote, "shown": " ".join(quote["text"].split())}


def _place(place: Mapping[str, Any], url: str) -> dict[str, Any]:
    line = f":{place['line']}" if place["line"] else ""
    shown = f"{place['path']}{line}@{place['commit'][:10]}"
    return {**place, "shown": shown, "href": address_of(url, place["commit"], place["path"], place["line"])}


def _repository(context: NodeContext) -> dict[str, Any]:
    chosen = context.output_of("validate_links").get("repository") or {}
    fetched, facts = context.output_of("fetch_repo"), context.output_of("check_repo").get("facts", {})
    url = str(fetched.get("url") or chosen.get("url") or "")
    return {
        "url": url,
        "href": web_address(url),
        "printed": chosen.get("url") or "",
        "leads_to": chosen.get("leads_to") or "",
        "own": bool(chosen.get("own")) or bool(context.workflow_input.get("repository")),
        "why": chosen.get("why") or "",
        "found": bool(fetched.get("found")),
        "reason": fetched.get("reason") or "",
        "commit": fetched.get("commit") or "",
        "mirror": bool(fetched.get("mirror")),
        "files": fetched.get("files") or 0,
        "facts": [_fact(name, facts[name], url) for name in REPOSITORY if name in facts],
    }


def _fact(name: str, fact: Mapping[str, Any], url: str) -> dict[str, Any]:
    present = None if fact["value"] is None else bool(fact["value"])
    places = [_place(place, url) for place in fact["places"]]
    return {"name": name, "title": in_words(name), "present": present, "note": fact["note"], "places": places}


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    return {"leads_to": "", **link, "href": web_address(link["url"])}


def _provenance(context: NodeContext, written_at: datetime) -> dict[str, Any]:
    return {
        "run": context.node.run_id,
        "written_at": written_at.isoformat(timespec="seconds"),
        "pdf_sha256": context.paper.sha256,
        "commit": context.output_of("fetch_repo").get("commit") or "",
        "rubrics": _rubric_versions(context),
        "handlers": {name: handler.version for name, handler in sorted(load_all().items())},
    }


def _rubric_versions(context: NodeContext) -> dict[str, str]:
    found = context.read_json("aggregate_findings", "findings.json")
    return {rubric["id"]: rubric["version"] for rubric in found["rubrics"]}
