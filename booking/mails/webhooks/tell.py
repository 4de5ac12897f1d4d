"""Writing down, with the mails, which programs an event is told to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.mails.webhooks.queries import may_read
from booking.mails.webhooks.rules import TOLD_OUTSIDE, act_outside
from workshops.database import rows
from workshops.events.queries import RecordedAct

# $1 events, $2 acts, $3 about_kinds, $4 abouts: arrays of one length, in order of their numbers; $5 now.
TELL = f"""INSERT INTO webhook_deliveries (webhook, event, about_kind, about, since, next_try_at)
SELECT w.id, e.id, e.about_kind, e.about, $5, $5
FROM unnest($1::bigint[], $2::varchar[], $3::varchar[], $4::int[]) AS e (id, act, about_kind, about)
JOIN webhooks w ON w.paused_at IS NULL AND e.act = ANY (w.acts)
WHERE {may_read("e.about_kind", "e.about")}
ORDER BY e.id, w.id ON CONFLICT (webhook, event) DO NOTHING"""  # noqa: S608 - constants only


async def tell_programs(events: Sequence[RecordedAct], *, now: datetime) -> None:
    """Each event waits for every subscription to its act whose maker may read what it is about."""
    told = [
        (one.id, act_outside(one.act), one.about_kind, one.about)
        for one in events
        if one.about is not None and act_outside(one.act) in TOLD_OUTSIDE.get(one.about_kind, ())
    ]
    if told:
        await rows(TELL, *map(list, zip(*told, strict=True)), now)
