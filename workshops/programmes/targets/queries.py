"""What the programme must reach."""

from __future__ import annotations

from datetime import date

import msgspec

from workshops.database.row_types import columns_of, rows_as
from workshops.programmes.targets.metrics import metric_of

TYPED_RULE = "Chiffre saisi par la coordination, avec sa date et sa source."
UNFOLLOWED_RULE = "Ce chiffre n'est pas suivi."


class TargetCard(msgspec.Struct, frozen=True):
    """One target, its unit, and the days between which it is counted (both included).

    `declared`: its figure is typed by hand. `official`: of two units of one thing, the one that counts. `note`: what a
    coordinator says of it, to be shown as hers.
    """

    id: int
    programme: str
    metric: str
    label: str
    unit: str
    target: int
    from_on: date
    to_on: date
    note: str = ""
    official: bool = True
    declared: bool = False

    @property
    def rule(self) -> str:
        """How it is counted, as the code that counts it says."""
        metric = metric_of(self.programme, self.metric)
        if metric is not None and not self.declared:
            return metric.rule
        return TYPED_RULE if self.declared else UNFOLLOWED_RULE


class DeclaredFigure(msgspec.Struct, frozen=True):
    """The whole that a target had reached on a day, as someone told it."""

    target: int
    figure: int
    counted_on: date
    source: str


ALL = f"""
SELECT {columns_of(TargetCard, "t")} FROM targets t
ORDER BY array_position(ARRAY['technilab', 'ptech', 'bts1']::varchar[], programme), id
"""  # noqa: S608 - names of our own columns
DECLARED = f"SELECT {columns_of(DeclaredFigure, 'd')} FROM declared_figures d ORDER BY target, counted_on"  # noqa: S608 - names of our own columns


async def targets() -> list[TargetCard]:
    """Every target: TECHNILAB first, then P-TECH, then BTS+1."""
    return await rows_as(TargetCard, ALL)


async def target_named(programme: str, metric: str) -> TargetCard | None:
    """The target of a programme that this metric counts, if it is set."""
    return next((one for one in await targets() if (one.programme, one.metric) == (programme, metric)), None)


async def declared_figures() -> list[DeclaredFigure]:
    """Every figure typed by hand, the oldest of a target first."""
    return await rows_as(DeclaredFigure, DECLARED)
