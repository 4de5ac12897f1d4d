"""What the examples give in kind, with invented rates and sums that say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from booking.demo.offer import ExampleWorkshop, Opened
from booking.words.wording import paris
from workshops.contributions.rules import FundingKind, Giver
from workshops.contributions.set_rate import RecordSum, SetRate, record_sum, set_rate
from workshops.contributions.tell_hosts import SayStaff, TellHosts, say_staff, tell_hosts
from workshops.school_calendar.rules import paris_day, school_year_of

RATES = {
    Giver.COMPANIES: (48.0, "Exemple : moyenne dite par dix entreprises"),
    Giver.LYCEENS: (4.5, "Exemple : gratification horaire d'un stagiaire"),
    Giver.STAFF: (42.5, "Exemple : heure supplémentaire effective"),
    Giver.LYCEES: (31.0, "Exemple : coût horaire moyen de l'établissement support"),
}
SUMS = (
    (FundingKind.ENVELOPE, 2_400_000, "Exemple : convention"),
    (FundingKind.SPENT, 610_000, "Exemple : état annuel de l'établissement support"),
    (FundingKind.COFINANCED, 385_000, "Exemple : lettres des cofinanceurs"),
)


async def tell_received(slot: Opened, *, now: datetime) -> None:
    """Three visits of four say who received; every third of these knows its lycéens alone."""
    if slot.id % 4:
        told = TellHosts(lyceens=4 + slot.id % 7, staff=None if slot.id % 3 == 0 else 1 + slot.id % 3)
        await tell_hosts(slot.id, told, school=slot.taught.host.place, by=slot.taught.host.account, now=now)


async def value_what_is_given(taught: Sequence[ExampleWorkshop], *, since: datetime, now: datetime) -> None:
    """Two lycées of three say whom they mobilise; an hour has its worth from the first year on, a sum its day."""
    hosts = {one.lycee.id: one.host for one in taught}
    for place, (lycee, host) in enumerate(sorted(hosts.items())):
        if place % 3:
            await say_staff(lycee, SayStaff(people=place % 3), by=host.account, example=True, now=since)
    first = school_year_of(paris_day(since))
    for giver, (euros, source) in RATES.items():
        await set_rate(first, giver, SetRate(euros=euros, source=source), by=None, example=True, now=now)
    for kind, amount, source in SUMS:
        for on, euros in ((date(first, 10, 1), amount * 9 // 10), (paris(now).date().replace(day=1), amount)):
            told = RecordSum(kind=kind, euros=euros, counted_on=on, source=source)
            await record_sum(told, by=None, example=True, now=now)
