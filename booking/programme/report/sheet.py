"""One A4 for the committee, from the figures of the file: six numbers, three sentences, what is late. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from booking.programme.figures.what_it_takes import outlook, what_it_takes
from booking.programme.report.gather import Facts
from booking.programme.report.mask import TargetTold
from booking.programme.report.rules import CommitteeSheet, SheetFigure
from booking.words.wording import counted, number
from workshops.results.measure import Progress

NUMBERS = 6


def compose_sheet(facts: Facts, *, final: bool, late: Sequence[str] = ()) -> CommitteeSheet:
    """The committee's sheet; `late` is what else is late beside the targets."""
    first = sorted(facts.stands, key=lambda one: not one.stand.target.official)[:NUMBERS]
    # Those whose bar stands above say it there.
    behind = [*(_behind(one) for one in _late(facts) if one not in first), *late]
    return CommitteeSheet(
        year=facts.year,
        made_at=facts.now,
        final=final,
        figures=tuple(map(_figure, sorted(first, key=facts.stands.index))),
        sentences=(_well(facts), _lacks(facts), _late_or_corrected(facts, late)),
        late=behind,
    )


def _figure(told: TargetTold) -> SheetFigure:
    stand = told.stand
    return SheetFigure(
        label=stand.target.label,
        unit=stand.target.unit,
        done=stand.done if told.done else None,
        target=stand.target.target,
        due=stand.due,
        forecast=stand.forecast if told.foreseen else None,
        hidden=not told.done,
    )


def _told(facts: Facts) -> Iterator[TargetTold]:
    return (one for one in facts.stands if one.done and one.stand.done is not None and one.stand.due)


def _well(facts: Facts) -> str:
    """The target that is furthest ahead of its even pace."""
    ahead = [one.stand for one in _told(facts) if (one.stand.done or 0) >= (one.stand.due or 0)]
    if not facts.stands:
        return "Aucun objectif n'est encore fixé."
    if not ahead:
        return _nearest([one.stand for one in _told(facts)])
    best = max(ahead, key=lambda stand: (stand.done or 0) / (stand.due or 1))
    more = f", comme {counted(len(ahead) - 1, 'autre objectif', 'autres objectifs')}" if len(ahead) > 1 else ""
    return (
        f"Ce qui va bien : {best.target.label}, {number(best.done or 0)} pour"
        f" {number(best.due or 0)} au rythme régulier{more}."
    )


def _nearest(stands: Sequence[Progress]) -> str:
    if not stands:
        return "Rien n'est encore compté."
    nearest = max(stands, key=lambda stand: stand.kept_up)
    return (
        f"Ce qui va le mieux : {nearest.target.label}, {number(nearest.done or 0)} pour"
        f" {number(nearest.due or 0)} au rythme régulier. Aucun objectif n'y est encore."
    )


def _lacks(facts: Facts) -> str:
    """The target that lacks most, and what it would take."""
    lacking = [(one.stand, what_it_takes(one.stand, today=facts.today)) for one in _told(facts) if one.foreseen]
    lacking = [(stand, words) for stand, words in lacking if words]
    words = outlook([one.stand for one in facts.stands])
    if not lacking:
        return f"Avec ce qui est compté, engagé et espéré, {words}." if words else "Rien n'est encore prévu."
    stand, takes = min(lacking, key=lambda line: (not line[0].target.official, line[0].kept_up))
    missing = stand.target.target - (stand.forecast or 0)
    return (
        f"Ce qui manque : {stand.target.label}, il en manquerait {number(missing)} sur"
        f" {number(stand.target.target)}. {takes}"
    )


def _late_or_corrected(facts: Facts, late: Sequence[str]) -> str:
    behind, corrected = len(_late(facts)), sum(len(one.stand.corrected) for one in facts.stands)
    parts = []
    if behind:
        parts.append(f"{counted(behind, 'objectif')} sous le rythme régulier de plus d'un dixième")
    if late:
        parts.append(counted(len(late), "jalon en retard", "jalons en retard"))
    if corrected:
        parts.append(counted(corrected, "chiffre d'année close corrigé", "chiffres d'années closes corrigés"))
    return f"En retard ou corrigé : {', '.join(parts)}." if parts else "Rien n'est en retard, rien n'a été corrigé."


def _late(facts: Facts) -> list[TargetTold]:
    return sorted((one for one in facts.stands if one.stand.late), key=lambda one: one.stand.kept_up)


def _behind(told: TargetTold) -> str:
    """« Places d'entreprise : 41 sur 60 au rythme régulier »"""
    stand = told.stand
    if not told.done:
        return f"{stand.target.label} : sous le rythme régulier"
    return f"{stand.target.label} : {number(stand.done or 0)} sur {number(stand.due or 0)} au rythme régulier"
