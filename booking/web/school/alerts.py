"""A teacher's alerts: what she waits to be told of, and how she takes one back."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from booking.door.http.answers import done
from booking.door.rights.guards import may
from booking.people.accounts.queries import Teacher
from booking.visits.alerts.ask import withdraw


@post("/mes-visites/alertes/{alert:int}/retrait", opt=may("visits.ask"))
async def withdraw_alert(
    alert: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Redirect:
    """Hers alone."""
    await withdraw(alert, membership=person.membership, by=person.account, now=now)
    return done("/mes-visites", "alerte-retiree")
