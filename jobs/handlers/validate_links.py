"""validate_links: each address once, what it leads to, whether it answers, and which repository is the paper's own."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from jobs.context import NodeContext
from jobs.papers.alive import Health, Patience, check_all, has_network
from jobs.papers.document import Document
from jobs.papers.following import repository_on, stands_for
from jobs.papers.hosts import is_shortener, kind_of, repository_root
from jobs.papers.links import Link, link_from
from jobs.papers.ownership import Repository, choose_repository, project_pages
from jobs.papers.urls import key_of
from jobs.papers.wording import SAYS_SO
from jobs.registry import handler

_MOST_FOLLOWED = 10


@handler("validate_links", version="3")
def validate_links(context: NodeContext) -> dict[str, Any]:
    """Leaves `links.json`: every link with its places. PAPERSNITCH_CHECK_LINKS=0 asks no host anything."""
    document = Document.from_json(context.read_artifact("extract_text", "text.json"))
    links = [link_from(record) for record in context.read_json("extract_evidence", "evidence.json")["links"]]
    groups = _by_address(links)
    network, health = _ask_hosts(context, [places[0].url for places in groups])
    meant = _spelt_out(links) if network else {}
    title, authors = context.output_of("extract_evidence").get("title"), context.output_of("ingest_pdf").get("authors")
    known = [replace(link, url=meant.get(link.url, link.url)) for link in links]
    repository = choose_repository(document, known, str(title or ""), str(authors or ""))
    if network and not (repository and repository.own):
        repository = _behind_a_page(known) or repository
    described = [_described(places, health[places[0].url], meant) for places in groups]
    context.json_artifact("links.json", {"links": described, "places": [link.to_json() for link in links]})
    chosen = _chosen(repository, meant, network)
    context.log(chosen["why"] if chosen else "The paper names no code repository.")
    return {"links": described[:200], "repository": chosen, "network": network}


def _spelt_out(links: list[Link]) -> dict[str, str]:
    """What the paper's short addresses stand for, as far as their hosts say."""
    short = [url for url in dict.fromkeys(link.url for link in links) if is_shortener(url)][:_MOST_FOLLOWED]
    return {url: target for url in short if (target := stands_for(url))}


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


def _behind_a_page(links: list[Link]) -> Repository | None:
    """The one repository that the project's own page names."""
    for page in list({link.url: link for link in project_pages(links)}.values())[:_MOST_FOLLOWED]:
        if root := repository_on(page.url):
            why = f"The paper’s own: page {page.page} names the project’s page."
            return Repository(page.url, root, True, why, page, SAYS_SO)
    return None


def _described(places: list[Link], health: Health, meant: dict[str, str]) -> dict[str, Any]:
    first = places[0]
    kinds = [kind_of(meant.get(link.url, link.url), link.quote.text) for link in places]
    return {
        "url": first.url,
        "leads_to": meant.get(first.url, ""),
        "kind": next((kind for kind in kinds if kind != "other"), "other"),
        "alive": health.alive,
        "status": health.status,
        "note": health.note,
        "moved_to": health.moved_to,
        "pages": sorted({link.page for link in places}),
    }


def _chosen(repository: Repository | None, meant: dict[str, str], network: bool) -> dict[str, Any] | None:
    """The repository as the paper prints it; `leads_to` where the printed address is short, or a project's page."""
    if repository is None:
        return None
    printed, leads_to, why = _followed(repository, meant, network)
    quote = repository.link.quote
    return {
        "url": printed,
        "root": repository.root or leads_to or None,
        "leads_to": leads_to,
        "own": repository.own,
        "why": why,
        "page": quote.page,
        "start": quote.start,
        "end": quote.end,
    }


def _followed(repository: Repository, meant: dict[str, str], network: bool) -> tuple[str, str, str]:
    """The printed address, where it leads, and the reason with that added."""
    short = next((short for short, target in meant.items() if target == repository.link.url), "")
    if short:
        return short, repository.url, f"{repository.why} {short} stands for {repository.url}."
    if repository_root(repository.url):
        return repository.url, "", repository.why
    found = repository.root or (repository_on(repository.url) if repository.own and network else "")
    return repository.url, found, f"{repository.why} That page names {found}." if found else repository.why
