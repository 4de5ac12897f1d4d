"""The figures of a school year that a final file is compared by, and what of them changed since it was declared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from booking.programme.figures.rules import is_few
from booking.programme.report.gather import report_years
from workshops.equity.queries import equity
from workshops.equity.rules import PRIORITIES, SETTINGS
from workshops.programmes.targets.metrics import METRICS, metric_of
from workshops.results.measure import figures_of
from workshops.results.queries import whole

# Beside what the board tells whoever reads it: who came, which is the coordination's to read.
EQUITY = "equity"


class KeptFigure(Struct, frozen=True):
    """A figure of a school year; `key` is the same in every file."""

    key: str
    label: str
    figure: int


class Changed(Struct, frozen=True):
    """« Collégiens accueillis 277 → 287 »; None where these are not told."""

    key: str
    label: str
    was: int | None
    becomes: int | None


async def figures_of_year(year: str, *, now: datetime) -> list[KeptFigure]:
    """Every figure of a school year that is the year's own; nothing for a year without a file."""
    period = (await report_years(now=now)).get(year)
    if period is None or period.first_year is None:
        return []
    counted = await figures_of(period.first_year, now=now)
    found = [
        KeptFigure(f"{one.programme}.{one.metric}", one.label, counted[one.key])
        for one in METRICS
        if one.key in counted
    ]
    received = await whole(from_on=period.from_on, to_on=period.to_on)
    found += [
        KeptFigure("visits.visits", "Visites", received.visits),
        KeptFigure("visits.lycees", "Lycées qui ont reçu", received.hosts),
        KeptFigure("visits.colleges", "Collèges venus", received.colleges),
    ]
    came = await equity(from_on=period.from_on, to_on=period.to_on)
    found += [
        KeptFigure(f"{EQUITY}.girls", "Filles", came.whole.girls),
        KeptFigure(f"{EQUITY}.boys", "Garçons", came.whole.boys),
    ]
    for name, labels in (("priorities", PRIORITIES), ("settings", SETTINGS)):
        pupils = {one.key: one.pupils for one in came.received[name]}
        found += [KeptFigure(f"{EQUITY}.{name}.{key}", words, pupils.get(key, 0)) for key, words in labels.items()]
    return found


def written(figures: Sequence[KeptFigure]) -> str:
    """As a final file keeps them."""
    return msgspec.json.encode(list(figures)).decode()


def read(kept: str) -> list[KeptFigure]:
    """What a final file kept."""
    return msgspec.json.decode(kept, type=list[KeptFigure])


def differences(kept: Sequence[KeptFigure], today: Sequence[KeptFigure]) -> list[Changed]:
    """The figures that are no more what they were; one that one of both does not have says nothing."""
    now = {one.key: one.figure for one in today}
    return [
        Changed(one.key, one.label, one.figure, now[one.key])
        for one in kept
        if one.key in now and now[one.key] != one.figure
    ]


def told_to_members(changed: Sequence[Changed]) -> list[Changed]:
    """What a member of the consortium reads of it: nothing of who came, and no handful of people."""
    return [_told(one) for one in changed if not one.key.startswith(EQUITY)]


def _told(one: Changed) -> Changed:
    programme, _, name = one.key.partition(".")
    metric, was, becomes = metric_of(programme, name), one.was or 0, one.becomes or 0
    few = metric is not None and metric.people and any(map(is_few, (was, becomes, abs(was - becomes))))
    return replace(one, was=None, becomes=None) if few else one
