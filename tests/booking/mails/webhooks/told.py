"""What the tests of webhooks share: a subscriber, an act, and the worker's turn."""

from __future__ import annotations

from datetime import datetime

from booking.mails.fan_out import fan_out
from booking.mails.webhooks.deliver import deliver_webhooks
from booking.mails.webhooks.post import Post
from booking.people.accounts.rules import Role
from tests import builders
from tests.builders import NOW
from workshops.database import rows, value
from workshops.events.record import record

BASE = "http://127.0.0.1:8000"
SECRET = "a secret of the tests, long enough to be one"
BOOKED = ("reservation_booked", "reservation_moved")


async def a_lycee() -> tuple[int, int]:
    """A lycée and the membership of its host."""
    lycee = await builders.school(kind="lycee")
    return lycee, await builders.membership(await builders.account(), Role.HOST, school=lycee)


async def a_visit(*, lycee: int, college: int | None = None) -> int:
    slot = await builders.slot(host=lycee)
    return await builders.reservation(slot=slot, group=await builders.group(school=college or await builders.school()))


async def booked(visit: int, act: str = "reservation_booked", **more: object) -> int:
    said = {"by": None, "about_kind": "reservation", "about": visit, "state": "confirmed", "now": NOW}
    return await record(act, **said | more)  # type: ignore[arg-type]


async def tell_programs(*, now: datetime = NOW) -> None:
    await fan_out(now=now)


async def send(post: Post | None = None, *, now: datetime = NOW) -> int:
    """Send what is due at a moment."""
    given = post or Post(trial=True)
    return await deliver_webhooks(given, base_url=BASE, secret_key=SECRET, clock=lambda: now)


async def states(webhook: int | None = None) -> list[tuple[int | None, str, int]]:
    """(event, state, attempts) of the deliveries."""
    found = await rows(
        """SELECT event, state, attempts FROM webhook_deliveries WHERE $1::int IS NULL OR webhook = $1 ORDER BY id""",
        webhook,
    )
    return [tuple(one) for one in found]


async def salt_of(webhook: int) -> bytes:
    found: bytes = await value("SELECT salt FROM webhooks WHERE id = $1", webhook)
    return found
