"""1213, 1205 and 2013, the last before and after the statement was carried out, at each statement of every verb.

Protected by `persist`, which rolls back and repeats the whole transaction, and looks first where COMMIT was sent.

Seen to fail: 1205 no longer counts as passing -> 9 of 9 of the scenes that met it.
"""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import Engine

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import pipeline
from dashboard.extensions import db
from tests.chaos import outcome, scenes
from tests.chaos.injection import COMMIT, Injector, Injury
from tests.chaos.scenes import Scene
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "1213, 1205, 2013 injected at each statement"
LOST = (Injury.NEVER_SENT, Injury.ANSWER_LOST)


def run(stage: Stage, scale: float) -> Trial:
    stride = 1 if scale >= 0.1 else 15
    worker = _worker(stage)
    broken: Counter[str] = Counter()
    tried = 0
    for scene in scenes.ALL:
        with (stage.app if scene.by_a_person else worker).app_context():
            expected, statements = _play(scene, place=None, injury=None)
            for place, injury in _injuries(statements)[tried % stride :: stride]:
                tried += 1
                if _play(scene, place, injury)[0] != expected:
                    broken[f"{scene.name}: {injury} at {_short(statements[place])}"] += 1
    return Trial(FAULT, tried, dict(broken), stage.seconds, f"{len(scenes.ALL)} verbs")


def _worker(stage: Stage) -> Flask:
    """An application that speaks to the database as a worker does."""
    app = create_app(from_environment(stage.environment))
    with app.app_context():
        pipeline.install(db.engine)
    return app


def _injuries(statements: list[str]) -> list[tuple[int, Injury]]:
    """Each fault at each place; a COMMIT can only be lost."""
    return [(place, injury) for place, name in enumerate(statements) for injury in (LOST if name == COMMIT else Injury)]


def _short(statement: str) -> str:
    return " ".join(statement.split())[:60]


def _play(scene: Scene, place: int | None, injury: Injury | None) -> tuple[object, list[str]]:
    """The scene's end and its statements in order, when the one at that place meets the fault."""
    statements: list[str] = []

    def choose(name: str, _count: int) -> Injury | None:
        statements.append(name)
        return injury if len(statements) - 1 == place else None

    table = scene.lay()
    with Injector(Engine, choose):
        try:
            said = scene.act(table)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
    return (said, outcome.of_run(table.run_id)), statements
