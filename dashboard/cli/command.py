"""What every command has in common: the application's context, and errors as one plain line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from flask.cli import with_appcontext

from dashboard.engine.errors import EngineError
from dashboard.environment import SettingsError

P = ParamSpec("P")


def command(name: str) -> Callable[[Callable[P, None]], click.Command]:
    """Make the function a command of that name; its docstring is the help."""

    def decorate(function: Callable[P, None]) -> click.Command:
        @wraps(function)
        def plainly(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except (EngineError, SettingsError) as error:
                raise click.ClickException(str(error)) from error

        return click.command(name)(with_appcontext(plainly))

    return decorate
