"""OpenID Connect: send a person to the provider, and learn from its signed answer who they are.

The flow is that of a code with PKCE. Nothing in the answer counts but what the provider's keys sign for this site, for
this very sign-in, and now.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from dashboard.engine.errors import NotAllowedError
from dashboard.provider import Provider

SCOPE = "openid email profile"
ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]  # never "none" or a MAC
PATIENCE_SECONDS = 10.0
CLOCKS_APART_SECONDS = 60
KEPT_SECONDS = 3600.0


class OpenIdError(NotAllowedError):
    """The provider did not prove who the person is."""


class ProviderDownError(OpenIdError):
    """The provider does not answer, or not as one."""


@dataclass(frozen=True)
class Trip:
    """What this browser must bring back, or prove to know, when it comes back from the provider."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claimed:
    """Who the provider says the person is. The address counts only where the provider has verified it."""

    issuer: str
    subject: str
    email: str
    is_verified: bool
    name: str


class Client:
    """This site as the provider knows it. `back` is the address to come back to."""

    def __init__(self, provider: Provider, back: str) -> None:
        self.provider = provider
        self.back = back
        self._metadata: Mapping[str, Any] = {}
        self._keys = KeySet([])
        self._read_at = -KEPT_SECONDS

    def begin(self) -> tuple[str, Trip]:
        """The address to send the browser to, and what to keep of it until it is back."""
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        with self._asking() as session:
            self._look_up(session)
            where = self._metadata["authorization_endpoint"]
            address, state = session.create_authorization_url(
                where, state=secrets.token_urlsafe(32), nonce=nonce, code_verifier=verifier
            )
        return str(address), Trip(str(state), nonce, verifier)

    def finish(self, trip: Trip, answer: Mapping[str, str]) -> Claimed:
        """Who has come back with that answer; OpenIdError when it is not one to that trip, or proves nothing."""
        self._need_code(trip, answer)
        with self._asking() as session:
            self._look_up(session)
            token = session.fetch_token(
                self._metadata["token_endpoint"], code=answer["code"], code_verifier=trip.verifier
            )
            claims = self._checked(session, token, trip.nonce)
            more = {} if "email" in claims else self._asked_for(session, claims)
        return self._claimed({**more, **claims})

    def _need_code(self, trip: Trip, answer: Mapping[str, str]) -> None:
        """The state first: whoever made the answer up does not get to say anything on our page."""
        if not secrets.compare_digest(trip.state.encode(), answer.get("state", "").encode()):
            raise OpenIdError("This answer belongs to no sign-in begun in this browser. Begin again.")
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:
            raise OpenIdError("This answer comes from another provider. Begin again.")
        if "error" in answer:
            raise OpenIdError(self._in_words(answer["error"], answer.get("error_description", "")))
        if not answer.get("code"):
            raise OpenIdError(f"{self.provider.name} answered with nothing. Begin again.")

    def _in_words(self, error: str, description: str) -> str:
        if error == "access_denied":
            return f"{self.provider.name} did not let you through, or you turned back there."
        if error in ("temporarily_unavailable", "server_error"):
            return f"{self.provider.name} has trouble at the moment. Try again in a minute."
        said = "".join(letter for letter in description or error if letter.isprintable())[:200]
        return f"{self.provider.name} refused: {said}"

    def _look_up(self, session: Any) -> None:
        """Where the provider's doors are and which keys it signs with; read again each hour."""
        if time.monotonic() - self._read_at < KEPT_SECONDS:
            return
        metadata = self._read(session, f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != self.provider.issuer:
            raise ProviderDownError(f"OIDC_ISSUER is not what {self.provider.name} calls itself. Tell an operator.")
        self._metadata = metadata
        self._look_up_keys(session)
        self._read_at = time.monotonic()

    def _look_up_keys(self, session: Any) -> None:
        self._keys = KeySet.import_key_set(self._read(session, self._metadata["jwks_uri"]))  # type: ignore[arg-type]

    def _checked(self, session: Any, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """The claims of the signed answer, once everything in it holds."""
        try:
            signed = self._unsigned(token["id_token"])
        except InvalidKeyIdError:  # the provider may have changed its keys
            self._look_up_keys(session)
            signed = self._unsigned(token["id_token"])
        issuer, site = self.provider.issuer, self.provider.client_id
        wanted = {"iss": {"essential": True, "values": [issuer]}, "aud": {"essential": True, "values": [site]}}
        known = {"nonce": nonce, "client_id": site, "access_token": token.get("access_token")}
        claims: Any = CodeIDToken(signed.claims, signed.header, wanted, known)
        claims.validate(leeway=CLOCKS_APART_SECONDS)
        return dict(claims)

    def _unsigned(self, token: str) -> jwt.Token:
        return jwt.decode(token, self._keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))

    def _asked_for(self, session: Any, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider says of the same person when asked, for those that sign little."""
        where = self._metadata.get("userinfo_endpoint")
        found = self._read(session, where, withhold_token=False) if where else {}
        return found if found.get("sub") == claims["sub"] else {}

    def _claimed(self, claims: Mapping[str, Any]) -> Claimed:
        subject = str(claims["sub"])
        if not subject.isascii() or not subject.isprintable() or subject != subject.strip() or len(subject) > 255:
            raise OpenIdError(f"{self.provider.name} names you in a way that no provider may. Tell an operator.")
        verified = claims.get("email_verified", claims.get("xms_edov"))  # the second is how Entra ID puts it
        email, name = str(claims.get("email") or ""), str(claims.get("name") or "")
        return Claimed(self.provider.issuer, subject, email, verified is True or verified == "true", name)

    def _read(self, session: Any, address: str, withhold_token: bool = True) -> Mapping[str, Any]:
        answer = session.get(address, withhold_token=withhold_token)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise TypeError(f"{address} holds no object")
        return found

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        """A connection to the provider. Whatever goes wrong with it is told in plain words."""
        name = self.provider.name
        try:
            with self._session() as session:
                yield session
        except ExpiredTokenError:
            raise OpenIdError(f"The answer of {name} has expired. Begin again.") from None
        except JoseError as problem:
            raise OpenIdError(f"The answer of {name} does not hold: {problem}. Begin again.") from None
        except OAuthError as problem:
            raise OpenIdError(f"{name} took the answer back ({problem.error}). Begin again.") from None
        except (RequestException, KeyError, TypeError, ValueError) as problem:
            sentence = f"{name} does not answer as it should. Try again in a minute, or sign in with your password."
            raise ProviderDownError(sentence) from problem

    def _session(self) -> Any:
        """The provider says how the site proves itself; what it says first of all is asked without."""
        methods = self._metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic, post = "client_secret_basic", "client_secret_post"
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            token_endpoint_auth_method=basic if basic in methods else post,
            scope=SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
            default_timeout=PATIENCE_SECONDS,
        )
