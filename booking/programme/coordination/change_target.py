"""The coordinator says what the programme must reach, and the journal says who did."""

from __future__ import annotations

from datetime import date, datetime

from workshops.database import transaction
from workshops.events.record import record
from workshops.programmes.set_target import set_target


async def change_target(
    *,
    programme: str,
    metric: str,
    label: str,
    unit: str,
    target: int,
    rule: str,
    from_on: date,
    to_on: date,
    declared: bool = False,
    by: int,
    now: datetime,
) -> None:
    """A first target, or the same one with another figure, other dates or another rule; `declared`: it is typed."""
    async with transaction():
        kept = await set_target(
            programme=programme,
            metric=metric,
            label=label,
            unit=unit,
            target=target,
            rule=rule,
            from_on=from_on,
            to_on=to_on,
            declared=declared,
        )
        detail = f"{label} : {target}, du {from_on.isoformat()} au {to_on.isoformat()}"
        await record("target_changed", by=by, about_kind="target", about=kept, detail=detail, now=now)
