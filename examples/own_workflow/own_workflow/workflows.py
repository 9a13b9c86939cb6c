"""Workflows that are made by code: a node for each question."""

from __future__ import annotations

from typing import Any

READING = [["ingest_pdf", "extract_text"], ["extract_text", "screen_text"], ["extract_text", "extract_evidence"]]
QUESTIONS = {
    "energy": ("Energy", "Does the paper tell how much energy or computing time its experiments took?"),
    "people": ("People", "Does the paper tell how people were asked for their consent?"),
    "harm": ("Harm", "Does the paper discuss how its results could be misused?"),
}


def three_questions() -> dict[str, Any]:
    """Reads the paper once, asks it every question side by side, and lists the answers."""
    read = ["ingest_pdf", "extract_text", "screen_text", "extract_evidence"]
    return {
        "name": "three_questions",
        "description": "Three questions put to a paper.",
        "nodes": [
            *({"id": name, "reuse": True} for name in read),
            *(_asking(name, *words) for name, words in QUESTIONS.items()),
            {"id": "list_answers", "handler": "own-workflow/list_answers"},
        ],
        "edges": [
            *READING,
            *([before, name] for name in QUESTIONS for before in ("screen_text", "extract_evidence")),
            *([name, "list_answers"] for name in QUESTIONS),
        ],
    }


def _asking(name: str, title: str, question: str) -> dict[str, Any]:
    config = {"title": title, "question": question}
    return {"id": name, "handler": "own-workflow/ask_paper", "type": "langgraph", "queue": "ai", "config": config}
