"""Whose turn it is, of several workers, to do what the clock asks."""

from __future__ import annotations

from datetime import datetime

from workshops.database import row

TAKE = """INSERT INTO turns (job, at) VALUES ($1, $2)
ON CONFLICT (job) DO UPDATE SET at = EXCLUDED.at WHERE turns.at < EXCLUDED.at RETURNING at"""


async def take_turn(job: str, *, at: datetime) -> bool:
    """Whether nobody has done this job of that time; who asks first does it."""
    return await row(TAKE, job, at) is not None
