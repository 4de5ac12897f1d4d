"""What a teacher may hold before her collège's word."""

from __future__ import annotations

from datetime import datetime

from booking.people.sign_ups.sign_up import tell_sooner
from booking.visits.groups.tables import Group
from booking.visits.reservation_states import LIVE_SQL
from booking.visits.reservations.demand import Demand
from booking.visits.reservations.rules import refuse_newcomers_demand
from booking.visits.reservations.states import NotNow
from workshops.database import row, value
from workshops.refusals import NotFound

LOCK_NEWCOMER = """SELECT id FROM memberships
WHERE account = $1 AND school = $2 AND role = 'teacher' AND awaiting FOR UPDATE"""
HELD_BY = f"""SELECT count(*) AS demands, coalesce(sum(pupils), 0)::int AS seats FROM reservations
WHERE booked_by = $1 AND school = $2
  AND state IN {LIVE_SQL}"""  # noqa: S608 - constants only
SOONEST = """SELECT min(hold_until) FROM reservations
WHERE booked_by = $1 AND school = $2 AND state = 'requested' AND id <> $3"""


async def refuse_newcomer(demand: Demand) -> None:
    """Two demands at once are counted one after the other; in the transaction of the act.

    Raises NotNow when the word has come meanwhile, NewcomerHolds, NotFound for a colleague's group.
    """
    if await value(LOCK_NEWCOMER, demand.by, demand.school) is None:
        raise NotNow("Votre inscription vient d'avoir sa réponse. Rechargez la page, puis recommencez.")
    if not await Group.exists().where(Group.id == demand.asked.group, Group.teacher == demand.by):
        raise NotFound()
    held = await row(HELD_BY, demand.by, demand.school)
    assert held is not None  # noqa: S101 - a count always has its row
    refuse_newcomers_demand(held["demands"], held["seats"], pupils=demand.asked.pupils)


async def tell_college(demand: Demand, requested: int, *, until: datetime, now: datetime) -> None:
    """Her collège's mailbox hears of the day on which her places are given back, where it knows of none so near."""
    soonest = await value(SOONEST, demand.by, demand.school, requested)
    if soonest is None or until < soonest:
        await tell_sooner(demand.by, school=demand.school, until=until, token=demand.token, now=now)
