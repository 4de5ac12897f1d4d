"""Figures as a file that leaves the application: it names its filter, its date, its version; the journal says who."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from textwrap import wrap

from booking.presentation.spreadsheet import Line, about_file, told_file
from booking.programme.figures.compose import PUPILS_RULE, FigureSheet
from booking.programme.figures.narrow import ALSO_WORDS
from booking.programme.past_visits.rules import COLUMNS
from booking.words.wording import PROGRAMMES, counted, moment, paris
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.results.queries import Progress, progress
from workshops.results.trace import Traced
from workshops.results.trace_groups import GroupLine

VISITS = "Visites comptées"
GROUPS = "Groupes reçus"
COUNTED_SOURCE = "Technilab, visite close par le lycée"
TARGETS = "Objectifs"
WHOLE_TARGETS = "chaque objectif, de son premier à son dernier jour"
TARGET_COLUMNS = (
    *("Dispositif", "Objectif", "Unité", "À atteindre", "Premier jour", "Dernier jour"),
    *(
        "Compté",
        "Dont déclaré",
        "À côté",
        "Places encore libres ou en préparation",
        "Rythme régulier",
        "Engagé",
        "Présence jusqu'ici (%)",
        "Espéré",
        "Prévision au dernier jour : compté, engagé, espéré",
        "État",
        "Règle de comptage",
        "Note de la coordination",
        "Corrigé depuis la clôture",
    ),
)


async def export_sheet(sheet: FigureSheet, *, form: str, by: int, now: datetime) -> bytes:
    """The sheet as `csv`, `xlsx` or `png`: exact counts, no name of a pupil, no cell that a spreadsheet would compute.

    Raises NotFound for the picture of a sheet without figures.
    """
    if form == "png" and sheet.chart is None:
        raise NotFound()
    detail = f"{sheet.title}, {sheet.period.words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    if form == "png" and sheet.chart is not None:
        from booking.programme.charts.png import picture  # noqa: PLC0415 - Pillow, for those who ask for a picture alone

        foot = f"{sheet.rule} Extrait le {moment(now)}, Technilab {version('technilab')}."
        return await asyncio.to_thread(picture, sheet.chart, foot="\n".join(wrap(foot, 120)))
    about = about_file("Répartition", sheet.title, sheet.period.words, rule=sheet.rule, now=now)
    return await asyncio.to_thread(told_file, form, sheet.title, [sheet.columns, *sheet.lines], about)


async def export_visits(
    found: Traced, *, chosen: Sequence[str], alone: bool, form: str, by: int, now: datetime
) -> bytes:
    """The visits as `csv` or `xlsx`. `chosen`: what narrows them, in words; `alone`: an object's, without pupils."""
    words = ", ".join(chosen)
    detail = f"{VISITS}, {words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    about = about_file("Tableau", VISITS, words, rule="" if alone else PUPILS_RULE, now=now)
    return await asyncio.to_thread(told_file, form, VISITS, list(_visits(found, alone=alone)), about)


def _visits(found: Traced, *, alone: bool) -> Iterator[Line]:
    columns = () if alone else ("Groupes", "Élèves")
    heading = ("Date", "Atelier", "Lycée", "Commune", *columns, *(ALSO_WORDS[name][0] for name in found.also))
    yield (*heading, "Origine", "Source")
    for one in found.visits:
        came = () if alone else (one.groups, one.pupils)
        day = paris(one.starts_at).date()
        title = f"Visite reprise, {one.title}".rstrip(", ") if one.declared else one.title
        origin = ("reprise, déclarée", one.source) if one.declared else ("close par le lycée", "")
        # What nobody counted at a past visit stays empty; at a visit of the application, nothing noted is none.
        also = (count if one.declared else count or 0 for count in one.also.values())
        yield (day, title, one.school_name, one.commune, *came, *also, *origin)


async def export_groups(
    found: Sequence[GroupLine], *, chosen: Sequence[str], form: str, by: int, now: datetime
) -> bytes:
    """The groups of these visits as `csv` or `xlsx`, in the columns that an import of visits takes.

    Another Technilab takes them in as declared; this one knows by the reference those that it counts already.
    """
    words = ", ".join(chosen)
    await record(
        "counts_exported", by=by, about_kind="results", about=None, detail=f"{GROUPS}, {words}, {form}", now=now
    )
    lines = [[column.name.capitalize() for column in COLUMNS.values()], *map(_group, found)]
    return await asyncio.to_thread(
        told_file, form, GROUPS, lines, about_file("Tableau", GROUPS, words, rule=PUPILS_RULE, now=now)
    )


def _group(one: GroupLine) -> Line:
    where = (paris(one.starts_at).date(), one.lycee, one.college, one.level, one.group_label)
    made = (one.pupils, one.girls, one.tech_object, " ; ".join(one.companies))
    return (*where, *made, one.source if one.declared else COUNTED_SOURCE, one.reference)


async def export_targets(*, form: str, by: int, now: datetime) -> bytes:
    """The board's targets as `csv` or `xlsx`: the figures of the day, an empty cell for what is not followed."""
    lines = [TARGET_COLUMNS, *_targets(await progress(now=now))]
    await record(
        "counts_exported",
        by=by,
        about_kind="results",
        about=None,
        detail=f"{TARGETS}, {WHOLE_TARGETS}, {form}",
        now=now,
    )
    return await asyncio.to_thread(
        told_file, form, TARGETS, lines, about_file("Tableau", TARGETS, WHOLE_TARGETS, now=now)
    )


def _beside(one: Progress) -> str | None:
    return counted(one.beside.figure, one.beside.one, one.beside.several) if one.beside else None


def _corrected(stand: Progress) -> str:
    """« 2025-2026 : 277 → 287 (raison) » of each closed year of the figure that was corrected since."""
    told = [(one, " ; ".join(why.reason for why in one.because)) for one in stand.corrected]
    return " ; ".join(f"{one.year} : {one.was} → {one.becomes} ({why})" for one, why in told)


def _targets(stands: Sequence[Progress]) -> Iterator[Line]:
    for one in stands:
        target = one.target
        yield (
            *(PROGRAMMES.get(target.programme, target.programme), target.label, target.unit, target.target),
            *(target.from_on, target.to_on, one.done, one.declared, _beside(one)),
            *(one.planned, one.due, one.engaged, one.presence, one.hoped, one.forecast),
            *("figé" if one.frozen else "provisoire", target.rule, target.note, _corrected(one)),
        )
