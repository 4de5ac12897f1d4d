"""The sheet of what makes a target's figure: one line a scheme, a cohort or a course."""

from __future__ import annotations

from collections.abc import Sequence

from booking.programme.charts.rules import Bars, gathered
from booking.programme.figures.compose import Period, Sheet
from booking.wording import counted, number
from workshops.programmes.queries import TargetCard
from workshops.results.share import Share

PAGES = {"scheme": "/gestion/ptech/dispositifs/{}", "cohort": "/gestion/ptech/cohortes/{}", "course": "/bts1/{}"}
HEADINGS = {"scheme": "Dispositif", "cohort": "Cohorte", "course": "Formation"}


def share_sheet(target: TargetCard, shares: Sequence[Share]) -> Sheet:
    """The lines that add up to the figure of a target of P-TECH or BTS+1, in its own days."""
    period = Period("", target.from_on, target.to_on)
    unit = target.unit[:1].upper() + target.unit[1:]
    heading = HEADINGS[shares[0].kind] if shares else "Ligne"
    title = f"{target.label}, par {heading.lower()}"
    bars = [(_short(one), one.figure) for one in sorted(shares, key=lambda one: -one.figure)]
    said = f"{number(sum(one.figure for one in shares))} {target.unit} en tout, {counted(len(shares), 'ligne')}."
    return Sheet(
        name=f"detail-{target.id}",
        title=title,
        rule=target.rule,
        period=period,
        columns=(heading, unit),
        lines=tuple((_named(one), one.figure) for one in shares),
        links=tuple(PAGES[one.kind].format(one.id) for one in shares),
        chart=Bars(f"{title}, {period.words}", said, target.unit, gathered(bars)) if bars else None,
    )


def _named(one: Share) -> str:
    entered = f", rentrée {one.entry_year}" if one.entry_year else ""
    return f"{one.title}{entered}, {one.school_name}, {one.commune}"


def _short(one: Share) -> str:
    """The rentrée first: a chart cuts the end of a long heading."""
    return f"{one.entry_year} : {one.title}, {one.commune}" if one.entry_year else f"{one.title}, {one.commune}"
