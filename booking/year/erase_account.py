"""Erasing a person: her account, her rights, her address; the visits that she booked stay, without her."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.replies.forget import FORGET_OF as FORGET_REPLIES
from booking.outbox.notices.tables import Notice
from booking.outbox.returns.mark import FORGET_OF as FORGET_DOUBT
from booking.people.accounts.sweep import BURY, FORGET_ACCOUNT, FORGET_RIGHTS, FORGET_TRIES
from booking.people.company_requests.ask import FORGET_OF as FORGET_REQUESTS
from booking.people.drafts.keep import FORGET_OF as FORGET_DRAFTS
from booking.people.passkeys.keep import FORGET_PASSKEYS
from booking.people.sign_ups.sign_up import FORGET_OF as FORGET_SIGN_UPS
from booking.visits.groups.register import FORGET_TEACHER
from booking.visits.questions.write import FORGET_OF as FORGET_QUESTIONS
from booking.year.queries import visits_ahead
from booking.year.rules import OnlyCoordinator, StillExpected
from workshops.catalogue.describe import NAME_RESPONSIBLE
from workshops.database import row, rows, transaction, value
from workshops.events.record import record, tell_again
from workshops.refusals import or_not_found
from workshops.schools.ask_visa import FORGET_PRINCIPAL

THE_LYCEE = "La direction du lycée"

LOCK = "SELECT id, email, name FROM accounts WHERE id = $1 AND erased_at IS NULL FOR UPDATE"
# In the order of their numbers: two who leave together do not both find the other still there.
LOCK_COORDINATORS = """
SELECT a.id FROM accounts a WHERE a.disabled_at IS NULL
  AND EXISTS (SELECT FROM memberships m WHERE m.account = a.id AND m.role = 'coordinator') ORDER BY a.id FOR UPDATE
"""
FORGET = (*FORGET_RIGHTS, *FORGET_PASSKEYS, FORGET_DRAFTS, FORGET_REPLIES, FORGET_TEACHER, FORGET_QUESTIONS)
FORGET_ADDRESS = (
    FORGET_TRIES,
    FORGET_DOUBT,
    FORGET_SIGN_UPS,
    FORGET_REQUESTS,
    """UPDATE notices SET to_email = '', to_name = '', secret = '', last_error = '',
         state = CASE WHEN state IN ('sent', 'returned') THEN state ELSE 'dropped' END
       WHERE to_email = $1""",
)
# Her name on a lycée's safety sheets, and in a collège's demand of a visa. Before her rights, which say where.
UNNAME_RESPONSIBLE = f"""{NAME_RESPONSIBLE} WHERE lower(responsible) = lower($2)
  AND school IN (SELECT school FROM memberships WHERE account = $1)"""  # noqa: S608 - constants only
UNNAME_PRINCIPAL = f"{FORGET_PRINCIPAL} WHERE principal_mail = $1"
POINTED_AT = """
SELECT EXISTS (SELECT FROM reservations WHERE booked_by = $1) OR EXISTS (
  SELECT FROM attendances WHERE announced_by = $1)
"""


async def erase_account(account: int, *, by: int | None, others_go_on: bool = False, now: datetime) -> None:
    """Nothing of this person is left; where a visit points to the account, a row says « Compte effacé ».

    `others_go_on`: what she is expected at has somebody else who goes on with it.

    Raises NotFound, StillExpected with what is to be cancelled first, LastCoordinator.
    """
    async with transaction():
        coordinators = [one["id"] for one in await rows(LOCK_COORDINATORS)]
        known = or_not_found(await row(LOCK, account))
        if coordinators == [account]:
            raise OnlyCoordinator
        if not others_go_on and (expected := await visits_ahead(account, now=now)):
            raise StillExpected(expected)
        pointed_at = await value(POINTED_AT, account)
        await rows(UNNAME_RESPONSIBLE, account, known["name"], THE_LYCEE)
        await rows(UNNAME_PRINCIPAL, known["email"])
        for statement in FORGET:
            await rows(statement, account)
        # What she was to be told yet, whoever stands in is.
        waiting = Notice.select(Notice.event).where(Notice.to_email == known["email"], Notice.state == "queued")
        await tell_again(notice["event"] for notice in await waiting)
        for statement in FORGET_ADDRESS:
            await rows(statement, known["email"])
        if pointed_at:
            await rows(BURY, account, now)
        else:
            await rows(FORGET_ACCOUNT, account)
        await record("account_erased", by=by, about_kind="account", about=account, now=now)
