"""What the programme must reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workshops.database import rows

ALL = """
SELECT id, programme, metric, label, unit, target, rule, from_on, to_on FROM targets
ORDER BY array_position(ARRAY['technilab', 'ptech', 'bts1']::varchar[], programme), id
"""


@dataclass(frozen=True)
class TargetCard:
    """One target, its unit, its counting rule, and the days between which it is counted (both included)."""

    id: int
    programme: str
    metric: str
    label: str
    unit: str
    target: int
    rule: str
    from_on: date
    to_on: date


async def targets() -> list[TargetCard]:
    """Every target: TECHNILAB first, then P-TECH, then BTS+1."""
    return [TargetCard(**dict(one)) for one in await rows(ALL)]
