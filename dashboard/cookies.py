"""The cookie of a session: behind TLS it is Secure, and its name lets no other host and no plain page set it."""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


class HostCookie(SecureCookieSessionInterface):
    """Called `__Host-session` where a request came by TLS, or BASE_URL says that all do; `session` elsewhere."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return super().get_cookie_secure(app) or request.is_secure

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if self.get_cookie_secure(app) else name
