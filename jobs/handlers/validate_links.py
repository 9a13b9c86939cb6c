"""validate_links: each address once, what it leads to, whether it answers, and which repository is the paper's own."""

from __future__ import annotations

import os
from typing import Any

from jobs.context import NodeContext
from jobs.papers.alive import Health, Patience, check_all, has_network
from jobs.papers.document import Document
from jobs.papers.hosts import kind_of
from jobs.papers.links import Link, link_from
from jobs.papers.ownership import Repository, choose_repository
from jobs.papers.urls import key_of
from jobs.registry import handler


@handler("validate_links")
def validate_links(context: NodeContext) -> dict[str, Any]:
    """Leaves `links.json`: every link with its places. PAPERSNITCH_CHECK_LINKS=0 asks no host anything."""
    document = Document.from_json(context.read_artifact("extract_text", "text.json"))
    links = [link_from(record) for record in context.read_json("extract_evidence", "evidence.json")["links"]]
    groups = _by_address(links)
    network, health = _ask_hosts(context, [places[0].url for places in groups])
    title = str(context.output_of("extract_evidence").get("title", ""))
    repository = choose_repository(document, links, title, str(context.output_of("ingest_pdf").get("authors", "")))
    described = [_described(places, health[places[0].url]) for places in groups]
    context.json_artifact("links.json", {"links": described, "places": [link.to_json() for link in links]})
    context.log(repository.why if repository else "The paper names no code repository.")
    return {"links": described[:200], "repository": _chosen(repository), "network": network}


def _by_address(links: list[Link]) -> list[list[Link]]:
    groups: dict[str, list[Link]] = {}
    for link in links:
        groups.setdefault(key_of(link.url), []).append(link)
    return list(groups.values())


def _ask_hosts(context: NodeContext, urls: list[str]) -> tuple[bool, dict[str, Health]]:
    if os.environ.get("PAPERSNITCH_CHECK_LINKS", "1") == "0":
        context.log("Links are not checked: PAPERSNITCH_CHECK_LINKS=0.")
        return False, dict.fromkeys(urls, Health(None, None, "not asked: switched off"))
    if not has_network():
        context.log("No network: whether links are alive cannot be told.", "warning")
        return False, dict.fromkeys(urls, Health(None, None, "not asked: no network"))
    health = check_all(urls, Patience())
    dead = [url for url, found in health.items() if found.alive is False]
    context.log(f"{len(urls)} addresses asked, {len(dead)} do not answer")
    return True, health


def _described(places: list[Link], health: Health) -> dict[str, Any]:
    first = places[0]
    kinds = [kind_of(link.url, link.quote.text) for link in places]
    return {
        "url": first.url,
        "kind": next((kind for kind in kinds if kind != "other"), "other"),
        "alive": health.alive,
        "status": health.status,
        "note": health.note,
        "pages": sorted({link.page for link in places}),
    }


def _chosen(repository: Repository | None) -> dict[str, Any] | None:
    if repository is None:
        return None
    quote = repository.link.quote
    return {
        "url": repository.url,
        "root": repository.root,
        "own": repository.own,
        "why": repository.why,
        "page": quote.page,
        "start": quote.start,
        "end": quote.end,
    }
