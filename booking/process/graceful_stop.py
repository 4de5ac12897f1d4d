"""Graceful stop: a web machine first fails its readiness check, and keeps serving until its load balancer has seen it.

When a server stops, a connection that is open but on which no request has been read yet is cut, and a write that was
just sent on it is lost: the load balancer must have stopped routing requests here before.
"""

from __future__ import annotations

import signal

# Longer than four readiness checks (/health/ready) of the load balancer (deploy/haproxy).
DRAIN_SECONDS = 3.0
DRAIN_SIGNAL = signal.SIGUSR1


class Draining:
    """Whether this process is draining: it is about to stop and must get no new requests."""

    on = False


draining = Draining()


def drain_on_signal() -> None:
    """Start draining when the parent process sends DRAIN_SIGNAL."""
    signal.signal(DRAIN_SIGNAL, _drain)


def _drain(*_: object) -> None:
    draining.on = True
