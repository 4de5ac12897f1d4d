"""Raise every version at once: nothing that was kept at hand is answered any more."""

from __future__ import annotations

from workshops.database import rows

RAISE_ALL = "UPDATE versions SET raised = raised + $1"


async def raise_all(by: int) -> None:
    """After it the base has no version in common with another, given a number that nobody can foresee.

    Whoever serves keeps answers for as long as a version stands, and one base may be put in place of another.
    """
    await rows(RAISE_ALL, by)
