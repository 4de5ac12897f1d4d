"""Mails about a P-TECH mentoring action, to the lycée's hosts and to the company: each brings its calendar entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from booking.calendar.feeds.rules import meeting_path_of
from booking.calendar.invites.invite import invitation
from booking.calendar.invites.meetings import Meeting, meeting
from booking.mails.draft import Draft, Lines, guest_of
from booking.mails.reminders import day_of
from booking.outbox.notices.rules import Claimed
from booking.outbox.notices.tables import Notice
from booking.process.settings import Settings
from booking.programme.ptech.queries import people_of, role_at
from booking.words.ptech import length_words
from booking.words.wording import counted, day, moment, paris, span
from workshops.programmes.ptech.follow_cohort import follow
from workshops.programmes.ptech.rules import ONE_DAY_MINUTES
from workshops.refusals import NotFound
from workshops.scope import of_company

JOINED = timedelta(days=60)
"""A company whose first day is further back was written down afterwards: nobody welcomes it now."""


async def welcomed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company that has just become a mentor of a cohort, while it is one or is about to be; told once."""
    today = paris(now).date()
    welcome = (Notice.kind == notice.kind) & (Notice.what == notice.what) | (Notice.kind == "mentor_welcomed")
    same = Notice.exists().where(welcome, Notice.about == notice.about, Notice.also == notice.also)
    earlier = (Notice.account == notice.account, Notice.id < notice.id, Notice.sent_at.is_not_null())
    if await same.where(*earlier):
        return None
    try:
        it = await follow(notice.about, scope=of_company(notice.also or 0), now=now)
    except NotFound:
        return None
    mine = max((one for one in it.mentors if one.company == notice.also), key=lambda one: one.from_on)
    if mine.from_on < today - JOINED or (mine.to_on is not None and mine.to_on < today):
        return None
    ahead = [one for one in it.actions if one.state == "planned" and one.starts_at > now]
    lines = (
        ("Cohorte", it.card.named),
        ("Lycée", f"{it.card.school_name}, {it.card.commune}"),
        ("Depuis le", day(mine.from_on)),
        ("Jusqu'au", day(mine.to_on) if mine.to_on else ""),
        ("Prochaine action", f"{ahead[0].title}, {moment(ahead[0].starts_at)}" if ahead else ""),
    )
    return Draft(
        words={"cohort": it.card.named, "school": it.card.school_name},
        link=f"{settings.base_url}{meeting_path_of('company', cohort=notice.about)}",
        lines=tuple(line for line in lines if line[1]),
    )


async def told(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """An action is announced, never once it is over; or has changed, was held at another moment, or will not be: an
    agenda that holds it is put right even when it is over."""
    found = await meeting(notice.about)
    if found is None or (not notice.what and found.ends_at <= now):
        return None
    state = notice.what if notice.what in {"held", "called_off"} else "planned"
    return await _draft(state, found, notice, settings, now)


async def day_before(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """When and where, once more, to who still comes; never of a day that the action has left."""
    found = await meeting(notice.about)
    if found is None or found.starts_at <= now or paris(found.starts_at).date() != day_of(notice):
        return None
    if notice.to_email not in {email for _, email, _ in await people_of(found)}:
        return None
    made = await _draft("planned", found, notice, settings, now)
    if made is None:
        return None
    today = paris(now).date() == day_of(notice)
    return replace(made, words={**made.words, "today": today}, invitation=None)


async def _draft(state: str, found: Meeting, notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    if found.state != state:
        return None
    role = await role_at(found, notice.to_email)
    guest = guest_of(notice, settings, meeting_path_of(role, cohort=found.cohort))
    return Draft(
        words={
            "meeting": found,
            "mentor": role == "company",
            "over": found.ends_at <= now,
        },
        link=guest.url,
        lines=_lines(found),
        invitation=invitation(found, guest, now=now),
        only_if_invited=True,
    )


def _lines(found: Meeting) -> Lines:
    one_day = found.minutes <= ONE_DAY_MINUTES
    when = span(found.starts_at, found.ends_at) if one_day else f"à partir du {moment(found.starts_at)}"
    comes = f"{found.company_name}, {counted(found.people, 'personne')}" if found.company_name else ""
    lines = (
        ("Quand", when),
        ("Durée", "" if one_day else f"{length_words(found.minutes)} par élève, en tout"),
        ("Où", found.address_line),
        ("Action", found.workshop),
        ("Cohorte", f"{found.cohort_name}, {found.school_name}"),
        ("Entreprise", comes),
        ("Motif", found.reason if found.state == "called_off" else ""),
    )
    return tuple(line for line in lines if line[1])
