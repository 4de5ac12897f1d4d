"""Close a visit with the head count that its host validated, and reopen one whose figures were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError
from msgspec.structs import replace

from booking.day.checkin.acts import CompanyCount, GroupHeadcount, ReopenVisit
from booking.day.checkin.queries import closes_at_once, roster
from booking.day.checkin.roster import ExpectedGroup, Roster
from booking.day.checkin.rules import (
    RECEIVED,
    AbsenceUnconfirmed,
    GroupElsewhere,
    NotAllTicked,
    NotBegun,
    counted_label,
)
from booking.visits.absences.ask_about import ask_about
from booking.visits.reservation_states import CAME, HOLDS_SEATS, State
from booking.visits.reservations.states import TRANSITIONS, Act
from booking.visits.reservations.transition import CAME_OR_NOT, EXPECTED_AGAIN
from booking.words.wording import counted as in_words
from booking.words.wording import hour
from workshops.acts.health import says_of_pupil
from workshops.database import row, rows, savepoint, transaction
from workshops.events.record import record, recorded_of
from workshops.refusals import Invalid, NotFound, or_not_found
from workshops.slots.close import close, reopen
from workshops.slots.rules import CompanyAtSlot, GroupTurnout, SlotCalledOff, SlotDone

LOCK = "SELECT state, starts_at FROM slots WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"
SETTLE = f"""
WITH was AS (
  SELECT id, state FROM reservations WHERE slot = $1 AND state = ANY ($4::text[])
), settled AS (
  {CAME_OR_NOT}
), {
    recorded_of(
        "reservation",
        "settled ORDER BY settled.id",
        at="$3",
        by="$5",
        was="settled.was",
        state="settled.state",
        act="CASE settled.state WHEN 'attended' THEN 'reservation_attend' ELSE 'reservation_miss' END",
    )
}
SELECT id, state FROM settled
"""  # noqa: S608 - constants only
COUNTED_ELSEWHERE = """
SELECT seen.group_ref, bool_or(seen.came) AS came, sum(seen.ulis)::int AS ulis FROM (
  SELECT t.slot, t.group_ref, t.came, t.ulis
  FROM reservations r JOIN turnouts t ON t.slot = r.slot AND t.group_ref = r.id WHERE r.id = ANY ($1::int[])
  UNION SELECT slot, group_ref, came, ulis FROM turnouts WHERE group_ref = ANY ($1::int[]) AND announced = 0
) seen WHERE seen.slot <> $2 GROUP BY seen.group_ref
"""


async def close_slot(
    slot: int,
    *,
    headcounts: Sequence[GroupHeadcount],
    companies: Sequence[CompanyCount] = (),
    early: bool = True,
    account: int | None,
    school: int,
    now: datetime,
) -> None:
    """Freeze a visit's figures. Each expected group has one head count; a group of none is a no-show.

    A head count that differs from the badges scanned says why in its note; it is a class above those announced, or
    scanned, at most. Guests of another visit are counted here,
    and there no more; without a head count of theirs it is their badges. Each company
    announced is counted too, with nobody where it did not come: what was announced is never taken for what was seen.
    `early` says that a visit which is not over may be closed all the same.
    Raises NotFound, SlotDone (already closed), SlotCalledOff, NotBegun, AbsenceUnconfirmed, Invalid.
    """
    async with transaction():
        locked = or_not_found(await row(LOCK, slot, school))
        _refuse_unless_on(locked["state"], locked["starts_at"], now)
        seen = await roster(slot, school=school)
        wrong = _uncounted(seen, companies) | ({} if early else _not_over(seen, now))
        turnout = await _each_once(seen, _turnout(seen, headcounts, wrong))
        await close(slot, turnout=turnout, companies=_came(seen, companies), now=now)
        came = [group.group_ref for group in turnout if group.counted]
        came += [group.reservation for group in seen.groups if group.elsewhere]
        settled = await rows(SETTLE, slot, came, now, RECEIVED, account)
        if any(group["state"] == State.NO_SHOW for group in settled):
            await ask_about(slot, now=now)
        said = f" dont {seen.declared} déclarés par l'hôte" if seen.declared else ""
        figures = (
            f"annoncés {seen.expected}, pointés {seen.came}{said}, comptés {sum(group.counted for group in turnout)}"
        )
        await record("slot_closed", by=account, about_kind="slot", about=slot, detail=figures, now=now)


async def close_at_once(slot: int, *, account: int | None, school: int, now: datetime) -> None:
    """Freeze the figures of a visit that is over with those that were scanned or ticked, which are those announced.

    Raises NotFound, SlotDone, SlotCalledOff, NotBegun, NotAllTicked.
    """
    async with transaction():
        locked = or_not_found(await row(LOCK, slot, school))
        _refuse_unless_on(locked["state"], locked["starts_at"], now)
        seen = await roster(slot, school=school)
        if not await closes_at_once(seen, now=now):
            raise NotAllTicked
        counts = [
            GroupHeadcount(reservation=group.reservation, pupils=group.came, adults=group.adults_came)
            for group in seen.groups
        ]
        companies = [CompanyCount(company=firm.company, people=firm.scanned) for firm in seen.companies]
        await close_slot(slot, headcounts=counts, companies=companies, account=account, school=school, now=now)


def _refuse_unless_on(state: str, starts_at: datetime, now: datetime) -> None:
    if state == "done":
        raise SlotDone()
    if state == "called_off":
        raise SlotCalledOff()
    if now < starts_at:
        raise NotBegun()


def _not_over(seen: Roster, now: datetime) -> dict[str, str]:
    if now >= seen.ends_at:
        return {}
    told = f"La visite finit à {hour(seen.ends_at)} : les badges pointés après la clôture ne compteront pas."
    return {"early": f"{told} Cochez la case pour la clore maintenant."}


def _turnout(seen: Roster, headcounts: Sequence[GroupHeadcount], wrong: dict[str, str]) -> list[GroupTurnout]:
    counted = {one.reservation: one for one in headcounts}
    if counted.keys() - {group.reservation for group in seen.received}:
        raise NotFound()
    if len(counted) < len(headcounts):
        raise Invalid({"headcounts": "Un groupe est compté deux fois."})
    for guests in seen.guests:
        counted.setdefault(
            guests.reservation, GroupHeadcount(reservation=guests.reservation, pupils=guests.came, adults=0)
        )
    errors = dict(wrong)
    for group in seen.received:
        errors |= _wrong(group, counted.get(group.reservation))
    unsaid: dict[str, str] = {}
    for group in seen.groups:
        unsaid |= _unsaid(group, counted.get(group.reservation))
    if errors:
        raise Invalid(errors | unsaid)
    if unsaid:
        raise AbsenceUnconfirmed(unsaid)
    return [
        GroupTurnout(
            group_ref=group.reservation,
            school=group.school,
            group_label=group.label,
            level=group.level,
            announced=group.pupils,
            scanned=group.came - group.declared,
            declared=group.declared,
            counted=counted[group.reservation].pupils,
            adults=counted[group.reservation].adults,
            note=counted[group.reservation].note,
            girls=counted[group.reservation].girls,
            ulis=min(group.ulis, counted[group.reservation].pupils),
        )
        for group in seen.received
    ]


async def _each_once(seen: Roster, turnout: list[GroupTurnout]) -> list[GroupTurnout]:
    """A group whose pupils several visits received counts at its own, or at the first that closes after it; its pupils
    of ULIS, as far as no other visit counted them."""
    shared = {group.reservation for group in seen.groups if group.elsewhere}
    guests = {group.reservation: group.state for group in seen.guests}
    if not shared and not guests:
        return turnout
    found = {one["group_ref"]: one for one in await rows(COUNTED_ELSEWHERE, [*shared, *guests], seen.slot)}
    counted = {n for n, one in found.items() if one["came"]} | {n for n, state in guests.items() if state in RECEIVED}
    ulis = {n: one["ulis"] for n, one in found.items()}
    left = {one.reservation: max(0, one.ulis - ulis.get(one.reservation, 0)) for one in seen.received}
    return [
        replace(
            one,
            came=(one.counted > 0 or one.group_ref in shared) and one.group_ref not in counted,
            ulis=min(left[one.group_ref], one.counted),
        )
        for one in turnout
    ]


def _wrong(group: ExpectedGroup, count: GroupHeadcount | None) -> dict[str, str]:
    n = group.reservation
    if count is None:
        return {f"pupils-{n}": f"Il manque l'effectif compté du groupe {group.label}."}
    if count.pupils > group.counted_most:
        asked = counted_label(group.pupils)
        told = f"{group.label}, {asked[0].lower()}{asked[1:]} : écrivez un nombre de 0 à {group.counted_most}."
        return {f"pupils-{n}": told}
    if count.girls is not None and count.girls > count.pupils:
        return {f"girls-{n}": f"Le groupe {group.label} ne peut pas compter plus de filles que d'élèves."}
    instead = "Écrivez la raison de l'écart, sans nom."
    if personal := says_of_pupil(f"Précision, {group.label}", count.note, instead=instead):
        return {f"note-{n}": personal}
    if group.places and count.pupils != group.came and not count.note:
        return {f"reason-{n}": f"{group.label} : dites pourquoi l'effectif compté n'est pas celui des badges pointés."}
    return {}


def _unsaid(group: ExpectedGroup, count: GroupHeadcount | None) -> dict[str, str]:
    """A group of none says that it did not come, but for one whose pupils another visit received."""
    if count is None or bool(count.pupils) != count.absent or (group.elsewhere and not count.pupils):
        return {}
    if count.pupils:
        here = in_words(count.pupils, "élève compté", "élèves comptés")
        told = f"{here}, et le groupe est dit absent. Gardez l'un ou l'autre"
    else:
        told = f"0 élève sur {group.pupils}. Confirmez que le groupe n'est pas venu, ou écrivez combien sont venus"
    return {f"absent-{group.reservation}": f"{group.label} : {told}."}


def _uncounted(seen: Roster, companies: Sequence[CompanyCount]) -> dict[str, str]:
    counted = {one.company: one.people for one in companies}
    if counted.keys() - {one.company for one in seen.companies}:
        raise NotFound()
    told = "dites avec combien de personnes l'entreprise est venue, 0 si elle n'est pas venue."
    return {f"people-{one.company}": f"{one.name} : {told}" for one in seen.companies if one.company not in counted}


def _came(seen: Roster, companies: Sequence[CompanyCount]) -> list[CompanyAtSlot]:
    counted = {one.company: one.people for one in companies}
    return [
        CompanyAtSlot(firm.siret, firm.name, counted[firm.company]) for firm in seen.companies if counted[firm.company]
    ]


EXPECT_AGAIN = f"""
WITH was AS (
  SELECT id, state FROM reservations WHERE slot = $1 AND state = ANY ($4::text[])
), expected AS (
  {EXPECTED_AGAIN}
), {
    recorded_of(
        "reservation",
        "expected ORDER BY expected.id",
        at="$2",
        by="$5",
        act="'reservation_reopen'",
        was="expected.was",
        state="expected.state",
    )
}
SELECT id FROM expected
"""  # noqa: S608 - constants only
ELSEWHERE = """
SELECT g.name FROM reservations r JOIN groups g ON g.id = r."group"
WHERE r.slot = $1 AND r.state = ANY ($2::text[]) AND EXISTS (
  SELECT FROM reservations b WHERE b."group" = r."group" AND b.id <> r.id AND b.state = ANY ($3::text[])
  AND b.starts_at < r.ends_at AND b.ends_at > r.starts_at)
ORDER BY g.name, r.id
"""


async def reopen_slot(slot: int, asked: ReopenVisit, *, account: int, now: datetime) -> None:
    """Take back the figures of a closed visit, for the coordinator, who says why without a name.

    Badges scanned and objects noted stay as they are; the programme no longer counts the visit until it is closed
    again, which its lycée is asked for, with what it had counted.

    Raises NotFound, NotDone, YearClosed, GroupElsewhere.
    """
    came = sorted(CAME)
    async with transaction():
        await reopen(slot, now=now)
        if elsewhere := await rows(ELSEWHERE, slot, came, sorted(HOLDS_SEATS)):
            raise GroupElsewhere([one["name"] for one in elsewhere])
        try:
            async with savepoint():
                await rows(EXPECT_AGAIN, slot, now, TRANSITIONS[came[0], Act.REOPEN].becomes, came, account)
        except ExclusionViolationError:
            # The other visit is being reserved at this very moment.
            raise GroupElsewhere([]) from None
        await ask_about(slot, states=HOLDS_SEATS, now=now)
        await record("slot_reopened", by=account, about_kind="slot", about=slot, words=asked.reason, now=now)
