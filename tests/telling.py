"""Telling what was done, as the worker does before it sends."""

from __future__ import annotations

from datetime import datetime

from booking.mails.fan_out import fan_out
from tests.builders import NOW


async def tell(*, now: datetime = NOW) -> None:
    """Every event that waits becomes the mails that tell it."""
    await fan_out(now=now)
