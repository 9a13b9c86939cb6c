"""Tokens for programs: hashed, for one team, ending by themselves, and never worth more than the person just then."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from dashboard.engine import accounts, members, tokens
from dashboard.engine.clock import later, now
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import ApiToken, AuditEvent, Membership, User
from dashboard.views import access
from tests import factories
from tests.views.conftest import Lab, SignIn, add_to_new_team
from tests.views.test_live import counted_queries

WHOAMI = "/api/v1/for-this-test"


@pytest.fixture
def app(app: Flask) -> Flask:
    """With an address for programs that tells for whom they are taken."""

    def whoami() -> dict[str, Any]:
        person, team = access.viewer(), access.team()
        return {"email": person.user.email, "teams": person.team_ids, "role": person.role_in(team.id).name}

    def act(least: str) -> str:
        return access.team(access.Role[least]).name

    app.add_url_rule(WHOAMI, "whoami", whoami)
    app.add_url_rule(f"{WHOAMI}/<least>", "act", act, methods=["POST"])
    return app


def make(app: Flask, lab: Lab, role: str, scope: str = "read", days: int = 30) -> str:
    with app.app_context():
        return tokens.make(factories.id_of(lab.emails[role]), lab.team_id, "a script", scope, days)


def ask(client: FlaskClient, token: str, address: str = WHOAMI, method: str = "GET") -> TestResponse:
    return client.open(address, method=method, headers={"Authorization": f"Bearer {token}"})


def taken_for(client: FlaskClient, token: str) -> Any:
    return ask(client, token).get_json()


def opens(client: FlaskClient, token: str) -> bool:
    return ask(client, token).status_code == 200


def rows(app: Flask) -> list[ApiToken]:
    with app.app_context():
        return list(db.session.scalars(select(ApiToken).order_by(ApiToken.id)))


def change(app: Flask, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(ApiToken).values(values))


def test_a_token_lets_a_program_in_as_its_person(app: Flask, lab: Lab, client: FlaskClient) -> None:
    found = taken_for(client, make(app, lab, "member", "write"))
    assert found == {"email": lab.emails["member"], "teams": [lab.team_id], "role": "MEMBER"}


def test_it_opens_one_team_and_not_the_others_of_its_person(app: Flask, lab: Lab, client: FlaskClient) -> None:
    second, _run = add_to_new_team(app, lab.emails["member"])
    with app.app_context():
        other = tokens.make(factories.id_of(lab.emails["member"]), second, "another script", "read", 30)
    assert taken_for(client, make(app, lab, "member"))["teams"] == [lab.team_id]
    assert taken_for(client, other)["teams"] == [second]


@pytest.mark.parametrize(
    ("role", "scope", "worth"),
    [
        ("admin", "read", "VIEWER"),
        ("admin", "write", "MEMBER"),
        ("admin", "admin", "ADMIN"),
        ("viewer", "read", "VIEWER"),
    ],
)
def test_it_is_worth_its_scope(app: Flask, lab: Lab, client: FlaskClient, role: str, scope: str, worth: str) -> None:
    token = make(app, lab, role, scope)
    assert taken_for(client, token)["role"] == worth
    may = {least: ask(client, token, f"{WHOAMI}/{least}", "POST").status_code for least in access.Role.__members__}
    assert may == {least: 200 if access.Role[least] <= access.Role[worth] else 403 for least in may}


def test_it_is_never_worth_more_than_the_person_just_then(app: Flask, lab: Lab, client: FlaskClient) -> None:
    token = make(app, lab, "member", "write")
    with app.app_context(), writing() as session:
        theirs = Membership.user_id == factories.id_of(lab.emails["member"])
        session.execute(update(Membership).where(theirs).values(role="viewer"))
    assert taken_for(client, token)["role"] == "VIEWER"


def test_a_token_of_an_operator_does_not_run_the_site(app: Flask, lab: Lab, client: FlaskClient) -> None:
    app.add_url_rule(f"{WHOAMI}/site", "operate", lambda: access.operator().email)
    assert ask(client, make(app, lab, "admin", "admin"), f"{WHOAMI}/site").status_code == 403


@pytest.mark.parametrize(
    "values",
    [{"expires_at": later(-1.0)}, {"revoked_at": now()}, {"token_hash": "0" * 64}],
    ids=lambda each: str(*each),
)
def test_a_token_that_is_over_or_unknown_opens_nothing(
    app: Flask, lab: Lab, client: FlaskClient, values: dict[str, Any]
) -> None:
    token = make(app, lab, "member")
    assert opens(client, token)
    change(app, **values)
    assert not opens(client, token)


@pytest.mark.parametrize(
    "token", ["", "psn_", "x" * 47, "psn_" + "é" * 43, "psn_" + "A" * 43 + "\t", "psn_" + "A" * 5000]
)
def test_nonsense_opens_nothing(app: Flask, lab: Lab, client: FlaskClient, token: str) -> None:
    make(app, lab, "member")
    assert ask(client, token.encode().decode("latin-1")).status_code in (302, 401)


def test_a_disabled_persons_token_is_dead_at_once_and_for_good(app: Flask, lab: Lab, client: FlaskClient) -> None:
    token = make(app, lab, "member")
    with app.app_context():
        admin, person = (factories.id_of(lab.emails[role]) for role in ("admin", "member"))
        accounts.disable(person, admin)
        assert not opens(client, token)
        accounts.enable(person, admin)
    assert not opens(client, token)


def test_even_where_nobody_revoked_it(app: Flask, lab: Lab, client: FlaskClient) -> None:
    """The token's row says nothing of the person: they are looked at each time."""
    token = make(app, lab, "member")
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.email == lab.emails["member"]).values(is_disabled=True))
    assert not opens(client, token)


def test_who_was_removed_has_no_token_for_the_team(app: Flask, lab: Lab, client: FlaskClient) -> None:
    token = make(app, lab, "member")
    with app.app_context():
        admin, person = (factories.id_of(lab.emails[role]) for role in ("admin", "member"))
        members.remove(lab.team_id, person, admin)
    assert not opens(client, token)


def test_who_is_not_in_the_team_any_more_is_kept_out(app: Flask, lab: Lab, client: FlaskClient) -> None:
    """Even where the row of the token was forgotten."""
    token = make(app, lab, "member")
    with app.app_context(), writing() as session:
        session.execute(delete(Membership).where(Membership.user_id == factories.id_of(lab.emails["member"])))
    assert not opens(client, token)


def test_a_token_opens_nothing_that_is_made_for_people(app: Flask, lab: Lab, client: FlaskClient) -> None:
    token = make(app, lab, "admin", "admin")
    for address in ("/", "/papers", "/settings/tokens", "/api/v1", "/healthz/../papers"):
        assert ask(client, token, address).status_code != 200, address


def test_a_cookie_opens_nothing_that_is_made_for_programs(lab: Lab, member: FlaskClient) -> None:
    assert member.get("/").status_code == 200
    assert member.get(WHOAMI).status_code != 200
    assert member.post(f"{WHOAMI}/VIEWER").status_code != 200


def test_the_token_counts_and_not_the_cookie_beside_it(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    token = make(app, lab, "viewer")
    assert taken_for(sign_in(lab.emails["admin"]), token)["email"] == lab.emails["viewer"]


def test_a_token_in_the_address_or_with_another_word_opens_nothing(app: Flask, lab: Lab, client: FlaskClient) -> None:
    token = make(app, lab, "member")
    assert client.get(f"{WHOAMI}?access_token={token}&token={token}").status_code != 200
    assert client.get(WHOAMI, headers={"Authorization": f"Token {token}"}).status_code != 200
    assert client.get(WHOAMI, auth=("x", token)).status_code != 200


def test_the_table_holds_only_a_hash(app: Flask, lab: Lab) -> None:
    token = make(app, lab, "member")
    (row,) = rows(app)
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token.startswith("psn_") and len(token) == 4 + 43  # 256 bits
    assert token not in str(vars(row))


def test_it_is_loaded_by_one_query_and_its_use_noted_once_in_five_minutes(
    app: Flask, lab: Lab, client: FlaskClient
) -> None:
    token = make(app, lab, "member")
    assert opens(client, token)
    first = rows(app)[0].used_at
    with counted_queries(app) as statements:
        assert opens(client, token)
    assert len([one for one in statements if one.startswith(("SELECT", "UPDATE"))]) == 1, statements
    change(app, used_at=later(-600.0))
    assert opens(client, token)
    again = rows(app)[0].used_at
    assert first is not None and again is not None and again >= first


@pytest.mark.parametrize(
    ("role", "scope", "name", "days"),
    [("viewer", "write", "x", 30), ("member", "admin", "x", 30), ("member", "operator", "x", 30),
     ("member", "read", " ", 30), ("member", "read", "x", 3650), ("member", "read", "x", 0)],
)  # fmt: skip
def test_it_refuses_a_token_beyond_the_person_or_the_form(
    app: Flask, lab: Lab, role: str, scope: str, name: str, days: int
) -> None:
    with app.app_context(), pytest.raises(InvalidInputError):
        tokens.make(factories.id_of(lab.emails[role]), lab.team_id, name, scope, days)
    with app.app_context():
        assert "token.make_refused" in db.session.scalars(select(AuditEvent.action)).all()
    assert rows(app) == []


def test_nobody_makes_a_token_for_a_team_they_are_not_in(app: Flask, lab: Lab) -> None:
    with app.app_context():
        elsewhere = factories.user()
        with pytest.raises(NotFoundError):
            tokens.make(elsewhere.id, lab.team_id, "x", "read", 7)


def test_nobody_hoards_tokens(app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_ALIVE", 2)
    for _ in range(2):
        make(app, lab, "member")
    with pytest.raises(NotAllowedError):
        make(app, lab, "member")
    change(app, revoked_at=now())
    make(app, lab, "member")
