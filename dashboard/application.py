"""The application: settings, extensions, pages and commands put together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import api, cli, extensions, storage, views
from dashboard.by_address import ByAddress
from dashboard.config import Settings, from_environment
from dashboard.views import numbers

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The application, for the web process, the workers and the command line alike."""
    settings = settings or from_environment()
    app = Flask("dashboard", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.from_mapping(settings.flask())
    app.extensions["settings"] = settings
    app.extensions["store"] = storage.of(settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    extensions.init_app(app)
    numbers.init_app(app)
    views.init_app(app)
    api.init_app(app)
    cli.init_app(app)
    if settings.trusted_hosts:
        app.wsgi_app = ByAddress(app.wsgi_app, settings.trusted_hosts[0])  # type: ignore[assignment, method-assign]
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
