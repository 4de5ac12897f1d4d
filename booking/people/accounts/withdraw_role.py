"""Taking a role back from somebody whose account stays open."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.queries import DEPARTMENTS, PLACES
from booking.people.accounts.rules import LastCoordinator, OnlyRole
from booking.people.accounts.tables import Membership
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import or_not_found

# In the order of their numbers: two coordinators who withdraw each other wait instead of both going.
COORDINATORS = """SELECT m.account FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
WHERE m.role = 'coordinator' ORDER BY m.id FOR UPDATE OF m"""
ROLE = f"""SELECT m.role, m.school, m.awaiting,
  coalesce(s.name, c.name, held_for.name, {DEPARTMENTS}, '') AS place
FROM memberships m {PLACES}
WHERE m.id = $1 AND m.account = $2 FOR UPDATE OF m"""  # noqa: S608 - constants only

WITHDRAW = "DELETE FROM memberships WHERE id = $1"


async def withdraw_role(account: int, *, membership: int, by: int, now: datetime) -> None:
    """It acts in this role no more: the sessions, keys and agenda links of the role end with it, at once.

    Raises NotFound, OnlyRole, LastCoordinator.
    """
    async with transaction():
        coordinators = {one["account"] for one in await rows(COORDINATORS)}
        held = or_not_found(await row(ROLE, membership, account))
        if not await Membership.exists().where(Membership.account == account, Membership.id != membership):
            raise OnlyRole()
        if held["role"] == "coordinator" and not coordinators - {account}:
            raise LastCoordinator()
        await rows(WITHDRAW, membership)
        detail = ", ".join(filter(None, (held["role"], held["place"])))
        await record("role_withdrawn", by=by, about_kind="account", about=account, detail=detail, now=now)
