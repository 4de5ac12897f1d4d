"""Load what draws charts soon after a start, so that nobody waits for it before the first one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

from booking.programme.charts.draw import draw
from booking.programme.charts.rules import Bars

# The first pages after a start come first.
QUIET_SECONDS = 5.0
# In parts, off the event loop: each holds the interpreter for a moment, other answers leave in between.
PARTS = ("numpy", "matplotlib", "matplotlib.figure", "matplotlib.backends.backend_svg")
BREATH_SECONDS = 0.05
FIRST = Bars("Prêt", "Prêt.", "", (("Prêt", 1),))


@asynccontextmanager
async def warmed() -> AsyncIterator[None]:
    """While the application runs: a few seconds after its start, charts are ready to be drawn."""
    warming = asyncio.create_task(warm())
    try:
        yield
    finally:
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming


async def warm(*, quiet: float = QUIET_SECONDS) -> None:
    """Load the drawing library after so many quiet seconds, and draw once."""
    await asyncio.sleep(quiet)
    for part in PARTS:
        await asyncio.to_thread(import_module, part)
        await asyncio.sleep(BREATH_SECONDS)
    await draw(FIRST)
