"""Sessions: one row a browser, dead once ended, and worth nothing to whoever copied or planted its cookie."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, select, update

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import sessions
from dashboard.engine.clock import later
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, OpenSession, User
from dashboard.views import access
from jobs import sweeper
from tests.views.conftest import PASSWORD, Browser, Lab, SignIn
from tests.views.test_door import addresses
from tests.views.test_live import HTMX, counted_queries, poll_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
DAY = 24 * 3600.0


def copy_of(app: Flask, browser: FlaskClient) -> FlaskClient:
    """Another browser that holds the same cookie."""
    cookie = browser.get_cookie("session")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    return thief


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def token_of(browser: FlaskClient) -> str:
    with browser.session_transaction() as held:
        return str(held["_user_id"])


def set_time(app: Flask, **times: ColumnElement[object]) -> None:
    """Turn the clock of every session."""
    with app.app_context(), writing() as session:
        session.execute(update(OpenSession).values(times))


def rows(app: Flask) -> list[OpenSession]:
    with app.app_context():
        return list(db.session.scalars(select(OpenSession).order_by(OpenSession.id)))


def last_act(app: Flask) -> AuditEvent:
    with app.app_context():
        return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_a_cookie_copied_before_signing_out_is_dead_after(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    browser, other = sign_in(lab.emails["member"]), sign_in(lab.emails["member"])
    thief = copy_of(app, browser)
    assert is_in(thief)
    browser.post("/logout")
    assert not is_in(thief)
    assert is_in(other)


def test_signing_in_leaves_nothing_of_a_planted_cookie(app: Flask, client: FlaskClient, lab: Lab) -> None:
    client.get("/login")
    attacker = copy_of(app, client)
    client.post("/login", data={"email": lab.emails["member"], "password": PASSWORD})
    assert is_in(client)
    assert not is_in(attacker)
    with attacker.session_transaction() as planted, client.session_transaction() as fresh:
        assert "csrf_token" in planted
        assert planted["csrf_token"] != fresh.get("csrf_token")


def test_signing_in_again_begins_another_session(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    first, second = sign_in(lab.emails["member"]), sign_in(lab.emails["member"])
    assert token_of(first) != token_of(second)


def test_the_table_holds_only_a_hash_of_the_token(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    token = token_of(sign_in(lab.emails["member"]))
    (row,) = rows(app)
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize(
    "times", [{"seen_at": later(-25 * 3600.0)}, {"expires_at": later(-1.0)}, {"ended_at": later(0.0)}]
)
def test_a_session_that_idled_or_is_too_old_or_was_ended_lets_nobody_in(
    app: Flask, lab: Lab, running: int, sign_in: SignIn, times: dict[str, ColumnElement[object]]
) -> None:
    browser = sign_in(lab.emails["member"])
    poll = poll_of(browser.get(f"/runs/{running}").text)
    set_time(app, **times)
    assert not is_in(browser)
    assert browser.get(poll, headers=HTMX).headers["HX-Redirect"] == "/login"


def test_the_operator_says_how_long_a_session_lasts(environment: dict[str, str]) -> None:
    settings = from_environment(environment | {"SESSION_IDLE_HOURS": "2", "SESSION_DAYS": "3"})
    assert (settings.session_idle_seconds, settings.session_seconds) == (7200, 3 * DAY)
    assert settings.flask()["PERMANENT_SESSION_LIFETIME"].total_seconds() == 3 * DAY


def test_the_person_and_their_session_are_loaded_by_one_query(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    token = token_of(sign_in(lab.emails["member"]))
    with counted_queries(app) as statements, app.test_request_context():
        assert access.load_user(token) is not None
        assert [each.team_id for each in access.g.viewer.memberships] == [lab.team_id]
    assert len([one for one in statements if one.startswith("SELECT")]) == 1, statements


def test_a_visit_is_noted_once_in_five_minutes(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    browser = sign_in(lab.emails["member"])
    with counted_queries(app) as statements:
        browser.get("/")
    assert not [one for one in statements if one.startswith("UPDATE")]
    set_time(app, seen_at=later(-600.0))
    before = rows(app)[0].seen_at
    browser.get("/")
    assert rows(app)[0].seen_at > before


def test_a_page_that_polls_by_itself_is_no_visit(app: Flask, lab: Lab, running: int, sign_in: SignIn) -> None:
    browser = sign_in(lab.emails["member"])
    set_time(app, seen_at=later(-600.0))
    before = rows(app)[0].seen_at
    for address in (f"/runs/{running}/live?v=0", "/live?v=0"):
        assert browser.get(address, headers=HTMX).status_code in (200, 204, 404)
    assert rows(app)[0].seen_at == before


def test_it_lists_browsers_in_words(app: Flask, lab: Lab, sign_in: SignIn, client: FlaskClient) -> None:
    right = {"email": lab.emails["member"], "password": PASSWORD}
    app.test_client().post(
        "/login", data=right, headers={"User-Agent": FIREFOX}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )
    page = sign_in(lab.emails["member"]).get("/settings/security").text
    assert "Firefox on Linux" in page and "203.0.113.9" in page
    assert page.count("this browser") == 1


def test_one_browser_is_signed_out_from_another(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    lost, kept, third = (sign_in(lab.emails["member"]) for _ in range(3))
    answer = kept.post("/settings/security/sessions", data={"session": rows(app)[0].id})
    assert answer.status_code == 303
    assert (is_in(lost), is_in(kept), is_in(third)) == (False, True, True)
    assert last_act(app).action == "user.session_end"


def test_all_others_are_signed_out_at_once(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    one, two, kept, stranger = (sign_in(lab.emails[who]) for who in ("member", "member", "member", "viewer"))
    kept.post("/settings/security/sessions", data={"session": "others"})
    assert [is_in(each) for each in (one, two, kept, stranger)] == [False, False, True, True]
    assert last_act(app).detail == {"ended": 2}


@pytest.mark.parametrize("which", ["theirs", "", "0", "x", "99999999999999999999", "²"])
def test_nobody_ends_a_session_that_is_not_theirs(app: Flask, lab: Lab, sign_in: SignIn, which: str) -> None:
    victim, attacker = sign_in(lab.emails["member"]), sign_in(lab.emails["viewer"])
    session = str(rows(app)[0].id) if which == "theirs" else which
    assert attacker.post("/settings/security/sessions", data={"session": session}).status_code == 404
    assert is_in(victim) and is_in(attacker)


def test_sessions_long_over_are_forgotten_some_at_a_time(
    app: Flask, lab: Lab, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "AT_A_TIME", 2)
    for _ in range(5):
        sign_in(lab.emails["member"])
    set_time(app, ended_at=later(-8 * DAY))
    fresh, ended = sign_in(lab.emails["member"]), sign_in(lab.emails["viewer"])
    ended.post("/logout")
    with app.app_context():
        assert sessions.forget_the_ended() == 5
    assert len(rows(app)) == 2 and is_in(fresh)


@pytest.mark.parametrize("times", [{"seen_at": later(-9 * DAY)}, {"expires_at": later(-8 * DAY)}])
def test_sessions_nobody_ended_are_forgotten_too(
    app: Flask, lab: Lab, sign_in: SignIn, times: dict[str, ColumnElement[object]]
) -> None:
    sign_in(lab.emails["member"])
    set_time(app, **times)
    with app.app_context():
        sweeper.tidy()
    assert rows(app) == []


def test_signing_in_and_out_is_recorded_with_address_and_browser(app: Flask, lab: Lab) -> None:
    app.test_client_class = Browser
    browser = app.test_client()
    headers = {"User-Agent": FIREFOX}
    browser.post("/login", data={"email": lab.emails["member"], "password": "wrong"}, headers=headers)
    refused = last_act(app)
    assert (refused.action, refused.address) == ("user.sign_in_refused", "127.0.0.1")
    assert refused.detail == {"email": lab.emails["member"], "browser": "Firefox on Linux"}
    browser.post("/login", data={"email": lab.emails["member"], "password": PASSWORD}, headers=headers)
    entered = last_act(app)
    assert (entered.action, entered.detail) == ("user.sign_in", {"how": "password", "browser": "Firefox on Linux"})
    browser.post("/logout")
    with app.app_context():
        person = db.session.scalar(select(User.id).where(User.email == lab.emails["member"]))
    assert (last_act(app).action, last_act(app).user_id) == ("user.sign_out", person)


def test_a_signed_in_page_is_kept_by_no_cache(app: Flask, lab: Lab, sign_in: SignIn) -> None:
    browser = sign_in(lab.emails["member"])
    for address in addresses(app, "GET"):
        assert browser.get(address).headers["Cache-Control"] == "no-store", address


def test_a_plain_cookie_is_for_this_site_and_out_of_scripts_reach(lab: Lab, client: FlaskClient) -> None:
    answer = client.post("/login", data={"email": lab.emails["member"], "password": PASSWORD})
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes) and "Secure" not in attributes


def test_a_cookie_behind_tls_is_secure_and_of_this_host_alone(lab: Lab, client: FlaskClient) -> None:
    right = {"email": lab.emails["member"], "password": PASSWORD}
    answer = client.post("/login", data=right, base_url="https://papers.example")
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not [one for one in attributes if one.startswith("Domain")]
    assert client.get("/", base_url="https://papers.example").status_code == 200


def test_base_url_says_that_a_proxy_speaks_tls(environment: dict[str, str]) -> None:
    behind = create_app(from_environment(environment | {"BASE_URL": "https://papers.example"}))
    cookie = behind.test_client().get("/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=") and "; Secure" in cookie
