"""A host takes from a colleague the role that she had with their lycée."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.invite_host import WITHDRAW_SENT
from booking.people.accounts.rules import NotYourself
from booking.people.accounts.withdraw_role import WITHDRAW
from workshops.database import rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound

# In the order of their numbers: two hosts who remove each other wait instead of both going.
HOSTS = """SELECT m.id, m.account, a.email, a.name, a.disabled_at IS NULL AS comes FROM memberships m
JOIN accounts a ON a.id = m.account WHERE m.role = 'host' AND m.school = $1 ORDER BY m.id FOR UPDATE OF m"""


async def remove_host(membership: int, *, school: int, by: int, now: datetime) -> None:
    """She receives no more with this lycée: the sessions, keys and agenda links of the role end, and she hears it.

    Those whom she invited and who have not accepted are nobody there.

    Raises NotFound for who is no host there, or to one who can come no more; NotYourself to who would remove herself:
    one leaves a role by her own page, and so a lycée keeps the one who removes.
    """
    async with transaction():
        hosts = {one["id"]: one for one in await rows(HOSTS, school)}
        gone = hosts.get(membership)
        if gone is None or by not in {one["account"] for one in hosts.values() if one["comes"]}:
            raise NotFound()
        if gone["account"] == by:
            raise NotYourself("Vous ne vous retirez pas vous-même : quittez ce rôle dans « Mon compte ».")
        await rows(WITHDRAW, membership)
        await rows(WITHDRAW_SENT, gone["account"], school)
        await record("host_removed", by=by, about_kind="account", about=gone["account"], also=school, now=now)
        await queue(
            "host_removed",
            to_email=gone["email"],
            to_name=gone["name"],
            about_kind="school",
            about=school,
            once=f"host_removed:{membership}",
            now=now,
        )
