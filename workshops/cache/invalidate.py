"""Invalidating the whole cache of every process: no answer that was cached before is fresh any more."""

from __future__ import annotations

from workshops.database import rows

INVALIDATE_ALL = "UPDATE versions SET raised = raised + $1"


async def invalidate_all(by: int) -> None:
    """After it the base has no version in common with another one, given a number that nobody can predict.

    A process serves cached answers for as long as their version stands, and one base may be put in place of another.
    """
    await rows(INVALIDATE_ALL, by)
