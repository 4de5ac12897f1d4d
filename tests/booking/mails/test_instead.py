"""What a collège's mailbox and the coordination read in the place of somebody who is gone."""

from __future__ import annotations

import pytest

from booking.people.accounts.sign_out import disable
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.remind import remind
from tests.booking.mails.story import CLAIRE, JULES, WORDS_ALONE, Story, kinds_of, posted, reserved, text_of, told
from tests.builders import NOW, account, membership, paris
from tests.telling import tell
from workshops.database import rows, value

OFFICIAL, NOUR = "ce.0250011b@ac-besancon.fr", "nour@example.org"


async def without(*gone: str, mail: str = OFFICIAL) -> Story:
    """The story of every mail, these people's accounts closed; the lycée answers at a number."""
    story = await reserved(confirmed_at=NOW)
    await rows("UPDATE schools SET mail = $2, phone = '03 81 61 62 63' WHERE id = $1", story.college, mail)
    await rows("UPDATE schools SET phone = '03 81 81 01 45' WHERE id = $1", story.host)
    nour = await account(NOUR, name="Nour Petit")
    await membership(nour, "coordinator")
    for one in gone:
        await disable(await value("SELECT id FROM accounts WHERE email = $1", one), by=nour, now=NOW)
    await tell()
    await rows("DELETE FROM notices")
    return story


async def declined(story: Story) -> None:
    by = await value("SELECT id FROM accounts WHERE email = $1", JULES)
    await cancel(
        story.reservation, CancelVisit(reason="Machine en panne"), role="host", school=story.host, by=by, now=NOW
    )
    await tell()
    await rows("DELETE FROM notices WHERE kind LIKE '%_host'")


async def test_the_colleges_mailbox_reads_what_happened_and_whom_to_call_without_a_link(db):
    await declined(await without(CLAIRE))
    mail = (await posted())[0]
    assert (mail.to, str(mail.message["Subject"])) == (
        [OFFICIAL],
        "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
    )
    assert kinds_of(mail) == WORDS_ALONE
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Lycée : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Groupe : 4e B, 24 élèves et 2 accompagnateurs\n"
        "Motif : Machine en panne\n\n"
        "Ce message était destiné à un enseignant qui n'a plus de compte chez vous : transmettez-le à qui accompagne"
        " ce groupe. Une question ? Appelez le lycée : 03 81 81 01 45.\n"
    )
    assert [word for word in ("http", "Claire") if word in mail.message.as_string()] == []


async def test_the_coordination_reads_whom_to_call_where_a_college_has_no_mailbox(db):
    story = await without(CLAIRE, mail="")
    await declined(story)
    mail = (await posted())[0]
    assert (mail.to, str(mail.message["Subject"])) == (
        [NOUR],
        "À transmettre : Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00",
    )
    assert text_of(mail).splitlines()[-4:] == [
        "Plus personne n'a de compte ici : Collège Stendhal, Besançon (03 81 61 62 63)."
        " Prévenez l'établissement ou l'entreprise, et invitez quelqu'un à prendre la suite.",
        "",
        "Voir le créneau :",
        f"http://127.0.0.1:8000/gestion/creneaux/{story.slot}",
    ]


@pytest.mark.parametrize("kind", ["reservation_received", "headcount_changed_host"])
async def test_the_coordination_reads_what_a_lycee_without_hosts_should_know(db, kind):
    story = await without(JULES)
    mail = await told(kind, story.reservation, to=NOUR, name="Nour Petit")
    assert "Plus personne n'a de compte ici : Lycée Jules Haag, Besançon (03 81 81 01 45)." in text_of(mail)
    assert f"http://127.0.0.1:8000/gestion/creneaux/{story.slot}" in text_of(mail)


async def test_the_coordination_reads_the_day_before_that_a_lycee_without_hosts_receives(db):
    await without(JULES)
    eve = paris("2027-03-24 09:00")
    await remind(now=eve)
    mails = {mail.to[0]: mail for mail in await posted(now=eve)}
    assert sorted(mails) == [CLAIRE, NOUR]
    assert str(mails[NOUR].message["Subject"]) == "À transmettre : Demain : 1 groupe, 24 élèves"
    assert text_of(mails[NOUR]).endswith("\n\nOuvrir les comptes :\nhttp://127.0.0.1:8000/gestion/comptes\n")


async def test_a_colleague_reads_the_teachers_own_mail(db):
    story = await without(CLAIRE)
    await membership(await account("hugo@example.org", name="Hugo Roy"), "teacher", school=story.college)
    await declined(story)
    mail = (await posted())[0]
    assert mail.to == ["hugo@example.org"]
    assert text_of(mail).endswith("/creneaux?groupe=1&niveau=4e&eleves=24\n")
