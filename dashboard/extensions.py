"""The Flask extensions, and how each database is spoken to."""

from __future__ import annotations

import math
import time
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from pymysql.constants import SERVER_STATUS
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

IDLE_SECONDS = 1.0
PACKED = {  # what is sent packed: pages and fragments; never a stream, whose lines should arrive as they are written
    "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_STREAMS": False,
    "COMPRESS_MIN_SIZE": 1000,
}


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
compress = Compress()


def engine_options(database_url: str) -> dict[str, Any]:
    """Options of `create_engine` for that database.

    READ COMMITTED because a fan-in under REPEATABLE READ loses children (docs/engine.md); a short lock wait because
    a blocked worker should turn to other work.
    """
    if make_url(database_url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return {
        "isolation_level": "READ COMMITTED",
        "pool_recycle": 1800,
        "pool_reset_on_return": None,  # see _look_after_idling
        "pool_size": 10,
        "max_overflow": 20,
        "connect_args": {
            "init_command": "SET time_zone='+00:00', innodb_lock_wait_timeout=5",
            "connect_timeout": 5,
            "read_timeout": 60,
            "write_timeout": 60,
        },
    }


def tune(engine: Engine) -> Engine:
    """On MySQL ping what has idled; on SQLite take over transactions: WAL, and BEGIN IMMEDIATE for those that write.

    SQLite's driver begins lazily and upgrades a read to a write, which fails at once when somebody else wrote in
    between. Writers therefore set the execution option `writes` (see `dashboard.engine.transactions`).
    """
    if engine.dialect.name != "sqlite":
        return _look_after_idling(engine)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _look_after_idling(engine: Engine) -> Engine:
    """Ping a pooled connection that has idled, for the server may have closed it; a busy one is not asked each time.

    A connection that comes back is rolled back where a transaction is still open, which is where COMMIT failed.
    """

    @event.listens_for(engine, "reset")
    def end_transaction(connection: Any, _record: Any, _state: Any) -> None:
        if connection.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS:
            connection.rollback()

    @event.listens_for(engine, "checkin")
    def remember(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", math.inf) > IDLE_SECONDS:
            try:
                connection.ping(reconnect=False)
            except Exception as error:
                raise DisconnectionError(str(error)) from error

    return engine


def init_app(app: Flask) -> None:
    """Bind every extension to the application."""
    app.config.from_mapping(PACKED)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(app)
    migrate.init_app(app, db)
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    compress.init_app(app)
    with app.app_context():
        tune(db.engine)
