"""The command line, as it begins and ends."""

from __future__ import annotations

import os
import signal
import sys

import click

from booking.commands.menu import technilab
from booking.commands.words import sentence_of


def main() -> None:
    """Run a command; whatever goes wrong is one sentence and exit code 2."""
    os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        technilab(prog_name="technilab", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        click.echo(sentence_of(error), err=True)
        sys.exit(2)
