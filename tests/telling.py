"""Telling what was done, as the worker does before it sends."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime

from booking.mails.fan_out import fan_out
from tests.builders import NOW


async def tell(*, now: datetime = NOW) -> None:
    """Every event that waits becomes the mails that tell it."""
    await fan_out(now=now)


def worker_of(program: str) -> subprocess.Popen[str]:
    """A process of its own that tells; it says « up » once it does."""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    return child


def parts_of(letter: str) -> tuple[str, str, str]:
    """« reservation_changed/host/moved »: the letter, as what its reader is told, and which of the things it tells."""
    kind, reader, what = (*letter.split("/"), "", "")[:3]
    return kind, reader, what
