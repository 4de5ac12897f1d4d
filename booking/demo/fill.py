"""Fill an empty Technilab with examples, so that every page can be tried at once.

A trial that is shown begins anew each night: what visitors wrote is erased, the examples are made again.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random

from booking.day.photos.encode_mark import encode_mark
from booking.day.photos.keep_photo import FOLDER
from booking.demo.ask import keep_searches, knock
from booking.demo.bts1 import gather_consortium, open_courses
from booking.demo.given import value_what_is_given
from booking.demo.milestones import plan_milestones
from booking.demo.offer import ExampleWorkshop, Opened, open_days, open_slots, publish_workshops
from booking.demo.openings import ask_some, plan_openings
from booking.demo.past import count_heads, declare_past
from booking.demo.ptech import open_ptech
from booking.demo.replay import receive
from booking.demo.report import write_example_words
from booking.demo.reserve import Bookings, ExampleVisit
from booking.demo.september_hands import raise_hands
from booking.demo.settle import CARRIERS, FUNDER, Cast, read_bytes, settle
from booking.outbox.notices.mail_files import MAIL_FOLDER
from booking.people.accounts.tables import Account
from booking.people.accounts.trial import is_no_trial
from booking.process.settings import read_settings
from booking.visits.reservations.transition import PUT_WITH_THEIR_SLOT
from booking.words.wording import school_year_of
from workshops.academie.queries import academie
from workshops.academie.rules import AcademieSettings, ShowMark
from workshops.academie.settle import settle as settle_academie
from workshops.academie.settle import take_in_extract
from workshops.academie.show_mark import show_mark
from workshops.database import owners_transaction, rows, transaction
from workshops.school_calendar.load import load_calendar
from workshops.school_calendar.rules import paris_day, paris_instant
from workshops.schools.rules import BOOKING_DAYS
from workshops.slots.move import PUT_AT
from workshops.slots.open import OpenSlot, open_slot

SEED = 6000
PROJECT = "µTECH-BOOSTER"
MARKS = {
    "marque-academie.png": ShowMark(which="academie", alternative="Académie de Besançon (exemple)"),
    "marque-financeur.png": ShowMark(which="funder", alternative="Financeur (exemple)"),
}
TRUSTED = ("ac-besancon.fr",)
PAST_DAYS = 420
PAST_SLOTS = 64
LEFT_TO_CLOSE = 2
COMING_WEEKS = 10
COMING_SLOTS = 90
STEPS = 5
A_DAY = timedelta(days=1)
SOURCE = "Ministère de l'Éducation nationale, data.education.gouv.fr, Licence Ouverte 2.0"

BRING_TO_TODAY = f"""
WITH moved AS ({PUT_AT})
{PUT_WITH_THEIR_SLOT}
"""
# The examples' people have read these mails long ago; the first one that leaves is the visitor's own.
FORGET_MAILS = "DELETE FROM notices"

Progress = Callable[[int, int], None]


async def fill(now: datetime, progress: Progress | None = None) -> bool:
    """Put the real schools and the invented rest in place, whole or not at all; False where accounts exist already.

    The same `now` gives the same examples, but for the numbers of a draw. `progress` is told how many steps are done,
    out of how many.
    """
    draw = Random(SEED)  # noqa: S311 - draws fictional people, guards nothing
    today = paris_day(now)
    past_from, coming_to = today - timedelta(days=PAST_DAYS), today + timedelta(weeks=COMING_WEEKS)
    step = _stepper(progress)
    async with transaction():
        if await Account.exists():
            return False
        await take_in_extract(read_bytes("etablissements.csv"), by=None, now=now)
        ours = await academie()
        await settle_academie(
            AcademieSettings(
                name=ours.name,
                zone=ours.zone,
                neighbours=ours.neighbours,
                project=PROJECT,
                carriers=CARRIERS,
                funder=FUNDER,
                cost="Oui, la visite et l'objet (exemple)",
                coach="Le programme, jusqu'à 400 € (exemple)",
                trusted_domains=TRUSTED,
            )
        )
        for name, asked in MARKS.items():
            await show_mark(asked, await encode_mark(read_bytes(name)), by=None, example=True, now=now)
        await load_calendar(read_bytes("calendrier.csv"), source=SOURCE, by=None, now=now)
        await count_heads(now=now)
        step()
        years = sorted({school_year_of(day) for day in (past_from, today, coming_to)})
        cast = await settle(school_years=years, draw=draw, now=paris_instant(past_from, time(8)))
        taught = await publish_workshops(cast, now=now)
        bodies = await gather_consortium(cast, now=now)
        await open_courses(cast, bodies, now=now)
        await plan_milestones(bodies, now=now)
        await open_ptech(cast, now=now)
        await write_example_words(now=now)
        await raise_hands(cast, now=now)
        step()
        settings = read_settings()
        bookings = Bookings(cast, settings, draw)
        await declare_past(cast, taught, before=paris_instant(past_from, time(8)), now=now)
        await _open_today(cast, taught, bookings, now)
        past = await open_slots(taught, days=await open_days(past_from, today - A_DAY), wanted=PAST_SLOTS, draw=draw)
        step()
        await _play_again(past, bookings, settings.secret_key, draw, now)
        await value_what_is_given(taught, since=paris_instant(past_from, time(8)), now=now)
        step()
        coming = await open_slots(
            taught, days=await open_days(today + A_DAY, coming_to), wanted=COMING_SLOTS, draw=draw
        )
        await _reserve_some(coming, bookings, draw, now)
        await bookings.offer_a_place(coming, to=cast.groups[0].teacher, now=now - timedelta(hours=2))
        await bookings.leave_alone(coming, company=cast.companies[0], now=now - timedelta(hours=2))
        await ask_some(cast, coming, secret_key=settings.secret_key, draw=draw, now=now)
        await keep_searches(cast, now=now)
        await plan_openings(cast, taught, bookings, after=coming_to, secret_key=settings.secret_key, draw=draw, now=now)
        await knock(cast, draw=draw, now=now)
        await rows(FORGET_MAILS)
        step()
    return True


def _stepper(progress: Progress | None) -> Callable[[], None]:
    done = count(1)

    def step() -> None:
        if progress is not None:
            progress(next(done), STEPS)

    return step


async def _play_again(slots: list[Opened], bookings: Bookings, secret_key: str, draw: Random, now: datetime) -> None:
    """Past visits as they went; the last ones still wait for their head count."""
    held: list[tuple[Opened, list[ExampleVisit]]] = []
    for slot in slots:
        held.append((slot, await bookings.fill(slot, groups=slot.taught.groups_max, now=now)))
        if draw.random() < 0.6:
            await bookings.send_a_company(slot, people=draw.randint(1, 2), now=now)
    left = [slot.id for slot, visits in held if visits][-LEFT_TO_CLOSE:]
    for slot, visits in held:
        if slot.id not in left:
            await receive(slot, visits, secret_key=secret_key, draw=draw)


async def _reserve_some(slots: list[Opened], bookings: Bookings, draw: Random, now: datetime) -> None:
    for slot in slots:
        if draw.random() < 0.45:
            await bookings.fill(slot, groups=draw.randint(1, slot.taught.groups_max), now=now)
        if draw.random() < 0.35:
            await bookings.send_a_company(slot, people=draw.randint(1, 2), now=now)


async def _open_today(cast: Cast, taught: list[ExampleWorkshop], bookings: Bookings, now: datetime) -> None:
    """A visit under way, so that the desk can be tried at once: opened on an ordinary day, then brought to today.

    This goes round the calendar on purpose: the examples must show a desk on a Sunday and in August too.
    """
    first = taught[0]
    today = paris_day(now)
    # After a summer too, its reservations are not closed yet.
    usual = (await open_days(today + timedelta(days=30), today + timedelta(days=150)))[BOOKING_DAYS + 1]
    starts_at, length = paris_instant(usual, time(9)), timedelta(minutes=first.minutes)
    number = await open_slot(
        OpenSlot(workshop=first.id, starts_at=starts_at, company_places=first.company_places),
        school=first.lycee.id,
        by=None,
        now=now,
    )
    slot = Opened(number, first, starts_at, starts_at + length)
    year = school_year_of(today)
    group = next(one for one in cast.groups if one.school_year == year and one.level in first.levels)
    await bookings.reserve(slot, group, now=now)
    await bookings.send_a_company(slot, people=2, now=now)
    hour = now.replace(minute=0, second=0, microsecond=0)
    await rows(BRING_TO_TODAY, number, hour, hour + length, hour - timedelta(days=7))


logger = logging.getLogger(__name__)

# The journal and the files declared final let nobody erase them, but whoever owns a trial that everybody may write in.
GUARDED = ("events", "refusal_counts", "final_reports")
UNLOCK, LOCK = ([f"ALTER TABLE {table} {act} TRIGGER USER" for table in GUARDED] for act in ("DISABLE", "ENABLE"))
# The tables' own story, the workers' signs of life, and what tells answers that are kept that all has changed.
EMPTY = """DO $$ BEGIN EXECUTE (
  SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY' FROM pg_tables
  WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'versions', 'heartbeats', 'turns')
); END $$"""
CHANGED = "UPDATE versions SET raised = raised + 1"
BEGIN_ANEW = (*UNLOCK, EMPTY, *LOCK, CHANGED)


async def renew(*, data_dir: Path, now: datetime) -> bool:
    """Erase everything and make the examples of today, whole or not at all: who comes meanwhile waits for them.

    Data among which nobody was ever invented are left alone, which the answer and the log say.
    """
    async with owners_transaction():
        if await is_no_trial():
            logger.error("DEMO=public erases each night what is shown: these data have no example account and are kept")
            return False
        for statement in BEGIN_ANEW:
            await rows(statement)
        await fill(now)
    for folder in (MAIL_FOLDER, FOLDER):
        await asyncio.to_thread(shutil.rmtree, data_dir / folder, ignore_errors=True)
    return True
