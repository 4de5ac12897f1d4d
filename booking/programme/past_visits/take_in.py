"""Take a file of past visits in: wholly or not at all, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.programme.past_visits.find_table import FileSays
from booking.programme.past_visits.foresee import Foreseen, Limits, Tell, foresee, silent
from booking.words.wording import counted
from workshops.database import transaction
from workshops.events.record import record
from workshops.imports.remember import remember
from workshops.past_visits.keep import keep, keep_others_out, stored


async def take_in(
    content: bytes,
    *,
    says: FileSays | None = None,
    limits: Limits | None = None,
    by: int | None,
    now: datetime,
    tell: Tell = silent,
) -> Foreseen:
    """Keep the visits of the file; those already so stay as they are, and the same file again changes nothing.

    Raises FileRefused with every line that cannot be: nothing is kept then.
    """
    async with transaction():
        await keep_others_out()
        done = await foresee(content, says=says, limits=limits, now=now)
        steps = [one.weighed.step for one in done.lines]
        known = [one.known.id for one in steps if one.change == "changed" and one.known is not None]
        before = await stored(known)
        kept = await keep(steps, now=now, tell=tell)
        made = [number for number in kept if number not in set(known)]
        if kept:
            await remember("past_visits", made=made, before=before, after=await stored(kept), by=by, now=now)
        if done.moves:
            added, changed = counted(len(done.of("new")), "ajout"), counted(len(done.of("changed")), "correction")
            detail = f"{added}, {changed}"
            await record("past_visits_imported", by=by, about_kind="results", about=None, detail=detail, now=now)
        return done
