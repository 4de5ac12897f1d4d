"""A worker's own address for Prometheus (WORKER_METRICS): of a machine where no web process tells what it counts."""

from __future__ import annotations

import errno
import hmac
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from booking.outbox.watch.expose import CONTENT_TYPE, exposition, figures_of_machine
from booking.process.counting import count_into
from booking.process.samples import forget_dead_processes, processes_of, samples_of_worker
from booking.process.settings import Settings, SettingsRefused

logger = logging.getLogger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _ServerOfIPv6(_Server):
    address_family = socket.AF_INET6


class _Silent(WSGIRequestHandler):
    timeout = 10.0

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: whoever asks is Prometheus, every few seconds."""


@contextmanager
def counted(settings: Settings) -> Iterator[None]:
    """This worker counts what it does: beside the web processes of its machine, which tell it, or at an address of its
    own where it has one (WORKER_METRICS)."""
    folder = samples_of_worker(settings)
    if not processes_of(folder):
        forget_dead_processes(folder)  # while another counts, what those before have done is part of the sum
    count_into(folder, jobs=True)
    if not settings.worker_metrics:
        yield
        return

    def tell() -> bytes:
        return exposition({"worker": folder}, figures_of_machine(settings.data_dir))

    with served(settings.worker_metrics, settings.metrics_token, tell):
        yield


@contextmanager
def served(address: str, token: str, tell: Callable[[], bytes]) -> Iterator[None]:
    """Answer GET /metrics at that address with what `tell` says, to whoever shows the token.

    In a thread of its own, which ends with the process. Where something listens there already, most likely another
    worker of this machine, which then tells for both, the log says so. Raises SettingsRefused where the address is not
    this machine's.
    """
    host, port = read_address(address)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics" or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start("404 Not Found", [])
            return [b""]
        if not hmac.compare_digest(environ.get("HTTP_AUTHORIZATION", "").encode(), f"Bearer {token}".encode()):
            start("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
            return [b""]
        body = tell()
        start("200 OK", [("Content-Type", f"{CONTENT_TYPE}; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    try:
        server = make_server(host, port, answer, _ServerOfIPv6 if ":" in host else _Server, _Silent)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            logger.warning("%s is taken: what this worker counts is told there if another worker listens", address)
            yield
            return
        raise SettingsRefused(f"Le travail de fond ne peut pas écouter sur {address} : {error.strerror}.") from error
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def read_address(address: str) -> tuple[str, int]:
    """Host and port of WORKER_METRICS; raises SettingsRefused for anything else."""
    try:
        parts = urlsplit(f"//{address}")
        if parts.hostname and parts.port and parts.netloc == address and "@" not in address:
            return parts.hostname, parts.port
    except ValueError:
        """Said below."""
    raise SettingsRefused(f"WORKER_METRICS est une adresse et un port, comme 10.0.0.31:9101 ; pas « {address} ».")
