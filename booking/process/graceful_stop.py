"""A web machine that is about to stop says so first, and goes on answering until nobody asks it any more.

A connection that is open but has not spoken yet is cut when a server stops, with the act that was just sent on it:
whoever shares requests among several machines must have turned away before.
"""

from __future__ import annotations

import signal

# Longer than four looks at /health/ready of whoever shares requests out (deploy/haproxy).
NOTICED_IN = 3.0
SIGN = signal.SIGUSR1


class Leaving:
    """Whether this process has been told that it is about to stop."""

    on = False


leaving = Leaving()


def heed_the_sign() -> None:
    """Notice when the process that started this one says that it is about to stop."""
    signal.signal(SIGN, _leave)


def _leave(*_: object) -> None:
    leaving.on = True
