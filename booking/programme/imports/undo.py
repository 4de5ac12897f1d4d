"""Undoing the last import: whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.people.accounts.invite import withdraw_all
from booking.programme.imports.queries import WORDS, held_against, records_of
from booking.programme.records.take_back import take_back_records
from workshops.closed_years.correct import recording
from workshops.coverage.take_in import take_back_head_counts
from workshops.database import rows
from workshops.database.retry import retried
from workshops.events.record import record
from workshops.imports.queries import last_import
from workshops.imports.remember import FORGET
from workshops.past_visits.keep import keep_others_out, take_back
from workshops.refusals import Refusal
from workshops.school_calendar.load import take_back_calendar
from workshops.schools.directory import take_back_schools
from workshops.schools.mark_rural import take_back_density


class NothingToUndo(Refusal):
    kind = "nothing-to-undo"
    title = "Rien à défaire"
    sentence = "Aucun import n'est à défaire : le dernier l'est déjà, ou il n'a rien changé."


class ImportInUse(Refusal):
    """Something hangs on what the import made, or has changed since; `held` says what."""

    kind = "import-in-use"
    title = "Cet import ne se défait plus"

    def __init__(self, held: Sequence[str]) -> None:
        self.held = list(held)
        super().__init__(f"Rien n'est défait : {' ; '.join(held)}. Corrigez à la main, ou par un nouveau fichier.")


@retried
async def undo_import(number: int, *, by: int, now: datetime) -> None:
    """What the import of this number made is no more, and what it replaced is back; the journal says who did.

    Raises NothingToUndo when it is not the last one (any more), ImportInUse with what hangs on it.
    """
    async with recording(by=by, school=None, now=now):
        last = await last_import(lock=True)
        if last is None or last.id != number:
            raise NothingToUndo
        if last.kind == "past_visits":
            await keep_others_out()
        if held := await held_against(last):
            raise ImportInUse(held)
        match last.kind:
            case "schools":
                await take_back_schools(last.made, last.before)
            case "head_counts":
                await take_back_head_counts(last.before)
            case "past_visits":
                await take_back(last.made, last.before)
            case "calendar":
                await take_back_calendar(last.before)
            case "density":
                await take_back_density(last.before)
            case "records":
                was, made = records_of(last)
                await take_back_records(made, was)
            case _:
                await withdraw_all(last.made, by=by, now=now)
        await rows(FORGET)
        await record("import_undone", by=by, about_kind="results", about=None, detail=WORDS[last.kind], now=now)
