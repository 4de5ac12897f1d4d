"""Take back a target that the programme does not count itself and no longer answers for."""

from __future__ import annotations

from workshops.database import transaction
from workshops.programmes.tables import Declared, Target
from workshops.refusals import NotFound


async def withdraw_target(programme: str, metric: str) -> tuple[int, str, int]:
    """It leaves the board and the public page, with the figures typed for it.

    Returns its number, its words and how many figures went. Raises NotFound for a target that the application counts.
    """
    async with transaction():
        its = Target.select(Target.id, Target.label).where(Target.programme == programme, Target.metric == metric)
        known = await its.where(Target.declared.eq(True)).lock_rows("UPDATE").first()
        if known is None:
            raise NotFound()
        figures = await Declared.delete().where(Declared.target == known["id"]).returning(Declared.id)
        await Target.delete().where(Target.id == known["id"])
    return int(known["id"]), str(known["label"]), len(figures)
