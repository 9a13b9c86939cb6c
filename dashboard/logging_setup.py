"""How log lines look, as text or JSON, and whom they are about: the request, the run, the node, the worker."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from flask import g, has_request_context

from dashboard.watching import Watching

_about: ContextVar[Mapping[str, Any]] = ContextVar("about", default=MappingProxyType({}))
_always: dict[str, Any] = {}


def begin(watching: Watching) -> None:
    """Write this process's lines to standard error, as configured."""
    logging.config.dictConfig(configuration(watching))


def configuration(watching: Watching) -> dict[str, Any]:
    """The same for `logging.config.dictConfig`; gunicorn's own lines go the same way."""
    level = watching.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": TextLines}, "json": {"()": JsonLines}},
        "filters": {"ids": {"()": Ids}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": watching.log_format, "filters": ["ids"]}
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            "alembic.runtime.migration": {"level": "WARNING"},  # or /readyz would write two lines each time
        },
    }


@contextmanager
def about(**ids: Any) -> Iterator[None]:
    """Put these ids on every line of this thread until the end."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)


def always(**ids: Any) -> None:
    """Put these ids on every line of this process, and of those it forks."""
    _always.update(ids)


class Ids(logging.Filter):
    """Notes on a line whom it is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        asked = {"request_id": g.request_id} if has_request_context() and "request_id" in g else {}
        record.ids = {**_always, **asked, **_about.get(), **getattr(record, "ids", {})}
        return True


class TextLines(logging.Formatter):
    """One line for people, the ids at its end; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        words = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        ids = "".join(f" {name}={value}" for name, value in record.__dict__.get("ids", {}).items())
        line = f"{moment(record)} {record.levelname} {record.name}: {words}{ids}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, the ids, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"at": moment(record), "level": record.levelname.lower(), "logger": record.name,
                "message": record.getMessage(), **record.__dict__.get("ids", {})}  # fmt: skip
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


def moment(record: logging.LogRecord) -> str:
    """When the line was written, UTC."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
