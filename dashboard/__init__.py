"""PaperSnitch: a dashboard over a durable workflow engine.

`create_app` is loaded when it is first asked for. The child processes that read PDFs import `dashboard.judging` alone,
and would otherwise pay a second and a hundred megabytes for a web framework and a database they never touch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.application import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dashboard.application import create_app

    return create_app
