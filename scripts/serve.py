"""`make run`: bring the database up to date, then run web, workers and sweeper until Ctrl-C."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import redis

from dashboard.config import Settings, from_environment
from dashboard.environment import SettingsError
from jobs import embedded
from scripts.obstacles import CannotServeError, alone, check_port
from scripts.supervisor import Service, Supervisor

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOW_MANY = {"worker": "WORKERS"}  # services that run more than once, and the variable that says how often
PATIENCE_SECONDS = 60.0


def main() -> int:
    """Serve until told to stop; 1 when it cannot start."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    try:
        settings = from_environment()
        with alone(settings.home):
            check_port(host, port)
            serve(settings, host, port)
    except (CannotServeError, SettingsError, embedded.EmbeddedRedisError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def serve(settings: Settings, host: str, port: str) -> None:
    """Start everything in order, say where it is, and tend it until told to stop."""
    environment = child_environment(settings, host, port)
    supervisor = Supervisor(environment)
    try:
        if not os.environ.get("REDIS_URL"):
            start_redis(supervisor, settings)
        prepare_database(supervisor, environment)
        supervisor.services += from_procfile()
        wait(supervisor, lambda: answers(host, int(port)), "The web server (its last words are above)")
        print(flask(environment, "sign-in-link", "--first", "--base-url", f"http://{host}:{port}"), flush=True)
        supervisor.run()
    except CannotServeError:
        if not supervisor.stopping.is_set():
            raise
    finally:
        supervisor.stop()


def child_environment(settings: Settings, host: str, port: str) -> dict[str, str]:
    """What the services find: the programs of the virtual environment first, and the settings spelled out."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    spelled = {"PAPERSNITCH_HOME": str(settings.home), "HOST": host, "PORT": port, "FLASK_APP": "wsgi"}
    return {**os.environ, **spelled, "PATH": path, "PYTHONUNBUFFERED": "1"}


def start_redis(supervisor: Supervisor, settings: Settings) -> None:
    """Start the embedded Redis and wait until it answers."""
    path = Path(settings.redis_url.removeprefix("unix://"))
    path.unlink(missing_ok=True)  # left by a server that was killed; `alone` says that none runs
    supervisor.services.append(Service("redis", embedded.command(settings.home / "redis", path), outlives=True))
    with redis.Redis.from_url(settings.redis_url) as client:
        log = embedded.log_of(settings.home / "redis")
        wait(supervisor, lambda: pings(client), f"The embedded Redis (its log: {log})")


def prepare_database(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Upgrade the tables and save the default workflow, where they are not as they should be."""
    flask(environment, "db", "upgrade")
    flask(environment, "create-workflow")
    supervisor.run(until=lambda: True)


def from_procfile() -> list[Service]:
    """The services of the Procfile, the workers as often as WORKERS says (2)."""
    found = []
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(": ")
        many = int(os.environ.get(HOW_MANY[name]) or "2") if name in HOW_MANY else 1
        names = [f"{name}.{number}" for number in range(1, many + 1)] if many > 1 else [name]
        found += [Service(each, shlex.split(command)) for each in names]
    return found


def flask(environment: Mapping[str, str], *words: str) -> str:
    """Run a command of the application; what it printed."""
    command = [str(BIN / "flask"), *words]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        last_words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise CannotServeError(f"`flask {' '.join(words)}` failed:\n{last_words}")
    return done.stdout.strip()


def wait(supervisor: Supervisor, is_up: Callable[[], bool], what: str) -> None:
    """Tend the services until that is up; CannotServeError when it does not come, or Ctrl-C does."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    supervisor.run(until=lambda: is_up() or time.monotonic() > give_up)
    if supervisor.stopping.is_set() or not is_up():
        raise CannotServeError(f"{what} did not come up in {PATIENCE_SECONDS:g} s.")


def pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
