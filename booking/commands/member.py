"""A process of `technilab run` ends with it, however that one ends."""

from __future__ import annotations

import os
import signal
import threading
import time

import click

MEMBER = click.option("--member", is_flag=True, hidden=True)


def end_with_parent() -> None:
    """Stop this process cleanly once its parent is gone: nothing is left running after a kill -9."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
