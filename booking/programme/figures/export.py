"""Figures as a file that leaves the application: it names its filter, its date, its version; the journal says who."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from textwrap import wrap

from msgspec import Struct

from booking.presentation.spreadsheet import Line, about_file, told_file
from booking.process.version import VERSION
from booking.programme.figures.compose import PUPILS_RULE, FigureSheet
from booking.programme.figures.explain import ABOUT_LEVEL, COVERAGE_RULE, explain
from booking.programme.figures.periods import BEFORE_WORDS, Before, Period
from booking.programme.figures.rules import ALSO_WORDS
from booking.programme.past_visits.rules import COLUMNS
from booking.words.files import DICTIONARY
from booking.words.wording import PROGRAMMES, counted, moment, paris
from workshops.coverage.queries import CollegeCover
from workshops.coverage.rules import LEVELS_COUNTED
from workshops.equity.colleges import BaseRates, share_of
from workshops.equity.queries import Equity, Received, equity
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.results.behind import GroupLine
from workshops.results.queries import Breakdown, Progress, breakdown, progress
from workshops.results.trace import Traced

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
    """The sheet as `csv`, its `dictionnaire`, `xlsx` or `png`: exact counts, no name of a pupil.

    Raises NotFound for the picture of a sheet without figures.
    """
    if form == "png" and sheet.chart is None:
        raise NotFound()
    if form == "png" and sheet.chart is not None:
        await _tell(sheet.title, sheet.period.words, form, by=by, now=now)
        from booking.programme.charts.png import picture  # noqa: PLC0415 - Pillow, for those who ask for a picture alone

        foot = f"{sheet.rule} Extrait le {moment(now)}, Technilab {VERSION}."
        return await asyncio.to_thread(picture, sheet.chart, foot="\n".join(wrap(foot, 120)))
    taken = _Taking(sheet.title, sheet.period.words, form, by, now, what="Répartition", rule=sheet.rule)
    return await taken.file(sheet.columns, sheet.lines, figure=sheet.title, scheme=sheet.name.partition("-")[0])


async def _tell(title: str, words: str, form: str, *, by: int, now: datetime) -> None:
    detail = f"{title}, {words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)


class _Taking(Struct, frozen=True):
    """A table that somebody takes away: a Tableau or a Répartition (`what`), its filter in `words`."""

    title: str
    words: str
    form: str
    by: int
    now: datetime
    what: str = "Tableau"
    rule: str = ""

    async def file(self, columns: Sequence[str], lines: Iterable[Line], *, figure: str = "", scheme: str = "") -> bytes:
        """The table as `csv` or `xlsx`, once the journal says who took it; or its dictionary, which holds no count."""
        says = explain(columns, figure=figure, rule=self.rule, scheme=scheme)
        about = about_file(self.what, self.title, self.words, columns=says, rule=self.rule, now=self.now)
        if self.form == DICTIONARY:
            return told_file(DICTIONARY, self.title, (), about)
        await _tell(self.title, self.words, self.form, by=self.by, now=self.now)
        return await asyncio.to_thread(told_file, self.form, self.title, [columns, *lines], about)


async def export_visits(
    found: Traced, *, chosen: Sequence[str], alone: bool, form: str, by: int, now: datetime
) -> bytes:
    """The visits as `csv`, its `dictionnaire`, or `xlsx`. `chosen`: what narrows them, in words; `alone`: an object's,
    without pupils."""
    taken = _Taking(VISITS, ", ".join(chosen), form, by, now, rule="" if alone else PUPILS_RULE)
    columns = () if alone else ("Groupes", "Élèves")
    also = (ALSO_WORDS[name][0] for name in found.also)
    heading = ("Date", "Atelier", "Lycée", "Commune", *columns, *also, "Origine", "Source")
    return await taken.file(heading, _visits(found, alone=alone))


def _visits(found: Traced, *, alone: bool) -> Iterator[Line]:
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
    taken = _Taking(GROUPS, ", ".join(chosen), form, by, now, rule=PUPILS_RULE)
    return await taken.file([column.name.capitalize() for column in COLUMNS.values()], map(_group, found))


def _group(one: GroupLine) -> Line:
    where = (paris(one.starts_at).date(), one.lycee, one.college, one.level, one.group_label)
    made = (one.pupils, one.girls, one.tech_object, " ; ".join(one.companies))
    return (*where, *made, one.source if one.declared else COUNTED_SOURCE, one.reference)


async def export_targets(*, form: str, by: int, now: datetime) -> bytes:
    """The board's targets as `csv` or `xlsx`: the figures of the day, an empty cell for what is not followed."""
    stands = await progress(now=now)
    return await _Taking(TARGETS, WHOLE_TARGETS, form, by, now).file(TARGET_COLUMNS, _targets(stands))


def _beside(one: Progress) -> str | None:
    if one.beside is None:
        return None
    words = counted(one.beside.figure, one.beside.one, one.beside.several)
    return f"{words} sur {one.target.target}. {one.beside.rule}" if one.beside.rule else words


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


EQUITY_HEADER = (
    "Répartition",
    "Code",
    "Libellé",
    "Élèves",
    "Groupes",
    "Élèves comptés filles et garçons",
    "Filles",
    "Garçons",
    "Collèges publics connus",
    "Collèges publics venus",
    "Dont élèves déclarés",
    "Part des élèves (%)",
    "Part de tous les collégiens (%)",
)
HEADINGS = {
    "priorities": "Éducation prioritaire",
    "settings": "Commune du collège",
    "departments": "Département",
    "levels": "Niveau",
    "lycees": "Lycée",
}


async def export_equity(period: Period, base: BaseRates | None, *, form: str, by: int, now: datetime) -> bytes:
    """Who was received in a period as `csv`, beside all collégiens: exact counts, no name."""
    found = await equity(from_on=period.from_on, to_on=period.to_on)
    taken = _Taking("Équité", period.words, form, by, now, what="Répartition")
    return await taken.file(EQUITY_HEADER, _equity_lines(found, base))


def _equity_lines(found: Equity, base: BaseRates | None) -> Iterator[Line]:
    for name, heading in HEADINGS.items():
        reached = {one.key: one for one in found.reached.get(name, [])}
        received = {one.key: one for one in found.received[name]}
        for key in dict.fromkeys((*received, *reached)):
            came, known = received.get(key), reached.get(key)
            label = came.label if came else reached[key].label
            figures: list[int | None] = [came.pupils, came.groups, came.apart] if came else [0] * 3
            # Nobody was counted apart: how many girls came is not known, which is not none.
            figures += [came.girls, came.boys] if came and came.apart else [None, None]
            line = [heading, key, label, *figures, known.known if known else None, known.came if known else None]
            share = share_of(came or Received(key, label), found.whole)
            beside = base.share(name, key) if base and name in base.by else None
            yield [*line, came.declared_pupils if came else 0, share, beside]
    for band in found.bands:
        yield ["Distance", None, band.label, band.pupils, band.groups, *[None] * 8]


async def export_coverage(
    colleges: Sequence[CollegeCover], came: Mapping[int, int] | None, chosen: str, *, form: str, by: int, now: datetime
) -> bytes:
    """Public collèges with their classes of 5e, 4e and 3e as `csv` or `xlsx`: counts, no name; an empty cell is not
    known, or not told to whoever reads for some départements.

    `came`: the pupils of each in the period, None for who is not told; `chosen` in words.
    """
    of_levels = (f"{level} : {told}" for level in LEVELS_COUNTED for told in ABOUT_LEVEL)
    facts = ("Effectifs", "Éducation prioritaire", "Commune rurale")
    in_period = () if came is None else ("Élèves accueillis",)
    header = ("UAI", "Collège", "Commune", "Département", *of_levels, *facts, *in_period)
    taken = _Taking("Couverture", chosen, form, by, now, rule=COVERAGE_RULE)
    return await taken.file(header, _coverage_lines(colleges, came))


def _coverage_lines(colleges: Sequence[CollegeCover], came: Mapping[int, int] | None) -> Iterator[Line]:
    for one in colleges:
        line: list[str | int | None] = [one.uai, one.name, one.commune, one.department]
        for of in one.cohorts:
            line += [of.enrolled, of.received, of.share, of.without]
        counted_by = "inventés" if one.example else "manquants" if one.leaving.enrolled is None else "officiels"
        line += [counted_by, one.priority, {True: "oui", False: "non", None: None}[one.rural]]
        yield line if came is None else [*line, came.get(one.id, 0)]


COUNTS_HEADER = (
    "Répartition",
    "Code",
    "Libellé",
    "Élèves",
    "Groupes",
    "Visites",
    "Objets fabriqués",
    "Objets terminés",
    "Objets qui fonctionnent",
    "Objets emportés",
    "Personnes venues",
    "Dont élèves déclarés",
    "Dont visites déclarées",
    "Dont élèves d'ULIS",
)


async def export_counts(period: Period, before: Before | None = None, *, form: str, by: int, now: datetime) -> bytes:
    """The pupils, objects and companies of a period as `csv` or `xlsx`: exact counts, no name of a pupil.

    The months and years `before` the target have headings of their own.
    """
    counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now)
    taken = _Taking("Bilan", period.words, form, by, now, what="Répartition")
    return await taken.file(COUNTS_HEADER, _count_lines(counts, before))


def _count_lines(counts: Breakdown, before: Before | None) -> Iterator[Line]:
    for name, found in (
        ("Lycée", counts.lycees),
        ("Collège", counts.colleges),
        ("Département", counts.departments),
        ("Niveau", counts.levels),
        ("Mois", counts.months),
        ("Année scolaire", counts.years),
        (f"Mois, {BEFORE_WORDS}", [one for one in before.months if one.visits] if before else ()),
        (f"Année scolaire, {BEFORE_WORDS}", [one for _, one in before.years] if before else ()),
    ):
        for one in found:
            yield (
                *(name, one.key, one.label, one.pupils, one.groups, one.visits),
                *([None] * 5),
                *(one.declared_pupils, one.declared_visits, one.ulis),
            )
    for came in counts.companies:
        people = came.people if came.visits > came.declared_visits else None
        yield (
            *("Entreprise", came.siret, came.name, None, None, came.visits, *([None] * 4), people),
            *(None, came.declared_visits, None),
        )
    for built in counts.objects:
        yield (
            *("Objet", built.id, built.name, None, built.groups, None),
            *((built.made, built.finished, built.working, built.taken_home) if built.counted else [None] * 4),
            *(None, None, built.declared_groups, None),
        )
