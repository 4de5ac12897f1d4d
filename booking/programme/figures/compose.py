"""What each sheet holds, in words: its title, its columns, its chart, the way to the visits behind a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote_plus

from msgspec import Struct

from booking.programme.charts.rules import Bars, Chart, Curve, gathered
from booking.programme.figures.periods import BEFORE_WORDS, Before, Period
from booking.words.wording import counted, month, number
from workshops.programmes.targets.metrics import COUNTED
from workshops.programmes.targets.queries import TargetCard
from workshops.results.curve import CurvePoint
from workshops.results.measure import Progress
from workshops.results.queries import Breakdown, Count, ObjectCount
from workshops.results.totals import TargetShare
from workshops.schools.rules import LEVELS

SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
PUPILS = ("Élèves", "Groupes", "Visites")
DECLARED = "Dont élèves déclarés"
DECLARED_RULE = " Les visites reprises, d'avant Technilab, sont déclarées par la coordination et non pointées."
PUPILS_RULE = "Chaque élève présent est compté une fois par visite, d'après le nombre validé par le lycée à la clôture."
ULIS = "Dont ULIS"
ULIS_RULE = " Les élèves d'ULIS viennent avec leur classe : leur nombre est celui que dit leur groupe."
BEFORE_RULE = " Ce qui s'est tenu avant l'objectif est à part : il n'y compte pas."
PAGES = {"scheme": "/gestion/ptech/dispositifs/{}", "cohort": "/gestion/ptech/cohortes/{}", "course": "/bts1/{}"}
HEADINGS = {"scheme": "Dispositif", "cohort": "Cohorte", "course": "Formation"}


class SheetKind(Struct, frozen=True):
    """One way to share the counts out: `of` a Breakdown, `asked` of the list of visits that a line opens."""

    name: str
    of: str
    title: str
    heading: str
    asked: str
    upright: bool = False


KINDS = {
    one.name: one
    for one in (
        SheetKind("annees", "years", "Par année scolaire", "Année scolaire", "annee", upright=True),
        SheetKind("mois", "months", "Par mois", "Mois", "mois", upright=True),
        SheetKind("lycees", "lycees", "Par lycée qui reçoit", "Lycée", "lycee"),
        SheetKind("colleges", "colleges", "Par collège qui vient", "Collège", "college"),
        SheetKind("departements", "departments", "Par département du collège", "Département", "departement"),
        SheetKind("niveaux", "levels", "Par niveau", "Niveau", "niveau"),
        SheetKind("objets", "objects", "Par objet fabriqué", "Objet", "objet"),
        SheetKind("entreprises", "companies", "Par entreprise venue", "Entreprise", "entreprise"),
    )
}


class FigureSheet(Struct, frozen=True):
    """A table of figures and its chart. `links`: for each line, where the visits behind it are listed, or nothing.

    `in_all`: how many lines there are, where only the first ones were asked for; these have no chart.
    """

    name: str
    title: str
    rule: str
    period: Period
    columns: tuple[str, ...]
    lines: tuple[tuple[str | int | date | None, ...], ...]
    links: tuple[str, ...]
    chart: Chart | None
    in_all: int

    @property
    def dated(self) -> bool:
        """Whether each line is a day: in words on a page, a date in a file."""
        return bool(self.lines) and isinstance(self.lines[0][0], date)


def count_sheet(kind: SheetKind, counts: Breakdown, period: Period, before: Before | None = None) -> FigureSheet:
    """The counts of a period, shared out in one way; a last column says what is declared, where anything is.

    What was held `before` the target stands first, apart, where time shares the counts out.
    """
    earlier = before.under(kind.name) if before else []
    columns: tuple[str, ...] = PUPILS
    last, rule = DECLARED, PUPILS_RULE
    found: list[tuple[str, str, tuple[int | None, ...]]]
    if kind.name == "objets":
        columns = ("Fabriqués", "Terminés", "Fonctionnent", "Emportés", "Groupes")
        last, rule = "Dont groupes déclarés", "Objets notés par le lycée à l'accueil, pour les visites closes."
        found = [(str(one.id), one.name, _made(one)) for one in counts.objects]
    elif kind.name == "entreprises":
        columns = ("Visites", "Personnes")
        last = "Dont visites déclarées"
        rule = "Entreprises présentes à une visite close, d'après le lycée ; une personne compte à chaque visite."
        found = [(one.siret, one.name, (one.visits, one.people, one.declared_visits)) for one in counts.companies]
    else:
        found = [
            (key, label, (one.pupils, one.groups, one.visits, one.declared_pupils))
            for key, one, label in (*earlier, *((one.key, one, label) for one, label in _labelled(kind, counts)))
        ]
    if earlier:
        rule += BEFORE_RULE
    if kind.of in counts.declared or any(one.declared_pupils for _, one, _ in earlier):
        columns, rule = (*columns, last), rule + DECLARED_RULE
    else:
        found = [(key, label, figures[:-1]) for key, label, figures in found]
    way, within = _way(kind.asked, period)
    if kind.name == "niveaux" and any(one.ulis for one in counts.levels):
        of_ulis = {one.key: one.ulis for one in counts.levels}
        columns, rule = (*columns, ULIS), rule + ULIS_RULE
        found = [(key, label, (*figures, of_ulis[key])) for key, label, figures in found]
    links = tuple(f"{way}{quote_plus(key)}{within}" if any(figures) else "" for key, _, figures in found)
    lines: tuple[tuple[str | int | None, ...], ...] = tuple((label, *figures) for _, label, figures in found)
    unit = columns[0].lower()
    title = f"{kind.title}, {period.words}"
    bars = [(_short(kind.name, key, label), figures[0] or 0) for key, label, figures in found]
    said = " ".join(filter(None, (_said(unit, bars[len(earlier) :]), _said_before(unit, bars[: len(earlier)]))))
    chart = Bars(title, said, unit, tuple(bars) if kind.upright else gathered(bars), kind.upright)
    in_all = counts.in_all.get(kind.of, len(lines))
    drawn = chart if 0 < len(lines) == in_all else None
    return FigureSheet(kind.name, kind.title, rule, period, (kind.heading, *columns), lines, links, drawn, in_all)


def _made(one: ObjectCount) -> tuple[int | None, ...]:
    """What became of an object: nothing that anybody knows, where only past visits built it."""
    made = (one.made, one.finished, one.working, one.taken_home)
    return (*(made if one.counted else [None] * len(made)), one.groups, one.declared_groups)


def _labelled(kind: SheetKind, counts: Breakdown) -> list[tuple[Count, str]]:
    found: list[Count] = getattr(counts, kind.of)
    match kind.name:
        case "mois":
            return [(one, month(date.fromisoformat(one.key + "-01"))) for one in found]
        case "niveaux":
            return [(one, one.label) for one in sorted(found, key=lambda count: LEVELS.index(count.key))]
        case _:
            return [(one, one.label) for one in found]


def _short(name: str, key: str, label: str) -> str:
    if name == "mois":
        return f"{SHORT_MONTHS[int(key[5:]) - 1]} {key[:4]}"
    return label.replace(f", {BEFORE_WORDS}", " avant")


def _way(asked: str, period: Period) -> tuple[str, str]:
    """What stands before and after a line's key in the address of the visits behind it."""
    within = "" if asked == "annee" or not period.name else f"&annee={quote_plus(period.name)}"
    return f"/gestion/creneaux?{asked}=", within


def _said(unit: str, bars: Sequence[tuple[str, int]]) -> str:
    if not bars:
        return ""
    label, most = max(bars, key=lambda bar: bar[1])
    lines = counted(len(bars), "ligne")
    return f"{number(sum(figure for _, figure in bars))} {unit} en tout, {lines} ; le plus : {label}, {number(most)}."


def _said_before(unit: str, bars: Sequence[tuple[str, int]]) -> str:
    return f"Avant l'objectif, à part : {number(sum(figure for _, figure in bars))} {unit}." if bars else ""


def curve_sheet(
    stand: Progress, points: Sequence[CurvePoint], period: Period, before: tuple[tuple[date, int], ...] = ()
) -> FigureSheet:
    """A target's figure day after day, beside what an even pace would have reached by then.

    `before`: what had been received by the end of each school year before it, which counts for none of it.
    """
    target = stand.target
    title = f"{target.label}, {period.words}"
    days = (target.to_on - target.from_on).days
    lines: tuple[tuple[date | int | None, ...], ...] = tuple(
        (one.on, one.figure, round(target.target * min((one.on - target.from_on).days + 1, days + 1) / (days + 1)))
        for one in points[1:]
    )
    ahead = None if stand.frozen else stand.forecast
    reached = points[-1].figure if points else 0
    words = f"{number(reached)} {target.unit} sur {number(target.target)}" + (
        f" ; {number(ahead)} prévus en {month(target.to_on)} : {parts_of(stand)}." if ahead is not None else "."
    )
    columns: tuple[str, ...] = ("Date", "Réalisé", "Rythme régulier")
    if before:
        words = f"{words} {_said_before(target.unit, [('', before[-1][1])])}"
        columns = (columns[0], "Avant l'objectif", *columns[1:])
        earlier = ((on, figure, None, None) for on, figure in before[1:])
        lines = (*earlier, *((on, None, *figures) for on, *figures in lines))
    chart = Curve(
        title,
        words,
        target.unit,
        target.from_on,
        target.to_on,
        target.target,
        tuple((one.on, one.figure) for one in points),
        ahead,
        before,
        stepped=target.declared or (target.programme, target.metric) != COUNTED,
    )
    name = f"objectif-{target.id}"
    declared = counted(stand.declared or 0, "élève déclaré", "élèves déclarés")
    rule = f"{target.rule} Dont {declared}." + DECLARED_RULE if stand.declared else target.rule
    rule += _noted(target)
    drawn, many = chart if lines else None, len(lines)
    return FigureSheet(name, target.label, rule, period, columns, lines, ("",) * many, drawn, many)


def parts_of(stand: Progress) -> str:
    """« compté 1 703, engagé 640, espéré 1 899 »: what a forecast is made of."""
    parts = (("compté", stand.counted), ("engagé", stand.engaged), ("espéré", stand.hoped))
    return ", ".join(f"{name} {number(figure)}" for name, figure in parts if figure is not None)


def _noted(target: TargetCard) -> str:
    return f" Note de la coordination : {target.note}" if target.note else ""


def share_sheet(target: TargetCard, shares: Sequence[TargetShare]) -> FigureSheet:
    """The lines that add up to the figure of a target of P-TECH or BTS+1, in its own days."""
    period = Period("", target.from_on, target.to_on)
    unit = target.unit[:1].upper() + target.unit[1:]
    heading = HEADINGS[shares[0].kind] if shares else "Ligne"
    title = f"{target.label}, par {heading.lower()}"
    bars = [(_short_share(one), one.figure) for one in sorted(shares, key=lambda one: -one.figure)]
    said = f"{number(sum(one.figure for one in shares))} {target.unit} en tout, {counted(len(shares), 'ligne')}."
    return FigureSheet(
        name=f"detail-{target.id}",
        title=title,
        rule=target.rule + _noted(target),
        period=period,
        columns=(heading, unit),
        lines=tuple((_named_share(one), one.figure) for one in shares),
        links=tuple(PAGES[one.kind].format(one.id) for one in shares),
        chart=Bars(f"{title}, {period.words}", said, target.unit, gathered(bars)) if bars else None,
        in_all=len(shares),
    )


def _named_share(share: TargetShare) -> str:
    entered = f", rentrée {share.entry_year}" if share.entry_year else ""
    return f"{share.title}{entered}, {share.school_name}, {share.commune}"


def _short_share(share: TargetShare) -> str:
    """The rentrée first: a chart cuts the end of a long heading."""
    entered = f"{share.entry_year} : " if share.entry_year else ""
    return f"{entered}{share.title}, {share.commune}"
