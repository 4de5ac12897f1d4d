"""Mails about a principal's visa: to her, who has no account, and to the teacher whose change was not granted."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from booking.calendar.invites import queries as invites
from booking.mails.draft import Draft, Lines, asked_where, group_line, object_of_halves, other_half_line, reason_line
from booking.mails.requests import asked_in, replaced_by
from booking.mails.together import also_lines, told_with
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.rules import hash_of
from booking.process.settings import Settings
from booking.visits.asking.choices import RANKS, WishChoice, choice_line, to_sign
from booking.visits.asking.pairs import other_half
from booking.visits.draws.halves import people_words
from booking.visits.principals.queries import page_of_outings
from booking.visits.reservation_states import ENDED, SURE
from booking.visits.reservations import queries
from booking.visits.reservations.queries import Visit, taken_back_by
from booking.visits.reservations.whom_to_ask import adults_by_link, has_whom_to_ask
from booking.words.states import RESERVATION_STATES
from booking.words.wording import moment, number, paper_visa, span
from workshops.database import value
from workshops.schools import queries as schools
from workshops.scope import EVERYTHING

AT_COORDINATION = """SELECT EXISTS (SELECT FROM memberships m JOIN accounts a ON a.id = m.account
WHERE a.email = $1 AND a.disabled_at IS NULL AND m.role = 'coordinator')"""

# Of both halves and of all its choices one link asks, and more adults or another place are asked for by another.
ASKED_OF_HER = """SELECT EXISTS (SELECT FROM approvals a JOIN reservations asked ON asked.id = a.reservation
JOIN reservations r ON asked.id = r.id OR asked.replaces = r.id OR asked.demand = r.demand
WHERE r.id = $1 AND NOT a.takes_back)"""


async def approval_asked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the principal: all that a decision needs, each line of a demand, and the link that takes it.

    Not sent once the link is used, replaced, or too late.
    """
    visit = await queries.visit_to_approve(notice.secret)
    if visit is None or visit.hold_until is None or visit.hold_until <= now:
        return None
    choices = await to_sign(visit.id, visit.demand)
    several = tuple((RANKS[one.rank].capitalize(), choice_line(one)) for one in choices) if len(choices) > 1 else ()
    if both := await _both_halves(visit):
        return await _halves_asked(both, several, notice, settings)
    replaced = await replaced_by(visit)
    described = (("Atelier décrit", f"{visit.workshop} ({RANKS[visit.line]})"),) if several else ()
    return Draft(
        words={
            "visit": visit,
            "until": visit.hold_until,
            "several": bool(several),
            "replaced": replaced,
            "people": "",
        },
        link=f"{settings.base_url}/visa/{notice.secret}",
        lines=(
            *(several or where_and_how_far(visit, choices)),
            group_line(visit, adults_asked=visit.adults_asked),
            *await other_half_line(visit.pair, visit.id),
            ("Demandé par", _teacher(visit)),
            *described,
            *_sheet(visit),
            ("Répondre avant", moment(visit.hold_until)),
        ),
    )


async def _both_halves(visit: Visit) -> list[Visit]:
    """Both halves of a class that await the same answer, the first one first."""
    half = await other_half(visit.pair, visit.id) if visit.replaces is None and visit.state == "requested" else None
    other = await queries.visit(half.id, scope=EVERYTHING) if half is not None and half.state == "requested" else None
    return [] if other is None else sorted((visit, other), key=lambda one: one.half or 0)


async def _halves_asked(both: list[Visit], several: Lines, notice: Claimed, settings: Settings) -> Draft:
    """The whole class, and what each of its halves does; of `several` choices, each of them."""
    first = replace(both[0], pupils=sum(one.pupils for one in both))
    people = people_words([one.pupils for one in both], [one.adults for one in both])
    lines: list[tuple[str, str]] = [*(several or [("Où", asked_where(first)[1][1])])]
    lines += [("La classe", f"{first.group_name}, {people}")]
    lines += [("Ateliers décrits", RANKS[first.line])] if several else []
    lines += await object_of_halves(first.pair)
    for label, one in zip(("Première moitié", "Deuxième moitié"), both, strict=True):
        lines += [(label, f"{span(one.starts_at, one.ends_at)}, {one.workshop}"), *_sheet(one)]
    until = min(one.hold_until for one in both if one.hold_until is not None)
    return Draft(
        words={"visit": first, "until": until, "several": bool(several), "replaced": None, "people": people},
        link=f"{settings.base_url}/visa/{notice.secret}",
        lines=(*lines, ("Demandé par", _teacher(first)), ("Répondre avant", moment(until))),
    )


def _teacher(visit: Visit) -> str:
    """« Claire Renaud, Collège Stendhal »"""
    return ", ".join(filter(None, (visit.teacher, visit.school_name)))


def _sheet(visit: Visit) -> Lines:
    """What a workshop asks, on its safety sheet."""
    told = visit.sheet.under("Les élèves font", "Montré seulement", "Protections", "Responsable")
    return tuple((label, " ".join(words.split())) for label, words in told if words.strip())


async def paper_noted(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever signs: a visa of hers was noted from paper, and the link that takes it back while it can."""
    found = await taken_back_by(notice.secret, now=now)
    if found is None or not found[1]:
        return None
    visit, _ = found
    asked = await has_whom_to_ask(visit.school)
    kept = await adults_by_link(visit.id)
    office = bool(await value(AT_COORDINATION, notice.to_email))
    place = f"/gestion/etablissements/{visit.school}#visa" if office else "/mon-college#visa"
    return Draft(
        words={"visit": visit, "college": visit.school_name, "asked": asked, "office": office, "kept": kept},
        link=f"{settings.base_url}/visa/papier/{notice.secret}",
        lines=(
            *where_and_how_far(visit, await to_sign(visit.id, visit.demand)),
            group_line(visit),
            *await other_half_line(visit.pair, visit.id),
            ("Visa papier", paper_visa(visit.visa_note, visit.visa_paper_on)),
            *((("Réservé par", visit.teacher),) if visit.teacher else ()),
            *(() if asked or kept else (("Adresse de la direction", f"{settings.base_url}{place}"),)),
        ),
    )


async def address_asked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the collège's own mailbox: whether the address given is its principal's. Not once it is answered or void."""
    asked = await schools.address_asked(hash_of(notice.secret))
    if asked is None:
        return None
    lines = (("Nom", asked.principal_name), ("Adresse", asked.principal_mail))
    return Draft(
        words={"asked": asked},
        link=f"{settings.base_url}/visa/adresse/{notice.secret}",
        lines=tuple(line for line in lines if line[1]),
    )


async def address_refused(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To an address that the collège's mailbox refused: it is forgotten, and whom to turn to if it was right."""
    found = await schools.school(notice.about)
    if found is None:
        return None
    return Draft(words={"school": found}, link=f"{settings.base_url}/mentions#contact")


async def end_asked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever signs: a teacher proposes that the visa be no longer asked for. Not once it is answered or void."""
    asked = await schools.end_asked(hash_of(notice.secret))
    if asked is None:
        return None
    return Draft(words={"asked": asked}, link=f"{settings.base_url}/visa/fin/{notice.secret}")


async def outings_page(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the principal: the link to all outings of the collège. Not once it is revoked or over."""
    told = await page_of_outings(notice.secret, now=now)
    if told is None:
        return None
    return Draft(
        words={"told": told, "until": told.ends_at - timedelta(days=1)},
        link=f"{settings.base_url}/sorties/{notice.secret}",
    )


async def cancelled(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the principal: a visit that she signed, or was asked to sign, will not be; by whom, and why."""
    visit = await asked_in(ENDED, notice, now)
    # Of a teacher whom the collège has not confirmed, the principal has heard nothing.
    if visit is None or visit.awaits_college:
        return None
    if visit.signed_on is None and not await value(ASKED_OF_HER, visit.id):
        return None
    also = await _others(notice, "Annulée aussi")
    return _to_principal(
        visit, settings, why=RESERVATION_STATES[visit.state].why, more=(*also, *reason_line(visit.reason))
    )


async def changed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the principal: her visa still holds for a visit whose hour, workshop or head count is another."""
    visit = await asked_in(SURE, notice, now)
    if visit is None:
        return None
    also = await _others(notice, "Déplacée aussi")
    return _to_principal(
        visit, settings, more=also, other_day=visit.signed_on is not None and visit.on != visit.signed_on
    )


async def not_granted(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: a change of a visit that was signed will not be, the visit stands."""
    asked = await queries.visit(notice.about, scope=EVERYTHING)
    visit = asked if asked is None or asked.replaces is None else await queries.visit(asked.replaces, scope=EVERYTHING)
    if asked is None or visit is None or visit.state not in SURE or visit.ends_at <= now:
        return None
    change = None if asked is visit else asked
    reason = () if change is None else reason_line(change.reason)
    return Draft(
        words={
            "visit": visit,
            "change": change,
            "why": "" if change is None else RESERVATION_STATES[change.state].change_why,
        },
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(*asked_where(visit), group_line(visit, adults_asked=visit.adults_asked), *reason),
    )


async def _others(notice: Claimed, label: str) -> Lines:
    """The other visits of the group that the same act moved or ended."""
    found = [await invites.visit(number) for number in await told_with(notice)]
    return also_lines(label, [one for one in found if one is not None])


def where_and_how_far(visit: Visit, choices: list[WishChoice]) -> Lines:
    """When and where a single visit is, and how far from the collège."""
    far = choices[0].km if choices else None
    return (*asked_where(visit), *((("Distance", f"{number(far)} km à vol d'oiseau"),) if far is not None else ()))


def _to_principal(visit: Visit, settings: Settings, *, more: Lines = (), **words: object) -> Draft:
    return Draft(
        words={"visit": visit, **words},
        link=f"{settings.base_url}/creneaux/{visit.slot}",
        lines=(*asked_where(visit), group_line(visit, adults_asked=visit.adults_asked), *more),
    )
