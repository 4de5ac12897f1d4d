"""The Monday mail: what waits for a lycée, and for the coordination; each line leads to the page that settles it.

Ask for the Monday mails: one to each host of a lycée, one to each coordinator, once a week.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from booking.mails.digest.queries import reads_weekly_mail, waiting
from booking.mails.digest.rules import TITLES, SubjectToDo, WaitingAtLycee, monday_of
from booking.mails.digest.to_do import to_do
from booking.mails.draft import Draft, Item, Listing
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.words.wording import moment, number
from workshops.database import rows
from workshops.events.record import REMINDED
from workshops.results.measure import Progress
from workshops.results.queries import progress
from workshops.schools.queries import school
from workshops.september_hands.queries import asks_now

LINES_MOST = 12
BAR = 10
SEPTEMBER = "La rentrée"
HANDS = "Main levée de septembre : combien de vos nouveaux élèves de 2de professionnelle étaient venus"
HOST_PAGES = {"unscanned": "/accueil/{}", "unbuilt": "/accueil/{}"}


async def for_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host of the lycée `about`; not sent when nothing waits, nor to somebody who no longer wants it."""
    if not await reads_weekly_mail(notice.to_email, role="host", school=notice.about):
        return None
    found = await waiting(school=notice.about, now=now)
    lycee = await school(notice.about)
    if lycee is None:
        return None
    lists = tuple(_by_kind(found, lambda some: [Item(_words(one), _page(one, settings)) for one in some]))
    if september := await asks_now(lycee.id, now=now):
        lists += (Listing(SEPTEMBER, (Item(HANDS, f"{settings.base_url}/lycee/mains-levees"),)),)
    if not lists:
        return None
    return Draft(
        words={
            "points": len(found) + september,
            "lycee": lycee.name,
        },
        link=f"{settings.base_url}/lycee",
        stop=f"{settings.base_url}/compte",
        lists=lists,
    )


async def for_coordinator(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a coordinator: what there is to do, as its page lists it, and where the official targets stand."""
    if not await reads_weekly_mail(notice.to_email, role="coordinator"):
        return None
    # This mail leaves: whatever sends is alive.
    found = [one for one in await to_do(now=now) if one.kind != "silent"]
    if not found:
        return None
    aims = [one for one in await progress(now=now) if one.target.official and one.done is not None]
    return Draft(
        words={"points": len(found)},
        link=f"{settings.base_url}/gestion/a-faire",
        stop=f"{settings.base_url}/compte",
        lines=tuple((one.target.label, _stands(one)) for one in aims),
        lists=(Listing("Le plus pressant d'abord", tuple(_item(one, settings) for one in found)),),
    )


def _stands(one: Progress) -> str:
    """A bar of ten, then the figures: « ▰▰▱▱▱▱▱▱▱▱ 1 204 sur 6 000 »."""
    done, target = one.done or 0, one.target.target
    full = min(BAR, BAR * done // target) if target else BAR
    return f"{'▰' * full}{'▱' * (BAR - full)} {number(done)} sur {number(target)} {one.target.unit}"


def _item(point: SubjectToDo, settings: Settings) -> Item:
    return Item(point.title, settings.base_url + point.address, point.told)


def _by_kind(
    waiting: list[WaitingAtLycee], items_of: Callable[[list[WaitingAtLycee]], list[Item]]
) -> Iterable[Listing]:
    for kind, title in TITLES.items():
        items = items_of([point for point in waiting if point.kind == kind])
        if items:
            yield Listing(title, tuple(items[:LINES_MOST]), max(0, len(items) - LINES_MOST))


def _words(point: WaitingAtLycee) -> str:
    return ", ".join(filter(None, (point.workshop, moment(point.starts_at), point.detail)))


def _page(point: WaitingAtLycee, settings: Settings) -> str:
    return settings.base_url + HOST_PAGES.get(point.kind, "/lycee/creneaux/{}").format(point.slot)


# $1 now, $2 the Monday as 20270111. A mail that finds nothing to say when it is written never leaves.
ASK = f"""
WITH due AS (
  SELECT DISTINCT 'week_begins' AS act, CASE m.role WHEN 'host' THEN 'school' ELSE 'coordination' END AS about_kind,
    coalesce(m.school, 0) AS about, $2::int AS day
  FROM memberships m JOIN accounts a ON a.id = m.account
  WHERE m.role IN ('host', 'coordinator') AND a.disabled_at IS NULL AND a.weekly_mail
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def ask_for_digests(*, now: datetime) -> int:
    """Say on Monday from 7 h 00 in Paris that the week begins, once however many workers ask; returns to how many."""
    monday = monday_of(now)
    return 0 if monday is None else len(await rows(ASK, now, int(monday.strftime("%Y%m%d"))))
