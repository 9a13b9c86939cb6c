"""extract_evidence: links, statements and numbers that speak for the paper, each with its exact place."""

from __future__ import annotations

from typing import Any

from dashboard.judging.evidence import to_json
from jobs.context import NodeContext
from jobs.papers.document import Document
from jobs.papers.evidence_rules import gather
from jobs.papers.title import paper_title
from jobs.registry import handler


@handler("extract_evidence", version="2")
def extract_evidence(context: NodeContext) -> dict[str, Any]:
    """Leaves `evidence.json`: all findings and links."""
    document = Document.from_json(context.read_artifact("extract_text", "text.json"))
    title = paper_title(document, str(context.output_of("ingest_pdf").get("title", "")))
    if title:
        context.entitle(title)
    evidence = gather(document, title)
    context.json_artifact(
        "evidence.json",
        {
            "findings": [to_json(finding) for finding in evidence.findings],
            "links": [link.to_json() for link in evidence.links],
        },
    )
    context.log(f"{len(evidence.findings)} passages of evidence, {len(evidence.links)} links")
    return {
        "title": title,
        "counts": evidence.counts,
        "paper_type": evidence.paper_type,
        "declared": evidence.declared,
        "flags": evidence.flags,
    }
