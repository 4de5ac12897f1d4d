"""The question whether a group comes, with what is left to do; what a lycée receives tomorrow, and a company.

The mail after a visit: the lycée has closed it, and the class has its papers; or nobody came.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from asyncpg import Record
from msgspec.structs import replace

from booking.calendar.invites import queries
from booking.day.papers.pack import pack_pdf
from booking.day.papers.queries import visit_on_paper
from booking.day.papers.rules import AFTER
from booking.mails.draft import (
    Draft,
    Lines,
    group_line,
    headcount,
    people,
    people_line,
    reason_line,
    when_and_where,
    when_it_was,
)
from booking.mails.hosts import receives
from booking.mails.visits import other_half_in, visit_in
from booking.outbox.notices.queries import told_before
from booking.outbox.notices.rules import Claimed, Enclosed
from booking.process.settings import Settings
from booking.visits.preparation.queries import steps_before
from booking.visits.preparation.rules import StepKind
from booking.visits.reservation_states import SURE, SURE_SQL
from booking.visits.reservations.queries import visit as asked
from booking.visits.reservations.whether_it_comes import coming_link, said_to_come
from booking.words.wording import DAYS, counted, hour, moment, paris
from workshops.database import rows, value
from workshops.events.tables import Event
from workshops.school_calendar.rules import paris_instant
from workshops.scope import EVERYTHING
from workshops.slots.queries import slot_card
from workshops.slots.rules import TO_COME

# $1 the lycée, $2 and $3 the day's two midnights
GROUPS_OF_DAY = f"""
SELECT s.id AS slot, s.starts_at, s.ends_at, w.title AS workshop, coalesce(m.name, '') AS room,
  g.name AS group_name, c.name AS college, c.phone, r.pupils, r.adults
FROM slots s JOIN workshops w ON w.id = s.workshop LEFT JOIN rooms m ON m.id = s.room
JOIN reservations r ON r.slot = s.id AND r.state IN {SURE_SQL}
JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
WHERE s.school = $1 AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.starts_at, s.id, r.id
"""  # noqa: S608 - constants only
COMPANIES_OF_DAY = """
SELECT s.starts_at, s.ends_at, c.name AS company, a.people, a.role
FROM slots s JOIN attendances a ON a.slot = s.id AND a.state = 'announced' JOIN companies c ON c.id = a.company
WHERE s.school = $1 AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.starts_at, s.id, a.id
"""


WHY_REOPENED = """SELECT coalesce(w.words, '') FROM events e LEFT JOIN event_words w ON w.event = e.id
WHERE e.act = 'slot_reopened' AND e.about_kind = 'slot' AND e.about = $1 ORDER BY e.id DESC LIMIT 1"""


async def asked_whether_coming(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: does the group come? With the link that answers; none once she has said so, or for a date that is
    no longer the visit's. Both halves of a class that come on one day are asked together."""
    draft = await _to_teacher(notice, settings, now, on=day_of(notice), until_eve=True)
    visit = await visit_in(SURE, notice, now)
    if draft is None or visit is None or await said_to_come(visit.id):
        return None
    other = await other_half_in(SURE, visit, now)
    if other is not None and paris(other.starts_at).date() != day_of(notice):
        other = None
    link = await coming_link(visit.id, day_of(notice), secret_key=settings.secret_key)
    # One that was sure too late for the first question is asked about once.
    about = (Event.about_kind == "reservation", Event.about == visit.id, Event.also == notice.also)
    asked_before = await Event.exists().where(Event.act == "visit_asked", *about)
    words = {**draft.words, "other": other, "asked_before": asked_before}
    lines = (*draft.lines, *await _left_to_do(visit.id, now))
    return replace(draft, words=words, link=f"{settings.base_url}{link}", lines=lines)


async def _left_to_do(reservation: int, now: datetime) -> Lines:
    """What its collège has still to do before the visit, besides saying that it comes; all of it is on its page."""
    known = await asked(reservation, scope=EVERYTHING)
    steps = () if known is None else (await steps_before([known], now=now)).get(known.id, ())
    open_steps = [one for one in steps if one.open and not one.done and one.kind is not StepKind.COMES]
    return tuple((one.title, one.when(paris(now).date())) for one in open_steps)


async def day_before(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: when and where, once more, until the visit starts; a week before, until its eve. No act asks for
    it any more."""
    return await _to_teacher(notice, settings, now, on=day_of(notice), until_eve=notice.what == "week")


async def day_before_for_company(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company: when and where, once more, where a group comes."""
    visit = await queries.company_visit(notice.about)
    on = day_of(notice)
    if visit is None or visit.state != "announced" or not visit.seats_taken:
        return None
    if visit.starts_at <= now or paris(visit.starts_at).date() != on:
        return None
    return Draft(
        words={"visit": visit, **_nearness(on, now)},
        link=f"{settings.base_url}/entreprise",
        lines=(*when_and_where(visit), people_line(visit)),
    )


async def day_before_for_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: every group that the lycée receives on that day, and the companies that come to meet them."""
    on = day_of(notice)
    midnight, next_midnight = (paris_instant(day, time()) for day in (on, on + timedelta(days=1)))
    groups = await rows(GROUPS_OF_DAY, notice.about, midnight, next_midnight)
    if not groups or now >= groups[-1]["starts_at"]:
        return None
    if not await receives(notice, notice.about):
        return None
    companies = await rows(COMPANIES_OF_DAY, notice.about, midnight, next_midnight)
    return Draft(
        words={
            "on": on,
            **_nearness(on, now),
            "groups": len(groups),
            "pupils": sum(one["pupils"] for one in groups),
        },
        link=f"{settings.base_url}/lycee/creneaux",
        lines=(
            *((_hours(one), f"{_group(one)} ({_room(one)})") for one in groups),
            *((_hours(one), f"{one['company']}, {people(one['people'], one['role'])}") for one in companies),
        ),
    )


async def closing(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a visit is over and its pupils are not counted yet, or its figures were taken back by the
    coordination, and why; dropped once it is closed."""
    reopened = notice.what == "reopened"
    slot = await slot_card((notice.about if reopened else notice.also) or 0)
    if slot is None or slot.ends_at > now or slot.state not in (("closed",) if reopened else TO_COME):
        return None
    why = reason_line(await value(WHY_REOPENED, slot.id) or "") if reopened else ()
    return Draft(
        words={"slot": slot, "pupils": slot.seats_taken},
        link=f"{settings.base_url}/accueil/{slot.id}/cloture",
        lines=(("Visite", slot.title), ("Date", moment(slot.starts_at)), *why),
    )


async def _to_teacher(notice: Claimed, settings: Settings, now: datetime, *, on: date, until_eve: bool) -> Draft | None:
    """None when the visit has moved to another date: it is reminded for that one."""
    visit = await visit_in(SURE, notice, now)
    if visit is None or visit.starts_at <= now or paris(visit.starts_at).date() != on:
        return None
    if until_eve and now >= visit.eve_at:
        return None
    return Draft(
        words={"visit": visit, **_nearness(on, now), "list_locks": visit.list_locks_at},
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(*when_and_where(visit), group_line(visit)),
    )


def _nearness(on: date, now: datetime) -> dict[str, str]:
    """How the day is called in a sentence and in a subject: today, tomorrow, or by its name from the Friday before."""
    match (on - paris(now).date()).days:
        case 0:
            return {"near": "aujourd'hui,", "headline": "Aujourd'hui"}
        case 1:
            return {"near": "demain,", "headline": "Demain"}
        case _:
            return {"near": "le", "headline": DAYS[on.weekday()].capitalize()}


def day_of(notice: Claimed) -> date:
    """The date that is reminded of, which `also` holds as 20270325."""
    return date.fromisoformat(str(notice.also))


def _hours(one: Record) -> str:
    return f"{hour(one['starts_at'])} à {hour(one['ends_at'])}"


def _room(one: Record) -> str:
    return ", ".join(part for part in (one["workshop"], one["room"]) if part)


def _group(one: Record) -> str:
    college = f"{one['college']} ({one['phone']})" if one["phone"] else one["college"]
    return f"{one['group_name']}, {college}, {headcount(one['pupils'], one['adults'])}"


NEWS_FOR = timedelta(days=30)
FILES = {"bilan": "feuille-de-la-classe.pdf", "attestation": "attestation.pdf"}


async def closed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: how many were counted, what they built, the class's sheet and the attestation to print.

    Closed again after its figures were corrected, it says so: the papers that she has are no longer right.
    """
    visit, seen = await queries.visit(notice.about), await visit_on_paper(notice.about, needs=False)
    if visit is None or seen is None or seen.state != "attended" or not seen.counted:
        return None
    if seen.closed_at is None or seen.closed_at < now - NEWS_FOR:
        return None
    built = ", ".join(f"{one.name} ({counted(one.finished, 'terminé')})" for one in seen.builds)
    pdfs = [
        Enclosed(FILES[kind], await pack_pdf(visit.id, data_dir=settings.data_dir, only=kind, needs=False))
        for kind in AFTER
    ]
    return Draft(
        words={"visit": visit, "came": seen.counted, "again": await told_before(notice)},
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(
            *when_it_was(visit),
            group_line(visit),
            ("Élèves comptés par le lycée", str(seen.counted)),
            *((("Objets fabriqués", built),) if built else ()),
        ),
        papers=tuple(pdfs),
    )


async def missed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: the lycée has closed the visit and counted nobody, which she may contest while it is fresh."""
    visit = await queries.visit(notice.about)
    if visit is None or visit.state != "no_show" or visit.ends_at < now - NEWS_FOR:
        return None
    return Draft(
        words={"visit": visit},
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(*when_it_was(visit), group_line(visit)),
    )
