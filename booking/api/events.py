"""What was done since, for programs that ask: what the webhooks tell, to whoever follows it at her own pace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from msgspec import Meta

from booking.api.shapes import PAGE, Limit, answer_of, told_as
from booking.api.webhooks import ACTS
from booking.door.rights.guards import AnyOf, Now, SiteSettings, may
from booking.mails.webhooks.follow import follow
from booking.mails.webhooks.queries import Subscriber
from booking.mails.webhooks.rules import TOLD_OUTSIDE


class ActTold(msgspec.Struct):
    """Something that was done, to what, and where it is read."""

    id: int
    at: datetime
    act: Annotated[str, told_as(*ACTS), Meta(description="What was done.")]
    about_kind: Annotated[str, told_as(*TOLD_OUTSIDE)]
    about: int
    sequence: int | None
    href: str
    program: str | None


class EventAnswer(msgspec.Struct):
    """An act as a webhook tells it."""

    type: Annotated[str, told_as(*ACTS), Meta(description="What was done.")]
    timestamp: datetime
    data: ActTold


class Events(msgspec.Struct):
    """What was done since, in order. `next_cursor` is always there: ask `after` it again, at once while there is
    `more`, else later."""

    items: Sequence[EventAnswer]
    next_cursor: Annotated[str, Meta(description="Where to go on; always there.")]
    more: bool


@get("/events", opt=may("programs.tell") | {"refuses": (410,)})
async def list_events(
    person: AnyOf[Subscriber],
    settings: SiteSettings,
    now: Now,
    after: Annotated[
        str | None,
        QueryParameter(
            max_length=200,
            description="`next_cursor` of the last answer, or `now`: only where to go on. Without it, the oldest kept.",
        ),
    ] = None,
    limit: Limit = PAGE,
) -> Events:
    """What was done since, as webhooks tell it, of what one may read now. Kept for 30 days; docs/following.md says how
    to follow it without a gap."""
    followed = await follow(after, person=person, limit=limit, base_url=settings.base_url, now=now)
    return answer_of(Events, followed, items=[msgspec.to_builtins(told) for told in followed.items])
