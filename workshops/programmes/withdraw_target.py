"""Take back a target that the programme does not count itself and no longer answers for."""

from __future__ import annotations

from datetime import datetime

from workshops.database import transaction
from workshops.events.record import record
from workshops.programmes.tables import Declared, Target
from workshops.refusals import NotFound


async def withdraw_target(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """It leaves the board and the public page, with the figures typed for it.

    Raises NotFound for a target that the application counts.
    """
    async with transaction():
        its = Target.select(Target.id, Target.label).where(Target.programme == programme, Target.metric == metric)
        known = await its.where(Target.declared.eq(True)).lock_rows("UPDATE").first()
        if known is None:
            raise NotFound()
        gone = await Declared.delete().where(Declared.target == known["id"]).returning(Declared.id)
        await Target.delete().where(Target.id == known["id"])
        s = "s" if len(gone) > 1 else ""
        detail = known["label"] + (f", avec {len(gone)} chiffre{s} saisi{s}" if gone else "")
        await record("target_dropped", by=by, about_kind="target", about=known["id"], detail=detail, now=now)
