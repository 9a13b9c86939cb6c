"""Figures of the whole site for Prometheus, as the database has them in this moment.

Every process that is asked tells the same. What grows with history comes from tallies or an index alone; the rest is
what the operators' page shows, and bounded as there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from dashboard.engine import definitions, tallies
from dashboard.engine.clock import now
from dashboard.engine.states import RunStatus
from dashboard.extensions import db
from dashboard.health import Condition
from dashboard.models import WorkflowRun
from dashboard.reads import ops


class Figures(Collector):
    """What is read from the database."""

    def collect(self) -> Iterator[Metric]:
        yield from _standing(ops.page(()), db.session.execute(select(now())).scalar_one())
        yield _runs()
        yield from _attempts(tallies.read(tallies.ATTEMPTS.name))
        yield from _models(tallies.read(tallies.MODEL_CALLS.name))


class Conditions(Collector):
    """Which parts are well; told also where the database is not."""

    def __init__(self, found: Sequence[Condition]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield _by("papersnitch_well", "1 where the part answers as it should.", "part",
                  ((each.part, float(each.is_well)) for each in self._found))  # fmt: skip


def _standing(found: ops.Ops, moment: datetime) -> Iterator[Metric]:
    """Queues and workers. A queue that stands empty says so: an autoscaler reads silence as ignorance."""
    alive = [one for one in found.workers if not one.is_silent]
    served = [queue for one in alive for queue in one.queues.split(",")]
    queues = {one.name: one for one in found.queues}
    names = sorted({*queues, *served, *_used()})
    due = {name: one.oldest_due for name, one in queues.items() if one.oldest_due}
    ages = {name: max(0.0, (moment - since).total_seconds()) for name, since in due.items()}
    yield _by("papersnitch_ready_nodes", f"Nodes that wait for a worker (counted up to {ops.COUNTED:,}).", "queue",
              ((name, queues[name].ready if name in queues else 0) for name in names))  # fmt: skip
    yield _by("papersnitch_running_nodes", "Nodes in a worker's hands.", "queue",
              ((name, queues[name].running if name in queues else 0) for name in names))  # fmt: skip
    yield _by("papersnitch_oldest_ready_seconds", "How long the node that has waited longest has been due.", "queue",
              ((name, ages.get(name, 0.0)) for name in names))  # fmt: skip
    yield _by("papersnitch_workers_alive", "Workers heard of in the last minute.", "queue",
              ((name, served.count(name)) for name in names))  # fmt: skip
    yield GaugeMetricFamily("papersnitch_sweepers_alive", "Sweepers heard of lately.", value=len(found.sweepers))
    yield GaugeMetricFamily("papersnitch_expired_claims", "Claims whose lease ran out.", value=found.expired)


def _used() -> set[str]:
    """The queues that workflows use."""
    return {str(node["queue"]) for each in definitions.list_active() for node in each.dag["nodes"]}


def _runs() -> Metric:
    counted = select(WorkflowRun.status, func.count()).group_by(WorkflowRun.status)
    numbers = {str(row[0]): row[1] for row in db.session.execute(counted)}
    return _by("papersnitch_runs", "Runs by status.", "status",
               ((str(status), numbers.get(status, 0)) for status in RunStatus))  # fmt: skip


def _attempts(counts: tallies.Counts) -> Iterator[Metric]:
    ended = CounterMetricFamily("papersnitch_node_attempts", "Attempts that ended.", labels=["handler", "outcome"])
    for handler, outcomes in sorted(counts.get("ended", {}).items()):
        for outcome, number in sorted(outcomes.items()):
            ended.add_metric([handler, outcome], number)
    yield ended
    seconds = HistogramMetricFamily("papersnitch_node_seconds", "How long attempts took.", labels=["handler"])
    for handler, histogram in sorted(counts.get("seconds", {}).items()):
        seconds.add_metric([handler], _buckets(histogram, tallies.NODE_BOUNDS), histogram["sum"])
    yield seconds
    waited = counts.get("waited", {})
    latency = HistogramMetricFamily("papersnitch_claim_latency_seconds", "From due to claimed.")
    latency.add_metric([], _buckets(waited, tallies.WAIT_BOUNDS), waited.get("sum", 0.0))
    yield latency


def _models(counts: tallies.Counts) -> Iterator[Metric]:
    told = {"calls": "Calls to language models.", "tokens_in": "Tokens sent.", "tokens_out": "Tokens received.",
            "cost": "Spent, in the money of the configured prices."}  # fmt: skip
    for name, words in told.items():
        family = CounterMetricFamily(f"papersnitch_model_{name}", words, labels=["model"])
        for model, number in sorted(counts.get(name, {}).items()):
            family.add_metric([model], number)
        yield family


def _buckets(histogram: tallies.Counts, bounds: tuple[float, ...]) -> list[tuple[str, float]]:
    """Prometheus' buckets hold all below their bound; the tally's only what is above the bound before."""
    below = 0.0
    buckets = []
    for bound in (*map(str, bounds), tallies.BEYOND):
        below += histogram.get(bound, 0)
        buckets.append((bound, below))
    return buckets


def _by(name: str, words: str, label: str, numbers: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in numbers:
        family.add_metric([value], number)
    return family
