"""Where an answer typed to a mail arrives: a mailbox of the other side, never a person's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from booking.mails.write import answers_to, writer
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from tests.booking.mails.story import CLAIRE, JULES, SETTINGS, reserved
from tests.builders import NOW, academie, account, attendance, company, membership
from workshops.database import rows

REAL = replace(SETTINGS, demo=False)
pytestmark = pytest.mark.usefixtures("db")


async def _mailboxes(lycee: str = "ce.lycee@ac-besancon.fr", college: str = "ce.college@ac-besancon.fr") -> None:
    await rows("UPDATE schools SET mail = CASE kind WHEN 'lycee' THEN $1 ELSE $2 END", lycee, college)


async def _answer(kind: str, about: int, *, to: str, about_kind: str = "reservation", settings: Settings = REAL) -> str:
    notice = Claimed(1, kind, to, "Claire Renaud", about, "once:1", "", 1, about_kind=about_kind, entry="REQUEST")
    letter = await writer(settings)(notice, NOW)
    said = [line for line in letter.text.splitlines() if line.startswith("Votre réponse")]
    assert [one in letter.html for one in said] == [True] * len(said)
    return f"{letter.reply_to} | {' '.join(said)}"


async def test_a_teacher_answers_the_lycee_that_receives_her_and_the_lycee_her_college():
    story = await reserved()
    await _mailboxes()
    assert await _answer("reservation_confirmed", story.reservation, to=CLAIRE) == (
        "ce.lycee@ac-besancon.fr | Votre réponse à ce mail est lue par : Lycée Jules Haag."
    )
    assert await _answer("reservation_received", story.reservation, to=JULES) == (
        "ce.college@ac-besancon.fr | Votre réponse à ce mail est lue par : Collège Stendhal."
    )


async def test_a_company_answers_the_lycee_that_it_goes_to():
    story = await reserved()
    await _mailboxes()
    firm = await company()
    ana = await account("ana@example.org", name="Ana")
    await membership(ana, "company", company=firm)
    coming = await attendance(slot=story.slot, company=firm, by=ana)
    assert await _answer("attendance_confirmed", coming, to="ana@example.org", about_kind="attendance") == (
        "ce.lycee@ac-besancon.fr | Votre réponse à ce mail est lue par : Lycée Jules Haag."
    )


@pytest.mark.parametrize("written", ["", "lycée sans adresse", "é@ac-besancon.fr"])
async def test_where_a_school_has_no_mailbox_the_coordination_reads_the_answer(written):
    story = await reserved()
    await _mailboxes(lycee=written)
    assert await _answer("reservation_confirmed", story.reservation, to=CLAIRE) == " | "
    await academie(contact="technilab@ac-besancon.fr")
    assert await _answer("reservation_confirmed", story.reservation, to=CLAIRE) == (
        "technilab@ac-besancon.fr | Votre réponse à ce mail est lue par : la coordination."
    )
    installed = replace(REAL, reply_to="lea@example.org")
    assert await _answer("reservation_confirmed", story.reservation, to=CLAIRE, settings=installed) == (
        "lea@example.org | Votre réponse à ce mail est lue par : la coordination."
    )


async def test_a_trial_gives_nobody_the_address_of_a_real_school():
    story = await reserved()
    await _mailboxes()
    assert await _answer("reservation_confirmed", story.reservation, to=CLAIRE, settings=SETTINGS) == " | "


async def test_what_a_principal_answers_never_goes_to_the_lycee():
    story = await reserved(needs_approval=True)
    await _mailboxes()
    await academie(contact="technilab@ac-besancon.fr")
    notice = Claimed(1, "signed_visit_changed", "perrin@example.org", "", story.reservation, "o", "", 1)
    assert (await answers_to(replace(notice, about_kind="reservation"), "principal", REAL)).mailbox == (
        "technilab@ac-besancon.fr"
    )
