"""One past visit, declared, corrected or taken back by a coordinator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from booking.programme.past_visits.queries import Books, books, closed_years
from booking.programme.past_visits.rules import ToConfirm, read_cells
from booking.programme.past_visits.weigh import Weighed, differences, frozen_year, weigh
from workshops.database import transaction
from workshops.events.record import record
from workshops.past_visits.keep import correct, keep, keep_others_out, remove
from workshops.past_visits.queries import past_visit
from workshops.past_visits.rules import VisitSketch
from workshops.refusals import Invalid, or_not_found
from workshops.school_calendar.rules import paris_day
from workshops.slots.rules import YearClosed


async def record_past_visit(cells: Mapping[str, str], *, sure: bool = False, by: int, now: datetime) -> int:
    """Declare a visit held before Technilab; one that is known already is corrected. Returns its number.

    `cells` are those of a file's line. Raises Invalid, YearClosed, and ToConfirm unless somebody is `sure`.
    """
    known = await books()
    sketch = _sketch(cells, known, now)
    async with transaction():
        await keep_others_out()
        (weighed,) = await weigh([sketch], known)
        _refuse(weighed, sure=sure)
        step = weighed.step
        kept = await keep([step], now=now)
        if not kept:
            assert step.known is not None  # noqa: S101 - what is neither new nor changed is known
            return step.known.id
        act = "past_visit_recorded" if step.known is None else "past_visit_corrected"
        await _write(act, kept[0], weighed.words, by, now)
        return kept[0]


async def correct_past_visit(
    number: int, cells: Mapping[str, str], *, sure: bool = False, by: int, now: datetime
) -> None:
    """Tell a past visit otherwise. Raises Invalid, NotFound, YearClosed, and ToConfirm unless somebody is `sure`."""
    known = await books()
    sketch = _sketch(cells, known, now)
    async with transaction():
        await keep_others_out()
        card = or_not_found(await past_visit(number))
        before = card.sketch
        if not differences(before, sketch, known):
            return
        await _refuse_closed(before, sketch)
        (weighed,) = await weigh([sketch], known, but=number)
        if before.meeting != sketch.meeting and weighed.questions and not sure:
            raise ToConfirm([_sentence(one) for one in weighed.questions])
        await correct(number, sketch)
        await _write("past_visit_corrected", number, weighed.words, by, now)


async def remove_past_visit(number: int, *, by: int, now: datetime) -> None:
    """A visit was declared by mistake: it counts no longer. Raises NotFound, YearClosed."""
    known = await books()
    async with transaction():
        await keep_others_out()
        card = or_not_found(await past_visit(number))
        await _refuse_closed(card.sketch)
        (weighed,) = await weigh([card.sketch], known)
        await remove(number)
        await _write("past_visit_removed", number, weighed.words, by, now)


def _sketch(cells: Mapping[str, str], known: Books, now: datetime) -> VisitSketch:
    read = read_cells(cells, known.registers, today=paris_day(now))
    if read.sketch is None:
        raise Invalid({name: _sentence(sentence) for name, sentence in read.errors.items()})
    return read.sketch


def _refuse(weighed: Weighed, *, sure: bool) -> None:
    if weighed.step.change == "ambiguous":
        raise Invalid({"reference": _sentence(weighed.against)})
    if weighed.against:
        raise YearClosed(_sentence(weighed.against))
    questions = list(weighed.questions)
    if weighed.differences:
        told = ", ".join(f"{what} {was or 'vide'} → {now or 'vide'}" for what, was, now in weighed.differences)
        questions.insert(0, f"cette visite est déjà là, elle serait corrigée ({told})")
    if questions and not sure:
        raise ToConfirm([_sentence(one) for one in questions])


async def _refuse_closed(*sketches: VisitSketch) -> None:
    if why := frozen_year(sketches, await closed_years()):
        raise YearClosed(_sentence(why))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}" + ("" if words.endswith("?") else ".")


async def _write(act: str, number: int, words: str, by: int, now: datetime) -> None:
    await record(act, by=by, about_kind="past_visit", about=number, detail=words, now=now)
