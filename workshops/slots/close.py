"""Close a visit: who came is written down once; figures that were wrong may be counted again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import asdict

from workshops.database import row, rows, transaction
from workshops.refusals import Invalid, or_not_found
from workshops.slots.rules import CompanyAtSlot, GroupTurnout, NotDone, YearClosed, refuse_to_record
from workshops.slots.tables import CompanyTurnout, Turnout
from workshops.tallies.count import count_in, count_out

LOCKED = "SELECT state, starts_at FROM slots WHERE id = $1 FOR NO KEY UPDATE"
KEEP_TURNOUT = """
INSERT INTO turnouts (slot, group_ref, school, group_label, level, announced, scanned, declared, counted, adults, note,
                      girls, ulis, came)
SELECT $1, group_ref, school, group_label, level, announced, scanned, declared, counted, adults, note, girls, ulis,
  coalesce(came, counted > 0)
FROM jsonb_populate_recordset(NULL::turnouts, $2::jsonb)
"""
KEEP_COMPANIES = """
INSERT INTO company_turnouts (slot, siret, name, people)
SELECT $1, siret, name, people FROM jsonb_populate_recordset(NULL::company_turnouts, $2::jsonb)
"""
KEEP_BEFORE = """
INSERT INTO turnouts_before (slot, reopened_at, group_ref, siret, counted, adults, girls, note)
SELECT slot, $2::timestamptz, group_ref, '', counted, adults, girls, note FROM turnouts WHERE slot = $1
UNION ALL SELECT slot, $2, NULL, siret, people, 0, NULL, '' FROM company_turnouts WHERE slot = $1
RETURNING id
"""
DONE = "UPDATE slots SET state = 'done', closed_at = $2, version = version + 1 WHERE id = $1"
# Of a year that is closed: nothing of it is counted anew.
FREEZE = "UPDATE slots SET frozen = true WHERE id = ANY ($1::int[])"
# $1 the slots, $2 the remarks that nobody wrote.
FORGET_NOTES = """
UPDATE turnouts SET note = '' WHERE slot = ANY ($1::int[]) AND note <> ALL ($2::text[]) RETURNING id
"""
FORGET_NOTES_BEFORE = "UPDATE turnouts_before SET note = '' WHERE slot = ANY ($1::int[]) AND note <> '' RETURNING id"
LOCKED_DONE = "SELECT state, frozen FROM slots WHERE id = $1 FOR NO KEY UPDATE"
REOPEN = "UPDATE slots SET state = 'closed', closed_at = NULL, version = version + 1 WHERE id = $1"


async def close(
    slot: int, *, turnout: Sequence[GroupTurnout], companies: Sequence[CompanyAtSlot] = (), now: datetime
) -> None:
    """Freeze the slot's figures: the head count that the host validated, group by group, and the companies that came.

    Raises NotFound, SlotDone (a second time), SlotCalledOff, TooEarly, Invalid.
    """
    wrong = [group for group in turnout if not 0 <= group.counted <= 200 or group.adults < 0]
    if wrong:
        raise Invalid({"counted": f"Le nombre d'élèves de {wrong[0].group_label} doit être compris entre 0 et 200."})
    mixed = [group for group in turnout if group.girls is not None and not 0 <= group.girls <= group.counted]
    if mixed:
        raise Invalid({"girls": f"{mixed[0].group_label} : il ne peut pas y avoir plus de filles que d'élèves."})
    async with transaction():
        known = or_not_found(await row(LOCKED, slot))
        refuse_to_record(known["state"], known["starts_at"], now)
        await rows(KEEP_TURNOUT, slot, json.dumps([asdict(group) for group in turnout]))
        await rows(KEEP_COMPANIES, slot, json.dumps([asdict(company) for company in companies]))
        await rows(DONE, slot, now)
        await count_in(slot)


async def reopen(slot: int, *, now: datetime) -> None:
    """Take back a slot's frozen figures, and let it be closed again; what was built there stays, and so does
    what was counted, beside: the next closing begins with it.

    Raises NotFound, NotDone, YearClosed.
    """
    async with transaction():
        known = or_not_found(await row(LOCKED_DONE, slot))
        if known["state"] != "done":
            raise NotDone
        if known["frozen"]:
            raise YearClosed
        await count_out(slot)
        await rows(KEEP_BEFORE, slot, now)
        for frozen in (Turnout, CompanyTurnout):
            await frozen.delete().where(frozen.slot == slot)
        await rows(REOPEN, slot)
