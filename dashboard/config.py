"""Settings from the environment, checked once at start with plain messages."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dashboard import mail, provider, watching
from dashboard.engine.handler_names import PACKAGE, normal
from dashboard.environment import SettingsError, most, number, whole
from dashboard.keeping import Keeping
from dashboard.mail import MailServer
from dashboard.provider import Provider
from dashboard.watching import Watching

_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^?#]*)?")
ANY_HOST = ("0.0.0.0", "::")  # noqa: S104  (compared with, not bound to)


@dataclass(frozen=True)
class Settings:
    """All that is configured. Durations are seconds, sizes bytes."""

    home: Path
    database_url: str
    redis_url: str
    secret_key: str
    lease_seconds: float
    heartbeat_seconds: float
    sweep_seconds: float
    drain_seconds: float
    linger_seconds: float
    cancel_grace_seconds: float
    keeping: Keeping
    max_crashes: int
    max_upload_bytes: int
    max_batch_bytes: int
    max_output_bytes: int
    base_url: str | None
    public_url: str
    mail_server: MailServer | None
    letter_seconds: float
    stuck_seconds: float
    webhook_private_hosts: frozenset[str]
    trusted_hosts: tuple[str, ...]
    model_urls: tuple[str, ...]
    proxy_count: int
    session_idle_seconds: float
    session_seconds: float
    provider: Provider | None
    watching: Watching
    team_max_papers: int | None
    team_max_storage_bytes: int | None
    team_max_active_runs: int | None
    team_max_month_spend: float | None
    plugins: tuple[str, ...]
    artifacts_url: str | None
    artifacts_cache_bytes: int

    @property
    def artifact_folder(self) -> Path:
        return self.home / "artifacts"

    def flask(self) -> dict[str, Any]:
        """What Flask and its extensions read from `app.config`."""
        behind_tls = bool(self.base_url and self.base_url.startswith("https://"))
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": self.max_upload_bytes,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": behind_tls,
            "SESSION_REFRESH_EACH_REQUEST": False,
            "PERMANENT_SESSION_LIFETIME": timedelta(seconds=self.session_seconds),
            "TRUSTED_HOSTS": list(self.trusted_hosts) or None,
            "WTF_CSRF_TIME_LIMIT": None,
            "RATELIMIT_STORAGE_URI": self.redis_url.replace("unix://", "redis+unix://", 1),
            "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
            "RATELIMIT_STRATEGY": "moving-window",
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
            "RATELIMIT_SWALLOW_ERRORS": True,  # of a request that is being counted while another finds Redis gone
        }


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read every setting; SettingsError names the variable and what it may be."""
    env = os.environ if environment is None else environment
    home = Path(env.get("PAPERSNITCH_HOME", "var")).resolve()
    settings = Settings(
        home=home,
        database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{home / 'papersnitch.db'}"),
        redis_url=env.get("REDIS_URL") or f"unix://{home / 'redis.sock'}",
        secret_key=env.get("SECRET_KEY") or _stored_secret(home),
        lease_seconds=number(env, "LEASE_SECONDS", 60),
        heartbeat_seconds=number(env, "HEARTBEAT_SECONDS", 10),
        sweep_seconds=number(env, "SWEEP_SECONDS", 3),
        drain_seconds=number(env, "DRAIN_SECONDS", 300),
        linger_seconds=number(env, "LINGER_SECONDS", 300, least=0),
        cancel_grace_seconds=number(env, "CANCEL_GRACE_SECONDS", 2),
        keeping=_keeping(env),
        max_crashes=int(number(env, "MAX_CRASHES", 3)),
        max_upload_bytes=int(number(env, "MAX_UPLOAD_MB", 200) * 1024 * 1024),
        max_batch_bytes=int(number(env, "MAX_BATCH_MB", 2000) * 1024 * 1024),
        max_output_bytes=int(number(env, "MAX_OUTPUT_MB", 4) * 1024 * 1024),
        base_url=env.get("BASE_URL") or None,
        public_url=_public_url(env),
        mail_server=_mail_server(env),
        letter_seconds=number(env, "LETTER_MINUTES", 5, least=0) * 60,
        stuck_seconds=number(env, "STUCK_MINUTES", 15) * 60,
        webhook_private_hosts=frozenset(env.get("WEBHOOK_PRIVATE_HOSTS", "").lower().replace(",", " ").split()),
        trusted_hosts=tuple(host.strip() for host in env.get("TRUSTED_HOSTS", "").split(",") if host.strip()),
        model_urls=tuple(url.strip() for url in env.get("PAPERSNITCH_MODEL_URLS", "").split(",") if url.strip()),
        proxy_count=int(number(env, "PROXY_COUNT", 0, least=0)),
        session_idle_seconds=number(env, "SESSION_IDLE_HOURS", 24, least=0.25) * 3600,
        session_seconds=number(env, "SESSION_DAYS", 14, least=0.01) * 24 * 3600,
        provider=_provider(env),
        watching=_watching(env),
        team_max_papers=whole(most(env, "TEAM_MAX_PAPERS")),
        team_max_storage_bytes=whole(most(env, "TEAM_MAX_STORAGE_GB"), 1024**3),
        team_max_active_runs=whole(most(env, "TEAM_MAX_ACTIVE_RUNS")),
        team_max_month_spend=most(env, "TEAM_MAX_MONTH_SPEND"),
        plugins=listed_plugins(env),
        artifacts_url=_bucket(env.get("ARTIFACTS_URL", "")),
        artifacts_cache_bytes=int(number(env, "ARTIFACTS_CACHE_GB", 5) * 1024**3),
    )
    if settings.lease_seconds < 3 * settings.heartbeat_seconds:
        raise SettingsError(
            f"LEASE_SECONDS ({settings.lease_seconds:g}) must be at least three times HEARTBEAT_SECONDS "
            f"({settings.heartbeat_seconds:g}), or one late heartbeat looks like a death."
        )
    return settings


def listed_plugins(env: Mapping[str, str]) -> tuple[str, ...]:
    """The packages whose handlers and workflows may be loaded; SettingsError for what is no package's name."""
    names = [name.strip() for name in env.get("PAPERSNITCH_PLUGINS", "").split(",") if name.strip()]
    if wrong := [name for name in names if not PACKAGE.fullmatch(name)]:
        raise SettingsError(f"PAPERSNITCH_PLUGINS is a list of packages, own-workflow,another; {wrong[0]!r} is none.")
    return tuple(dict.fromkeys(map(normal, names)))


def _database_url(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "DATABASE_URL is not a URL. Example: mysql+pymysql://user:secret@host/papersnitch"
        ) from None
    if parsed.drivername not in ("sqlite", "mysql+pymysql"):
        raise SettingsError(
            f"DATABASE_URL starts with {parsed.drivername!r}; it must be mysql+pymysql:// or sqlite:///."
        )
    if parsed.drivername == "mysql+pymysql" and "charset" not in parsed.query:
        parsed = parsed.update_query_dict({"charset": "utf8mb4"})
    return parsed.render_as_string(hide_password=False)


def _keeping(env: Mapping[str, str]) -> Keeping:
    checkpoints = number(env, "CHECKPOINT_DAYS", Keeping.checkpoints)  # as it was called before
    return Keeping(
        logs=number(env, "RETENTION_LOGS_DAYS", 0, least=0),
        attempts=number(env, "RETENTION_ATTEMPTS_DAYS", 0, least=0),
        artifacts=number(env, "RETENTION_ARTIFACTS_DAYS", 0, least=0),
        checkpoints=number(env, "RETENTION_CHECKPOINTS_DAYS", checkpoints, least=0),
    )


def _bucket(url: str) -> str | None:
    if url and not _BUCKET.fullmatch(url):
        raise SettingsError(f"ARTIFACTS_URL is {url!r}; it must be s3://bucket or s3://bucket/prefix.")
    return url or None


def _public_url(env: Mapping[str, str]) -> str:
    """Where links in letters and invitations lead; without BASE_URL they work on this machine."""
    host, port = env.get("HOST") or "127.0.0.1", env.get("PORT") or "8000"
    return env.get("BASE_URL") or f"http://{'127.0.0.1' if host in ANY_HOST else host}:{port}"


def _mail_server(env: Mapping[str, str]) -> MailServer | None:
    if not env.get("SMTP_URL"):
        return None
    if not env.get("BASE_URL"):
        raise SettingsError("SMTP_URL is set and BASE_URL is not: the links in letters would lead nowhere.")
    try:
        return mail.server(env["SMTP_URL"], env.get("MAIL_FROM", ""))
    except ValueError as problem:
        raise SettingsError(str(problem)) from None


def _provider(env: Mapping[str, str]) -> Provider | None:
    if env.get("OIDC_ISSUER") and not env.get("BASE_URL"):
        raise SettingsError("OIDC_ISSUER is set and BASE_URL is not: the provider could not send people back.")
    try:
        return provider.from_environment(env)
    except ValueError as problem:
        raise SettingsError(str(problem)) from None


def _watching(env: Mapping[str, str]) -> Watching:
    try:
        return watching.from_environment(env)
    except ValueError as problem:
        raise SettingsError(str(problem)) from None


def _stored_secret(home: Path) -> str:
    """The key this installation made for itself on its first start."""
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()
