"""Who may come in by the OpenID provider, what happens without it, and what an operator may say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import invitations
from dashboard.engine.transactions import writing
from dashboard.environment import SettingsError
from dashboard.extensions import db
from dashboard.models import Membership, Team, User
from dashboard.openid import Client
from tests import factories
from tests.openid_provider import SECRET, SITE, OpenIdProvider
from tests.security.test_openid import ada as ada
from tests.security.test_openid import environment as environment
from tests.security.test_openid import identities, is_in, last_acts, refused, set_out, sign_in
from tests.security.test_openid import provider as provider
from tests.views.conftest import PASSWORD, Lab


@pytest.fixture
def newcomer(ada: OpenIdProvider) -> OpenIdProvider:
    """At the provider somebody is signed in whom nobody here knows."""
    ada.person |= {"sub": "grace-1", "email": "Grace@Uni.Example", "name": "  Grace   Hopper "}
    return ada


def operator_says(app: Flask, **changes: object) -> None:
    """Other settings of the provider from now on."""
    client: Client = app.extensions["openid"]
    client.provider = replace(client.provider, **changes)  # type: ignore[arg-type]


def people(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(User.id)).all())


def teams_of(app: Flask, email: str) -> list[tuple[int, str]]:
    with app.app_context():
        theirs = select(Membership.team_id, Membership.role).join(User).where(User.email == email)
        return [(team_id, role) for team_id, role in db.session.execute(theirs.order_by(Membership.team_id))]


def disable(app: Flask, email: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == email).values(is_disabled=True))


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
def test_an_address_nobody_has_verified_is_nobodys(
    app: Flask, client: FlaskClient, ada: OpenIdProvider, verified: object
) -> None:
    """Or whoever types another's address at the provider would be that person here."""
    ada.person["email_verified"] = verified
    refused(app, sign_in(client, ada), "has not verified your address")
    assert not is_in(client) and identities(app) == []


def test_an_address_verified_in_the_words_of_entra_is_known(client: FlaskClient, ada: OpenIdProvider) -> None:
    del ada.person["email_verified"]
    ada.person["xms_edov"] = True
    assert sign_in(client, ada).location == "/"


def test_who_tells_no_address_is_not_known_by_it(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    del ada.person["email"]
    refused(app, sign_in(client, ada), "did not tell your address")


def test_what_is_said_of_somebody_else_does_not_count(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    """Asked about the person, the provider answers about another."""
    ada.signs_little = True
    ada.spoil = lambda claims: claims | {"sub": "mallory-1"}
    refused(app, sign_in(client, ada), "did not tell your address")


def test_a_disabled_person_is_kept_out_known_or_not(app: Flask, lab: Lab, ada: OpenIdProvider) -> None:
    disable(app, lab.emails["member"])
    refused(app, sign_in(app.test_client(), ada), "may not sign in here any more")
    assert identities(app) == []


def test_a_person_disabled_later_is_kept_out(app: Flask, lab: Lab, client: FlaskClient, ada: OpenIdProvider) -> None:
    sign_in(client, ada)
    disable(app, lab.emails["member"])
    assert not is_in(client)
    refused(app, sign_in(app.test_client(), ada), "may not sign in here any more")


def test_whom_nobody_knows_or_invited_is_kept_out(app: Flask, client: FlaskClient, newcomer: OpenIdProvider) -> None:
    before = people(app)
    refused(app, sign_in(client, newcomer), "Nobody here knows grace@uni.example yet")
    assert people(app) == before and identities(app) == []


def test_who_was_invited_joins_by_it(app: Flask, lab: Lab, client: FlaskClient, newcomer: OpenIdProvider) -> None:
    with app.app_context():
        admin = factories.id_of(lab.emails["admin"])
        _, token = invitations.make(lab.team_id, "grace@uni.example", "member", admin)
    assert "sign in with Example University</a> as grace@uni.example" in client.get(f"/invitation/{token}").text
    assert sign_in(client, newcomer).location == "/"
    assert teams_of(app, "grace@uni.example") == [(lab.team_id, "member")]
    assert app.test_client().get(f"/invitation/{token}").status_code == 404, "it opens once"
    assert "Grace Hopper" in client.get("/settings/profile").text


def test_people_of_a_domain_go_to_the_team_that_was_named(
    app: Flask, lab: Lab, client: FlaskClient, newcomer: OpenIdProvider
) -> None:
    with app.app_context():
        slug = db.session.scalars(select(Team.slug).where(Team.id == lab.team_id)).one()
    operator_says(app, domains=("uni.example",), team=slug, role="viewer")
    assert sign_in(client, newcomer).location == "/"
    assert teams_of(app, "grace@uni.example") == [(lab.team_id, "viewer")]
    actions = [line.action for line in last_acts(app, 4)]
    assert actions == ["user.sign_in", "user.identity", "member.join", "user.create"]


def test_a_team_that_does_not_exist_takes_nobody_in(app: Flask, client: FlaskClient, newcomer: OpenIdProvider) -> None:
    before = people(app)
    operator_says(app, domains=("uni.example",), team="no such team")
    refused(app, sign_in(client, newcomer), "Tell an operator")
    assert people(app) == before


@pytest.mark.parametrize("email", ["a@evil.example", "a@sub.uni.example", "a@uni.example.evil", "a@xuni.example", "a"])
def test_other_domains_are_kept_out(app: Flask, client: FlaskClient, newcomer: OpenIdProvider, email: str) -> None:
    operator_says(app, domains=("uni.example",), team="x")
    newcomer.person["email"] = email
    assert sign_in(client, newcomer).status_code == 401
    assert identities(app) == []


def test_a_domain_taken_away_keeps_out_who_is_known(app: Flask, client: FlaskClient, ada: OpenIdProvider) -> None:
    sign_in(client, ada)
    operator_says(app, domains=("uni.example",))
    refused(app, sign_in(app.test_client(), ada), "Only addresses of uni.example")


def test_without_its_provider_the_password_still_works(
    app: Flask, lab: Lab, client: FlaskClient, environment: dict[str, str]
) -> None:
    """The provider answers nothing: its port is closed."""
    operator_says(app, issuer="http://127.0.0.1:9")
    answer = client.get("/login/openid")
    assert answer.status_code == 502 and "sign in with your password" in answer.text
    assert client.post("/login", data={"email": lab.emails["member"], "password": PASSWORD}).status_code == 303
    assert is_in(client)


def test_a_provider_that_breaks_down_half_way_is_told_as_such(
    app: Flask, client: FlaskClient, ada: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ada.approve(set_out(client))
    monkeypatch.setattr(ada, "token_for", lambda *_: (500, {}))
    refused(app, client.get(address), "sign in with your password", 502)


def test_an_issuer_that_calls_itself_otherwise_is_not_followed(
    client: FlaskClient, ada: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    otherwise = ada.metadata() | {"issuer": "https://evil.example"}
    monkeypatch.setattr(ada, "metadata", lambda: otherwise)
    answer = client.get("/login/openid")
    assert answer.status_code == 502 and "Tell an operator" in answer.text


@pytest.mark.parametrize("metadata", [{}, [], "x"])
def test_a_provider_that_answers_with_something_else_is_told_as_such(
    client: FlaskClient, ada: OpenIdProvider, monkeypatch: pytest.MonkeyPatch, metadata: object
) -> None:
    monkeypatch.setattr(ada, "metadata", lambda: metadata)
    assert client.get("/login/openid").status_code == 502


def test_without_an_issuer_there_is_no_such_page(environment: dict[str, str]) -> None:
    plain = create_app(from_environment({name: environment[name] for name in environment if "OIDC" not in name}))
    browser = plain.test_client()
    assert browser.get("/login/openid").status_code == browser.get("/login/openid/back?code=x").status_code == 404
    assert "Sign in with" not in browser.get("/login").text


SAID = {"OIDC_ISSUER": "https://id.uni.example", "OIDC_CLIENT_ID": SITE, "OIDC_CLIENT_SECRET": SECRET}


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ({"OIDC_ISSUER": "http://id.uni.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.uni.example/?tenant=1"}, "OIDC_ISSUER"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_TEAM": "ours"}, "OIDC_DOMAINS"),
        ({"OIDC_DOMAINS": "@uni.example"}, "OIDC_DOMAINS"),
        ({"OIDC_ROLE": "admin"}, "OIDC_ROLE"),
        ({"BASE_URL": ""}, "BASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: object, said: dict[str, str], about: str) -> None:
    home = {"PAPERSNITCH_HOME": str(tmp_path), "SECRET_KEY": "x", "BASE_URL": "https://papers.example"}
    assert from_environment({**home, **SAID}).provider is not None
    with pytest.raises(SettingsError, match=about):
        from_environment({**home, **SAID, **said})


def test_the_secret_is_in_no_listing_of_the_settings(tmp_path: object) -> None:
    home = {"PAPERSNITCH_HOME": str(tmp_path), "SECRET_KEY": "x", "BASE_URL": "https://papers.example"}
    assert SECRET not in repr(from_environment({**home, **SAID}))
