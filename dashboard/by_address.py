"""Those who watch reach each process of a site by its own address; everybody else asks for a host of TRUSTED_HOSTS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})


class ByAddress:
    """Takes these requests for requests of `host`, whatever they name: their answers hold no address."""

    def __init__(self, application: WSGIApplication, host: str) -> None:
        self._application = application
        self._host = host

    def __call__(self, environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environment.get("PATH_INFO") in WATCHED:
            environment = {**environment, "HTTP_HOST": self._host}
        return self._application(environment, start)
