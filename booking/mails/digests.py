"""The Monday mail: what waits for a lycée, and for the coordination; each line leads to the page that settles it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from booking.mails.digest.queries import reads_weekly_mail, waiting
from booking.mails.digest.rules import TITLES, Waiting
from booking.mails.draft import Draft, Item, Listing
from booking.outbox.notices.queries import outbox
from booking.outbox.notices.rules import Claimed
from booking.settings import Settings
from booking.wording import counted, moment
from workshops.schools.queries import school

LINES_MOST = 12
# What a line counts, where it is not a visit yet.
COUNTED = {"empty": ("créneau", "créneaux"), "unconfirmed": ("visa", "visas")}
HOST_PAGES = {"unscanned": "/accueil/{}", "unbuilt": "/accueil/{}"}


async def for_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host of the lycée `about`; not sent when nothing waits, nor to somebody who no longer wants it."""
    if not await reads_weekly_mail(notice.to_email, role="host", school=notice.about):
        return None
    found = await waiting(school=notice.about, now=now)
    lycee = await school(notice.about)
    if not found or lycee is None:
        return None
    return Draft(
        words={
            "points": len(found),
            "lycee": lycee.name,
        },
        link=f"{settings.base_url}/lycee",
        stop=f"{settings.base_url}/compte",
        lists=tuple(_by_kind(found, lambda some: [Item(_words(one), _page(one, settings)) for one in some])),
    )


async def for_coordinator(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a coordinator: the lycées for which something waits, and the mails that failed."""
    if not await reads_weekly_mail(notice.to_email, role="coordinator"):
        return None
    found = [one for one in await waiting(school=None, now=now) if one.kind != "undelivered"]
    failed = (await outbox()).failed
    if not found and not failed:
        return None
    lists = list(_by_kind(found, lambda some: _by_lycee(some, settings)))
    if failed:
        told = Item(counted(failed, "mail en échec", "mails en échec"), f"{settings.base_url}/gestion/messages")
        lists.append(Listing(TITLES["undelivered"], (told,)))
    return Draft(
        words={
            "points": len(found) + failed,
            "lycees": len({one.school for one in found}),
        },
        link=f"{settings.base_url}/gestion",
        stop=f"{settings.base_url}/compte",
        lists=tuple(lists),
    )


def _by_kind(found: list[Waiting], items_of: Callable[[list[Waiting]], list[Item]]) -> Iterable[Listing]:
    for kind, title in TITLES.items():
        items = items_of([one for one in found if one.kind == kind])
        if items:
            yield Listing(title, tuple(items[:LINES_MOST]), max(0, len(items) - LINES_MOST))


def _by_lycee(some: list[Waiting], settings: Settings) -> list[Item]:
    names = {one.school: one.school_name for one in some}
    words = COUNTED.get(some[0].kind, ("visite", "visites")) if some else ("", "")
    return [
        Item(f"{names[school]} : {counted(count, *words)}", f"{settings.base_url}/gestion/etablissements/{school}")
        for school, count in Counter(one.school for one in some).most_common()
    ]


def _words(one: Waiting) -> str:
    return ", ".join(filter(None, (one.workshop, moment(one.starts_at), one.detail)))


def _page(one: Waiting, settings: Settings) -> str:
    return settings.base_url + HOST_PAGES.get(one.kind, "/lycee/creneaux/{}").format(one.slot)
