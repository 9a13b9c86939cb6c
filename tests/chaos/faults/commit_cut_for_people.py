"""The TCP connection of the web process is cut at the COMMIT of what a person asked for.

Protected by the line each act leaves in the audit trail: without a look at it the person is told "not allowed" for an
act that took, or the act is done twice.

Seen to fail: `acts.perform` repeats without that look -> all 8 acts told the person no, and rang for nobody.
"""

from __future__ import annotations

from collections import Counter

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import doorbell
from dashboard.extensions import db
from tests.chaos import outcome, scenes
from tests.chaos.proxy import Cut, Proxy, proxy
from tests.chaos.scenes import Scene
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "TCP cut after COMMIT of start, pause, resume, cancel, retry, skip"
PLANS = ([Cut.ANSWER], [Cut.COMMIT], [Cut.COMMIT, Cut.ANSWER])


def run(stage: Stage, scale: float) -> Trial:
    acts = [scene for scene in scenes.ALL if scene.by_a_person]
    broken: Counter[str] = Counter()
    with proxy(stage.environment["DATABASE_URL"]) as between:
        far = between.before(stage.environment["DATABASE_URL"])
        with create_app(from_environment({**stage.environment, "DATABASE_URL": far})).app_context():
            for _ in range(max(1, round(10 * scale))):
                for scene in acts:
                    broken.update(_changes(between, scene))
            db.engine.dispose()
    tried = between.cuts.total()
    return Trial(FAULT, tried, dict(broken), stage.seconds, f"{len(acts)} acts")


def _changes(between: Proxy, scene: Scene) -> list[str]:
    """The cuts that changed the scene's end."""
    expected = _play(between, scene, [])
    return [
        f"{scene.name}, which lost {' and then '.join(plan)}"
        for plan in PLANS
        if _play(between, scene, plan) != expected
    ]


def _play(between: Proxy, scene: Scene, plan: list[Cut]) -> object:
    """What the act answered, the run it left, and the rings that wait for it."""
    table = scene.lay()
    between.plan = iter(plan)
    try:
        said = scene.act(table)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    between.plan = iter(())
    return said, outcome.of_run(table.run_id), doorbell.rings_waiting(table.wish.queue)
