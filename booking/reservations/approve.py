"""The principal's visa: asked by a mailed link, given or refused by a button, or on paper."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.rules import LinkSpent, hash_of
from booking.journal.write import write
from booking.notices.queue import queue
from booking.reservations.carry_out import Standing, carry_out, standing
from booking.reservations.release import lock_choices, release_others
from booking.reservations.states import transition_of
from workshops.crossings import retried
from workshops.database import row, rows, transaction, value
from workshops.refusals import Invalid, NotFound

VOID_OLDER = "UPDATE approvals SET used_at = $2 WHERE reservation = $1 AND used_at IS NULL"
KEEP = "INSERT INTO approvals (reservation, token_hash, created_at) VALUES ($1, $2, $3) RETURNING id"
PRINCIPAL = """SELECT s.principal_mail, s.principal_name FROM reservations r JOIN schools s ON s.id = r.school
WHERE r.id = $1"""
OF_LINK = "SELECT reservation FROM approvals WHERE token_hash = $1 AND used_at IS NULL"
SPEND = "UPDATE approvals SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL RETURNING id"


class NoPrincipal(Invalid):
    """The collège asks for a visa and has not said whom to ask."""

    def __init__(self) -> None:
        super().__init__({"principal": "Votre collège demande un visa : l'adresse du chef d'établissement manque."})


async def ask_approval(reservation: int, *, token: str, now: datetime) -> None:
    """Send the principal a link to approve or refuse; links sent before are void. In the caller's transaction."""
    principal = await row(PRINCIPAL, reservation)
    if principal is None or not principal["principal_mail"]:
        raise NoPrincipal()
    await rows(VOID_OLDER, reservation, now)
    kept = await value(KEEP, reservation, hash_of(token), now)
    await queue(
        "approval_asked",
        to_email=principal["principal_mail"],
        to_name=principal["principal_name"],
        about=reservation,
        once=f"approval_asked:{kept}",
        secret=token,
        now=now,
    )


@retried
async def renew_approval(reservation: int, *, school: int, by: int, token: str, now: datetime) -> None:
    """The teacher has the link sent again. Raises NotFound, NotNow, NoPrincipal."""
    async with transaction():
        stands = await _of_school(reservation, school)
        transition_of(stands.state, "renew_approval", role="teacher", deadlines=stands.deadlines, now=now)
        await ask_approval(reservation, token=token, now=now)
        await write("reservation_renew_approval", account=by, about_kind="reservation", about=reservation, now=now)


@retried
async def answer_approval(token: str, *, approved: bool, reason: str = "", now: datetime) -> str:
    """The principal approves or refuses by the mailed link, once; returns the new state.

    Raises LinkSpent for a link that is unknown, used, renewed or too late; Invalid for a refusal that does not say why.
    """
    reason = " ".join(reason.split())[:300]
    if not approved and not reason:
        raise Invalid({"reason": "Dites pourquoi en quelques mots : l'enseignant le lira."})
    async with transaction():
        found = await value(OF_LINK, hash_of(token))
        if found is None:
            raise LinkSpent("Ce lien a déjà servi, ou un plus récent le remplace.")
        await lock_choices(found)
        stands = await standing(found)
        if stands.state != "requested" or await value(SPEND, hash_of(token), now) is None:
            raise LinkSpent("Cette demande a déjà sa réponse, ou elle a expiré.")
        act = "approve" if approved else "refuse"
        line = await carry_out(act, stands, role="principal", by=None, now=now, reason=reason)
        if approved:
            await release_others(stands, by=None, now=now)
        return line.becomes or stands.state


@retried
async def note_paper_visa(reservation: int, *, note: str, school: int, by: int, now: datetime) -> None:
    """The teacher holds the visa on paper and says so; the links sent are void. Raises NotFound, Invalid, NotNow."""
    note = " ".join(note.split())[:200]
    if not note:
        raise Invalid({"note": "Dites qui a signé et quand, par exemple : visa de Mme Perrin, 12 janvier."})
    async with transaction():
        await lock_choices(reservation)
        stands = await _of_school(reservation, school)
        await carry_out("paper_visa", stands, role="teacher", by=by, now=now, visa_note=note)
        await rows(VOID_OLDER, reservation, now)
        await release_others(stands, by=by, now=now)


async def _of_school(reservation: int, school: int) -> Standing:
    stands = await standing(reservation)
    if stands.school != school:
        raise NotFound()
    return stands
