"""`make cluster`, and `python -m deploy.cluster restart web1` beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import click

from booking.process.embedded.programs import EngineRefused
from booking.process.settings import data_folder
from deploy.cluster.control import say
from deploy.cluster.start import TECHNILAB, ClusterRefused, start


def main(*words: str, technilab: tuple[str, ...] = TECHNILAB) -> int:
    """Start the cluster, or tell the one that runs what to do; what goes wrong is one sentence and exit code 2."""
    folder = data_folder() / "cluster"
    try:
        if words:
            return 0 if say(folder, *words) else 2
        # Ctrl-C and SIGTERM are one: everything ends, in order.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        start(folder, int(os.environ.get("PORT") or 8000), restart=bool(os.environ.get("RESTART")), technilab=technilab)
    except KeyboardInterrupt:
        click.echo("La grappe est arrêtée.")
    except (ClusterRefused, EngineRefused, OSError, subprocess.CalledProcessError) as error:
        click.echo(str(error), err=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
