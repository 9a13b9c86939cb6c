"""An OpenID provider of the tests' own: a real one on 127.0.0.1, which can be made to answer wrongly.

It checks what a provider must: the site's secret, the address to go back to, PKCE, and that a code is used once.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import ECKey

Claims = dict[str, Any]
SITE, SECRET = "papersnitch", "a secret: with & signs"


def unspoilt(claims: Claims) -> Claims:
    return claims


@dataclass
class OpenIdProvider:
    """Who is signed in there, and how its answers go wrong. `spoil` has the last word on what is signed."""

    issuer: str
    back: str = ""
    person: Claims = field(default_factory=dict)
    spoil: Callable[[Claims], Claims] = unspoilt
    error: dict[str, str] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)}))
    published: ECKey | None = None
    signs_little: bool = False
    is_down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def approve(self, address: str) -> str:
        """Be the person who is sent there and says yes: where their browser is sent next."""
        answer = requests.get(address.replace("/authorize?", "/yes?"), allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def metadata(self) -> Claims:
        doors = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "person"}
        there = {name: f"{self.issuer}/{door}" for name, door in doors.items()}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **there}

    def keys(self) -> Claims:
        return {"keys": [(self.published or self.key).as_dict(private=False)]}

    def code_for(self, query: dict[str, str]) -> str:
        """The address to go back to, with a code or the error that is wished for."""
        assert query["client_id"] == SITE and query["redirect_uri"] == self.back, query
        assert query["code_challenge_method"] == "S256" and "openid" in query["scope"].split(), query
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        answer = self.error or {"code": code, "iss": self.issuer}
        return f"{self.back}?{urlencode({**answer, 'state': query['state']})}"

    def token_for(self, form: dict[str, str], login: str) -> tuple[int, Claims]:
        query = self.codes.pop(form.get("code", ""), None)
        if login != "Basic " + base64.b64encode(f"{SITE}:{SECRET}".encode()).decode():
            return 401, {"error": "invalid_client"}
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = query is not None and query["code_challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        if query is None or not fits or form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "for-the-person", "token_type": "Bearer", "id_token": self.signed(query["nonce"])}

    def signed(self, nonce: str) -> str:
        at = int(time.time())
        person = {"sub": self.person["sub"]} if self.signs_little else self.person
        claims = {"iss": self.issuer, "aud": SITE, "iat": at, "exp": at + 300, "nonce": nonce, **person}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, self.spoil(claims), self.key)


@contextmanager
def running(name: str = "127.0.0.1") -> Iterator[OpenIdProvider]:
    """The provider, listening on this machine under that name. Its `back` is for the test to set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider = OpenIdProvider(f"http://{name}:{server.server_port}")
    server.provider = provider  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Door(BaseHTTPRequestHandler):
    """What the provider answers over HTTP."""

    @property
    def provider(self) -> OpenIdProvider:
        return self.server.provider  # type: ignore[attr-defined,no-any-return]

    def do_GET(self) -> None:
        if self.provider.is_down:
            return self._answer(503, {})
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._answer(200, self.provider.metadata())
            case "/keys":
                self._answer(200, self.provider.keys())
            case "/authorize":
                self._page(f'<h1>Provider</h1><a href="/yes?{html.escape(parts.query)}">Continue as Ada</a>')
            case "/yes":
                self._redirect(self.provider.code_for(dict(parse_qsl(parts.query))))
            case "/person" if self.headers["Authorization"] == "Bearer for-the-person":
                self._answer(200, self.provider.person)
            case _:
                self._answer(404, {})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        flat = {name: values[0] for name, values in form.items()}
        self._answer(*self.provider.token_for(flat, self.headers["Authorization"] or ""))

    def _answer(self, code: int, content: Claims) -> None:
        self._send(code, "application/json", json.dumps(content).encode())

    def _page(self, content: str) -> None:
        self._send(200, "text/html", content.encode())

    def _redirect(self, address: str) -> None:
        self._send(302, "text/plain", b"", Location=address)

    def _send(self, code: int, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quietly."""
