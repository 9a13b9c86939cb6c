"""Calling a webhook: what is sent, how it is signed (https://www.standardwebhooks.com), what came of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from dashboard.engine.deliveries import LONGEST_ANSWER, Taken, Try
from dashboard.engine.errors import PermanentError, TransientError
from dashboard.engine.webhooks import PREFIX, Target, is_listed
from dashboard.reads.notices import TeamTold, Told
from jobs.network import PrivateAddressError
from jobs.papers.asking import Answer, OutOfTimeError, ask

SECONDS = 10.0
_AWAY = (OSError, http.client.HTTPException, ValueError, PermanentError, TransientError, OutOfTimeError)


def body_of(told: Told, public_url: str) -> str:
    """A notice as JSON: `type`, `timestamp` and `data`."""
    said: dict[str, Any] = {"team": asdict(told.team), "headline": told.headline, "detail": told.detail,
                            "url": public_url.rstrip("/") + told.path}  # fmt: skip
    return _json(told.event, told.at, said | ({"run": asdict(told.run)} if told.run else {}))


def ping_of(team: TeamTold) -> str:
    """The first call to a webhook."""
    return _json("ping", datetime.now(UTC), {"team": asdict(team)})


def headers_of(uid: str, body: str, secret: str, at: int) -> Mapping[str, str]:
    """The id, the moment (seconds since 1970) and their signature together with the body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = hmac.new(key, f"{uid}.{at}.{body}".encode(), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "PaperSnitch webhooks",
        "webhook-id": uid,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def call(target: Target, taken: Taken, body: str, private_hosts: frozenset[str]) -> Try:
    """Post the body; any status from 200 to 299 says that it has arrived. Redirects are not followed."""
    begun = time.monotonic()
    headers = headers_of(taken.uid, body, target.secret, int(time.time()))
    if target.is_gone:
        return Try(False, "The webhook was removed.", is_hopeless=True)
    if not (target.url.startswith("https://") or is_listed(target.url, private_hosts)):
        return Try(False, "The address is not https, and no operator vouches for its host any more.", is_hopeless=True)
    try:
        answer = ask("POST", target.url, SECONDS, private_hosts, LONGEST_ANSWER, body.encode(), headers)
    except PrivateAddressError:
        host = urlsplit(target.url).hostname
        said = f"{host} leads to no public address. An operator can allow it in WEBHOOK_PRIVATE_HOSTS."
        return Try(False, said, seconds=time.monotonic() - begun, is_hopeless=True)
    except _AWAY as error:
        return Try(False, _reason(target.url, error), seconds=time.monotonic() - begun)
    return Try(200 <= answer.status < 300, _said(answer), answer.status, time.monotonic() - begun)


def _said(answer: Answer) -> str:
    if answer.leads_to:
        return f"It redirects to {answer.leads_to}, which is not followed."
    return answer.body.decode("utf-8", "replace").replace("\0", "\ufffd")


def _reason(url: str, error: Exception) -> str:
    host = urlsplit(url).hostname
    if isinstance(error, TimeoutError):
        return f"{host} did not answer within {SECONDS:g} s."
    return f"{host} could not be called: {type(error).__name__}: {error}"


def _json(event: str, at: datetime, said: dict[str, Any]) -> str:
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": said}, ensure_ascii=False)
