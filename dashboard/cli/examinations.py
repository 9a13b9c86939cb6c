"""What `flask doctor` looks at. Each examination says what it found, in a sentence, and what would mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import redis
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard import storage, tesseract
from dashboard.cli.workflow_sources import known_handlers
from dashboard.config import Settings
from dashboard.engine import definitions, sweepers
from dashboard.engine.clock import later
from dashboard.engine.errors import StorageError
from dashboard.environment import SettingsError
from dashboard.extensions import db
from dashboard.models import WorkerReport

ROOT = Path(__file__).resolve().parents[2]
LEAST_FREE_BYTES = 1024**3
SILENT_AFTER_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """What an examination found; `mend` is a command or a setting."""

    subject: str
    is_well: bool
    sentence: str
    mend: str = ""


def examine_database(settings: Settings) -> Iterator[Finding]:
    """It answers, and its tables are those of this version."""
    shown = db.engine.url.render_as_string(hide_password=True)
    try:
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        yield Finding("database", False, f"{shown} does not answer: {error.orig}", "start it, or set DATABASE_URL")
        return
    wanted = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    is_current = found == wanted
    state = "its tables are current" if is_current else f"its tables are of version {found}, not {wanted}"
    yield Finding("database", is_current, f"{shown} answers; {state}", "flask db upgrade")


def examine_redis(settings: Settings) -> Iterator[Finding]:
    """It answers."""
    mend = "make run (starts the embedded one), or set REDIS_URL to a running server"
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=5) as client:
            version = client.info("server")["redis_version"]
        yield Finding("redis", True, f"answers (version {version})")
    except redis.RedisError as error:
        yield Finding("redis", False, f"does not answer: {error}", mend)


def examine_workflows(settings: Settings) -> Iterator[Finding]:
    """There is a workflow, and this machine has the handlers it names."""
    handlers = known_handlers()
    try:
        active = definitions.list_active()
    except SQLAlchemyError:
        db.session.rollback()
        yield Finding("workflows", False, "cannot be read", "flask db upgrade")
        return
    if not active:
        yield Finding("workflows", False, "none is saved", "flask create-workflow")
    for each in active:
        unknown = {node["handler"] for node in each.dag["nodes"]} - set(handlers or ())
        if handlers is not None and unknown:
            yield Finding("workflows", False, f"{each.name} names handlers nobody has: {', '.join(sorted(unknown))}",
                          f"flask create-workflow FILE --name {each.name}, with handlers of jobs/handlers")  # fmt: skip
        else:
            yield Finding("workflows", True, f"{each.name}, version {each.version}")


def examine_workers(settings: Settings) -> Iterator[Finding]:
    """Every queue that a workflow uses is served by a worker that is alive."""
    alive = select(WorkerReport.queues).where(WorkerReport.seen_at > later(-SILENT_AFTER_SECONDS))
    try:
        served = [set(queues.split(",")) for queues in db.session.scalars(alive)]
        used = {node["queue"] for each in definitions.list_active() for node in each.dag["nodes"]} or {"default"}
    except SQLAlchemyError:
        db.session.rollback()
        yield Finding("workers", False, "cannot be counted", "flask db upgrade")
        return
    lacking = sorted(used.difference(*served))
    if lacking:
        yield Finding(
            "workers", False, f"none serves {', '.join(lacking)}", f"flask worker --queues {','.join(lacking)}"
        )
    else:
        yield Finding("workers", True, f"{len(served)} alive, all queues served")


def examine_sweepers(settings: Settings) -> Iterator[Finding]:
    """One is alive to take back what dead workers held."""
    try:
        alive = sweepers.alive()
    except SQLAlchemyError:
        yield Finding("sweepers", False, "cannot be counted", "flask db upgrade")
        return
    sentence = f"{len(alive)} alive" if alive else "none is alive: what dead workers held stays with them"
    yield Finding("sweepers", bool(alive), sentence, "flask sweeper")


def examine_disk(settings: Settings) -> Iterator[Finding]:
    """Artifacts can be written, and there is room for them."""
    try:
        settings.artifact_folder.mkdir(parents=True, exist_ok=True)
        probe = settings.artifact_folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding("disk", False, f"{settings.home} cannot be written: {error.strerror}", "set PAPERSNITCH_HOME")
        return
    free = shutil.disk_usage(settings.home).free
    sentence = f"{settings.home}: {free / 1024**3:.1f} GiB free"
    yield Finding("disk", free >= LEAST_FREE_BYTES, sentence, "free some space, or move PAPERSNITCH_HOME")


def examine_bucket(settings: Settings) -> Iterator[Finding]:
    """Files can be written into the bucket, where one is configured."""
    mend = "set ARTIFACTS_URL, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (docs/deployment.md)"
    try:
        if sentence := storage.examine(settings):
            yield Finding("bucket", True, sentence)
    except (SettingsError, StorageError) as error:
        yield Finding("bucket", False, str(error), mend)


def examine_programs(settings: Settings) -> Iterator[Finding]:
    """Git fetches the repositories of papers."""
    found = shutil.which("git")
    yield Finding(
        "git", found is not None, found or "is not installed", "apt install git (macOS: xcode-select --install)"
    )


def examine_ocr(settings: Settings) -> Iterator[Finding]:
    """Scanned pages are read where tesseract is; all else works without it."""
    found = tesseract.installed()
    if found is None:
        yield Finding("ocr", True, f"not installed: scanned pages are not read. If you want them: {tesseract.INSTALL}")
        return
    lacking = sorted(set(tesseract.asked_for()) - set(found.languages))
    sentence = f"{found.path} reads {', '.join(name for name in found.languages if name != 'osd')}"
    if lacking:
        sentence += f", but not {', '.join(lacking)}, which {tesseract.LANGUAGES} names"
    mend = f"apt install {' '.join('tesseract-ocr-' + name.replace('_', '-') for name in lacking)}"
    yield Finding("ocr", not lacking, sentence, mend)


def examine_front_end(settings: Settings) -> Iterator[Finding]:
    """The pages' third-party files are there."""
    there = (ROOT / "static" / "vendor" / ".stamp").exists()
    sentence = "its files are in static/vendor" if there else "static/vendor is not filled"
    yield Finding("front end", there, sentence, "python scripts/front_end.py")


EXAMINATIONS: Iterable[Callable[[Settings], Iterator[Finding]]] = (
    examine_database,
    examine_redis,
    examine_workflows,
    examine_workers,
    examine_sweepers,
    examine_disk,
    examine_bucket,
    examine_programs,
    examine_ocr,
    examine_front_end,
)
