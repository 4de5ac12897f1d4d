"""The letter to whoever stands in for a reader who is gone: a collège's official mailbox, or the coordination.

It says what the reader would have heard, with the same facts, whom to call, and nothing more: no link that acts, no
person's name, no calendar entry. The papers are the collège's. A coordinator is led to the slot.
"""

from __future__ import annotations

from booking.mails.draft import Draft, Reader
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from workshops.database import row, value

# Whether this reader is of a school or a company; null for an address without an account.
READER = """SELECT (SELECT EXISTS (SELECT FROM memberships m WHERE m.account = a.id AND m.role <> 'coordinator')
  FROM accounts a WHERE a.email = $1) AS hers"""
OF_COLLEGE = """SELECT c.name || ', ' || c.commune AS absent, c.phone, r.slot, h.phone AS lycee_phone
FROM reservations r JOIN schools c ON c.id = r.school JOIN slots s ON s.id = r.slot JOIN schools h ON h.id = s.school
WHERE r.id = $1"""
OF_COMPANY = """SELECT c.name || ', ' || c.commune AS absent, '' AS phone, t.slot
FROM attendances t JOIN companies c ON c.id = t.company WHERE t.id = $1"""
OF_LYCEE = """SELECT h.name || ', ' || h.commune AS absent, h.phone, $2::int AS slot FROM schools h WHERE h.id = $1"""


async def of_reader(
    notice: Claimed, draft: Draft, settings: Settings, *, role: Reader | None, subject: str
) -> Draft | None:
    """The letter to the stand-in; None when the mail, written to somebody of this role, has its own reader.

    `subject` is that of the mail.
    """
    if role not in {"teacher", "company", "host"}:
        return None
    hers = await value(READER, notice.to_email)
    official = hers is None and role == "teacher"
    if hers is not False and not official:
        return None
    visit = draft.words.get("visit")
    if role == "host":
        # The mail of the day before is about the lycée itself, that of a visit reopened about its slot.
        held = draft.words.get("slot") if notice.about_kind == "slot" else None
        school = getattr(visit, "host", getattr(held, "school", notice.about))
        facts = await row(OF_LYCEE, school, getattr(visit, "slot", getattr(held, "id", None)))
    else:
        facts = await row(OF_COLLEGE if role == "teacher" else OF_COMPANY, notice.about)
    assert facts is not None  # noqa: S101 - the draft was written from the same rows
    page = "/gestion/comptes" if facts["slot"] is None else f"/gestion/creneaux/{facts['slot']}"
    return Draft(
        words={
            "told": subject,
            "official": official,
            "slot": facts["slot"],
            "absent": facts["absent"],
            "phone": facts["lycee_phone"] if official else facts["phone"],
        },
        link="" if official else f"{settings.base_url}{page}",
        lines=draft.lines,
        papers=draft.papers if official else (),
    )
