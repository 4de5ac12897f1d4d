"""The principal's visa: given or refused by a button behind the mailed link, or noted from paper.

The visa of ranked lines is given for those that the principal ticks: the first that holds a place is confirmed; where
none of them does, those ticked stay in reserve, signed, and the others are released. One visa is for both halves of a
class.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from booking.people.accounts.rules import LinkSpent, hash_of
from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.reservations.acts import AnswerApproval, NotePaperVisa
from booking.visits.reservations.ask_approval import void_links
from booking.visits.reservations.cancel import choices_left, lock_choices, release_others
from booking.visits.reservations.change_headcount import keep_adults, take_adults
from booking.visits.reservations.move import fold
from booking.visits.reservations.queries import asked_by_link
from booking.visits.reservations.tables import Approval
from booking.visits.reservations.take_back_visa import tell_of_paper
from booking.visits.reservations.transition import (
    StandingReservation,
    confirm_both,
    halves_alike,
    standing,
    transition_both,
)
from workshops.acts.health import says_health, says_of_pupil
from workshops.acts.telephones import says_telephone
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid
from workshops.school_calendar.rules import paris_day

# What is signed by the link needs no paper any more; a paper hides what the link signed, until it is taken back.
SIGN = """UPDATE reservations r SET signed_host = sl.school, signed_adults = r.adults, signed_on = its.day,
  visa_note = $2, visa_paper_on = $3,
  link_host = CASE WHEN $3::date IS NULL THEN sl.school ELSE r.link_host END,
  link_on = CASE WHEN $3::date IS NULL THEN its.day ELSE r.link_on END,
  link_adults = CASE WHEN $3::date IS NULL THEN r.adults ELSE r.link_adults END
FROM slots sl, LATERAL (SELECT (sl.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) its
WHERE sl.id = r.slot AND r.id = ANY ($1::int[])"""
PAPER_LASTS = timedelta(days=366)
NOT_TICKED = "Le visa n'a pas été donné pour ce choix."


@retried
async def answer_approval(token: str, asked: AnswerApproval, *, secret_key: str, now: datetime) -> str:
    """The principal approves or refuses by the mailed link, once; returns the new state.

    Raises LinkSpent for a link that is unknown, used, renewed or too late; Invalid when nothing is ticked.
    """
    if told := says_of_pupil("Raison", asked.reason, instead="Écrivez pourquoi, sans nom : l'enseignant le lira."):
        raise Invalid({"reason": told})
    async with transaction():
        found = await asked_by_link(token)
        if found is None:
            raise LinkSpent("Ce lien a déjà servi, ou un plus récent le remplace.")
        await lock_choices(found)
        stands = await standing(found)
        awaited = stands.state == "requested" or (stands.state == "confirmed" and stands.asks.adults)
        link = Approval.update({Approval.used_at: now}).where(Approval.token_hash == hash_of(token))
        if not awaited or not await link.where(Approval.used_at.is_null()).returning(Approval.id):
            raise LinkSpent("Cette demande a déjà sa réponse, ou elle a expiré.")
        if not asked.approved:
            return await _refused(stands, reason=asked.reason, now=now)
        state, _ = await _signed(
            stands, asked.choices, act="approve", role="principal", by=None, secret_key=secret_key, now=now
        )
        return state


@retried
async def note_paper_visa(
    reservation: int, asked: NotePaperVisa, *, school: int, by: int, token: str, secret_key: str, now: datetime
) -> str:
    """The teacher holds the visa on paper and says who signed it, when, and for which choices; the links sent are void.

    Whoever signs for the collège is told at once, with the link `token` that takes it back. Returns the new state.
    Raises NotFound, Invalid, NotNow.
    """
    _refuse_paper(asked, now=now)
    async with transaction():
        await lock_choices(reservation)
        stands = await standing(reservation, school=school)
        stands.transition_for("paper_visa", role="teacher", now=now)
        await void_links(reservation, now=now)
        paper = (asked.signed_by, asked.signed_on)
        state, signed = await _signed(
            stands, asked.choices, act="paper_visa", role="teacher", by=by, paper=paper, secret_key=secret_key, now=now
        )
        await tell_of_paper(signed, school=school, token=token, now=now)
        return state


def _refuse_paper(asked: NotePaperVisa, *, now: datetime) -> None:
    wrong, today = {}, paris_day(now)
    if told := says_telephone("Qui a signé", asked.signed_by) or says_health("Qui a signé", asked.signed_by):
        wrong["signed_by"] = told
    if not today - PAPER_LASTS <= asked.signed_on <= today:
        wrong["signed_on"] = "Dites le jour où le visa a été signé : aujourd'hui, ou un jour des douze derniers mois."
    if wrong:
        raise Invalid(wrong)


async def _signed(
    stands: StandingReservation,
    ticked: Collection[int] | None,
    *,
    act: str,
    role: str,
    by: int | None,
    paper: tuple[str, date | None] = ("", None),
    secret_key: str,
    now: datetime,
) -> tuple[str, int]:
    """The new state, and the reservation that it is of."""
    if stands.state == "confirmed":
        await take_adults(stands, act=act, role=role, by=by, now=now)
        await rows(SIGN, [stands.id], *paper)
        await keep_in_step(stands.id, secret_key=secret_key, now=now)
        return stands.state, stands.id
    if stands.replaces is not None:
        visit = await _changed(stands, act=act, by=by, paper=paper, now=now)
        await keep_in_step(visit, secret_key=secret_key, now=now)
        return "confirmed", visit
    choices = await choices_left(stands)
    agreed = [one for one in choices if ticked is None or one.id in ticked]
    if not agreed:
        raise Invalid({"choices": "Cochez au moins un choix, ou refusez la visite."})
    signed = [half.id for one in agreed for half in await halves_alike(await standing(one.id))]
    await rows(SIGN, signed, *paper)
    if sure := next((one for one in agreed if one.state == "requested"), None):
        await confirm_both(act, await standing(sure.id), role=role, by=by, secret_key=secret_key, now=now)
        await release_others(await standing(sure.id), by=by, now=now)
        return "confirmed", sure.id
    await _release([one.id for one in choices if one not in agreed], by=by, now=now)
    return "signed", agreed[0].id


async def _changed(
    change: StandingReservation, *, act: str, by: int | None, paper: tuple[str, date | None], now: datetime
) -> int:
    visit = await standing(change.replaces or 0)
    if visit.state != "confirmed":
        raise LinkSpent("La visite à changer a déjà eu lieu, ou sa liste est close.")
    await fold(change, visit, by=by, act=f"change_{act}", now=now)
    await rows(SIGN, [visit.id], *paper)
    return visit.id


async def _refused(stands: StandingReservation, *, reason: str, now: datetime) -> str:
    """Refused is the whole demand, each line of it."""
    if stands.state == "confirmed":
        await keep_adults(stands, act="refuse", role="principal", now=now)
        return "unchanged"
    if stands.replaces is None:
        others = [one.id for one in await choices_left(stands) if one.id != stands.id]
        await _release(others, by=None, reason=reason, now=now)
    line = await transition_both("refuse", await standing(stands.id), role="principal", by=None, now=now, reason=reason)
    return "unchanged" if stands.replaces is not None else line.becomes or stands.state


async def _release(others: Collection[int], *, by: int | None, reason: str = NOT_TICKED, now: datetime) -> None:
    """Give up the choices that are not agreed to; then those that hold a place, whose loss offers the next one."""
    choices = [await standing(other) for other in others]
    for choice in sorted(choices, key=lambda left: left.state == "requested"):
        act, role = ("refuse", "principal") if choice.state == "requested" else ("release", "demand")
        await transition_both(act, choice, role=role, by=by, now=now, reason=reason)
