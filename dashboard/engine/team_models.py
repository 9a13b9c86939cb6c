"""The language model of a team: chosen by its admins, its key sealed, handed to workers as settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import delete

from dashboard.engine import audit
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import TeamModel
from dashboard.sealing import seal, unseal

PROVIDERS = (
    "openai",
    "anthropic",
    "mistralai",
    "google_genai",
    "groq",
    "deepseek",
)  # those that take a key of one's own
NAME = re.compile(r"[^\s:][^\s]{0,149}")
CAP = re.compile(r"\d{1,9}(?: ?tokens)?")
LONGEST_KEY = 500
PURPOSE = "model key of a team"


@dataclass(frozen=True)
class Choice:
    """What a team has chosen, without the key: `model` is provider:model, `url` one of the operator's addresses."""

    model: str = ""
    url: str = ""
    cap: str = ""
    has_key: bool = False


def choice_of(team_id: int) -> Choice:
    """The team's choice; an empty one where it leaves that to the installation."""
    found = db.session.get(TeamModel, team_id)
    return Choice(found.model, found.url, found.cap, found.sealed_key is not None) if found else Choice()


def choose(team_id: int, model: str, url: str, cap: str, key: str, by: int | None) -> None:
    """Keep the team's choice. Without a new `key` the stored one stays, while provider and address stay the same.

    InvalidInputError with a sentence for each thing that is wrong.
    """
    settings = current_app.extensions["settings"]
    before = choice_of(team_id)
    keeps = before.has_key and not key and (_provider(model), url) == (_provider(before.model), before.url)
    if problems := _problems(model, url, cap, key, keeps, settings.model_urls):
        raise InvalidInputError(*problems)
    with writing() as session:
        kept = session.get(TeamModel, team_id) or TeamModel(team_id=team_id)
        if not keeps:
            kept.sealed_key = seal(key, settings.secret_key, PURPOSE) if key else None
        kept.model, kept.url, kept.cap, kept.updated_by = model, url, cap, by
        kept.updated_at = now()
        session.add(kept)
        detail = {"before": _told(before), "after": {"model": model, "url": url, "cap": cap}, "new key": bool(key)}
        audit.add(session.connection(), "team.model", "team", team_id, team_id, by, detail)


def forget(team_id: int, by: int | None) -> None:
    """Leave the choice to the installation again."""
    before = _told(choice_of(team_id))
    with writing() as session:
        session.execute(delete(TeamModel).where(TeamModel.team_id == team_id))
        detail = {"before": before, "after": _told(Choice())}
        audit.add(session.connection(), "team.model", "team", team_id, team_id, by, detail)


def environment_of(team_id: int) -> Mapping[str, str]:
    """The choice as the environment variables that workers read; empty where there is none.

    A model at one of the operator's addresses is the operator's to pay for: the installation's prices and cap stand.
    At a provider's own neither is true of it. SealError when the key cannot be read any more.
    """
    found = db.session.get(TeamModel, team_id)
    if found is None:
        return {}
    secret_key = current_app.extensions["settings"].secret_key
    key = unseal(found.sealed_key, secret_key, PURPOSE) if found.sealed_key else ""
    chosen = {"PAPERSNITCH_MODEL": found.model, "PAPERSNITCH_MODEL_URL": found.url, "PAPERSNITCH_MODEL_KEY": key}
    theirs = {"PAPERSNITCH_MODEL_PRICE_IN": "", "PAPERSNITCH_MODEL_PRICE_OUT": "", "PAPERSNITCH_RUN_CAP": found.cap}
    return chosen if found.url else chosen | theirs


def _told(choice: Choice) -> dict[str, str]:
    """A choice as the audit trail tells it."""
    return {"model": choice.model, "url": choice.url, "cap": choice.cap}


def _problems(model: str, url: str, cap: str, key: str, keeps_key: bool, urls: tuple[str, ...]) -> list[str]:
    said = (
        (
            _provider(model) not in PROVIDERS or not NAME.fullmatch(model.partition(":")[2]),
            f"Name the model as provider:model, such as openai:gpt-5-mini. Providers: {', '.join(PROVIDERS)}.",
        ),
        (url and url not in urls, "That address is none of those this installation offers."),
        (cap and not CAP.fullmatch(cap), "The cap is a number of tokens, such as 200000."),
        (len(key) > LONGEST_KEY or not key.isprintable(), "That is no key."),
        (not (url or key or keeps_key), "A provider outside needs the team's own key."),
    )
    return [sentence for is_wrong, sentence in said if is_wrong]


def _provider(model: str) -> str:
    return model.partition(":")[0]
