"""Weigh visits before they are kept: what each changes, what it raises as a question, what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct, field

from booking.programme.past_visits.queries import Books, closed_years
from booking.programme.past_visits.rules import CELLS, COLUMNS, visit_words
from booking.words.wording import counted, school_year_of
from workshops.past_visits.queries import alike, scanned_between
from workshops.past_visits.rules import KeptVisit, LineStep, VisitSketch, plan
from workshops.school_calendar.load import public_holidays
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import DayOff, reason_closed

CLOSED_DAYS = {
    "holiday": "ce jour tombe pendant les vacances scolaires du lycée",
    "public_holiday": "ce jour était férié",
    "closure": "le lycée avait noté une fermeture ce jour-là",
}
WEEKEND = {5: "ce jour était un samedi", 6: "ce jour était un dimanche"}


class Weighed(Struct, frozen=True):
    """A visit and what keeping it would do. `differences`: what changes, as (column, before, after) in words.

    `questions` may be confirmed; `against` stands in the way: nothing is kept while it does.
    """

    step: LineStep
    words: str
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    against: str = ""


class _Ground(Struct, frozen=True):
    """What is known of the days of these visits."""

    books: Books
    closures: list[DayOff]
    public_holidays: set[date]
    scanned: dict[tuple[date, int, int], int]
    closed: set[str]


async def weigh(sketches: Sequence[VisitSketch], books: Books, *, but: int | None = None) -> list[Weighed]:
    """Each visit in its turn, beside those kept (`but` one of them) and those before it."""
    if not sketches:
        return []
    days = [one.held_on for one in sketches]
    lycees = sorted({one.lycee for one in sketches})
    ground = _Ground(
        books=books,
        closures=await closures_between(
            min(days), max(days), zones=sorted({books.zones[one] for one in lycees}), schools=lycees
        ),
        public_holidays=set(public_holidays(min(days).year, max(days).year)),
        scanned=await scanned_between(min(days), max(days)),
        closed=await closed_years(),
    )
    known = [one for one in await alike(sketches) if one.id != but]
    return [_weigh(step, ground) for step in plan(sketches, known)]


def said_by(sketch: VisitSketch, books: Books) -> dict[str, str]:
    """A visit's cells, as a file gives them out."""
    return {
        "date": f"{sketch.held_on:%d/%m/%Y}",
        "lycee": books.schools[sketch.lycee],
        "college": books.schools[sketch.college],
        "niveau": sketch.level,
        "groupe": sketch.group_label,
        "eleves": str(sketch.pupils),
        "filles": "" if sketch.girls is None else str(sketch.girls),
        "objet": books.objects.get(sketch.tech_object or 0, ""),
        "entreprises": ", ".join(books.companies.get(one, one) for one in sketch.companies),
        "source": sketch.source,
        "reference": sketch.reference,
    }


def differences(before: VisitSketch, after: VisitSketch, books: Books) -> list[tuple[str, str, str]]:
    """What changes from one to the other, column by column, in words."""
    was, now = said_by(before, books), said_by(after, books)
    return [(COLUMNS[cell].name, was[cell], now[cell]) for cell in CELLS.values() if was[cell] != now[cell]]


def frozen_year(sketches: Sequence[VisitSketch], closed: set[str]) -> str:
    """Why these cannot change: the sentence for the first closed year among theirs, or nothing."""
    for year in sorted({school_year_of(one.held_on) for one in sketches} & closed):
        return f"l'année {year} est close : la coordination peut en rouvrir les chiffres, en disant pourquoi"
    return ""


def _weigh(step: LineStep, ground: _Ground) -> Weighed:
    sketch, known = step.sketch, step.known
    words = visit_words(
        sketch.held_on,
        ground.books.schools[sketch.lycee],
        ground.books.schools[sketch.college],
        sketch.level,
        sketch.group_label,
        sketch.pupils,
    )
    match step.change:
        case "same" | "repeated" | "contradicts":
            return Weighed(step, words)
        case "ambiguous":
            against = "plusieurs visites reprises ont ce jour, ces établissements et ce groupe : donnez sa référence"
            return Weighed(step, words, against=against)
    moved = [sketch, *([known.sketch] if isinstance(known, KeptVisit) else [])]
    return Weighed(
        step,
        words,
        differences(known.sketch, sketch, ground.books) if known else [],
        list(_questions(sketch, ground)) if not known or known.sketch.meeting != sketch.meeting else [],
        frozen_year(moved, ground.closed),
    )


def _questions(sketch: VisitSketch, ground: _Ground) -> Iterator[str]:
    zone = ground.books.zones[sketch.lycee]
    reason = reason_closed(sketch.held_on, ground.closures, zone=zone, school=sketch.lycee)
    # The calendar that was loaded may not go back that far: public holidays are known of any year.
    if sketch.held_on in ground.public_holidays:
        reason = "public_holiday"
    if reason is not None:
        yield CLOSED_DAYS[reason]
    elif sketch.held_on.weekday() in WEEKEND:
        yield WEEKEND[sketch.held_on.weekday()]
    counted_here = ground.scanned.get((sketch.held_on, sketch.lycee, sketch.college))
    if counted_here:
        pupils = counted(counted_here, "élève")
        yield f"le lycée a déjà compté {pupils} de ce collège ce jour-là, vérifiez que ce n'est pas la même visite"
