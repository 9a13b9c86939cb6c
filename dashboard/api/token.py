"""The token that comes with the request: whose it is, of which team, and how long it opens."""

from __future__ import annotations

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.shapes.token import Token
from dashboard.engine.tokens import Scope
from dashboard.extensions import db
from dashboard.models import ApiToken
from dashboard.views import access

routes = guard.noun("token")


@routes.get("")
@answers(Token)
def show() -> Token:
    """What it opens, as far as its person may go at this moment."""
    viewer = access.viewer()
    token = db.session.get_one(ApiToken, viewer.token_id)
    scope = list(Scope)[viewer.role_in(token.team_id) - 1]
    return Token(
        name=token.name, person=viewer.user.name, team=access.team().name, scope=scope, expires_at=token.expires_at
    )
