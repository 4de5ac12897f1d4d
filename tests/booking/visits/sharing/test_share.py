"""A free slot is shown to a colleague: by its address, or by one mail."""

from __future__ import annotations

import re
from html import unescape

import pytest

from booking.visits.sharing.queries import SHARES_LAST
from booking.visits.sharing.share import forget_shares
from tests import builders
from tests.booking.mails.story import posted, text_of, told
from tests.browsing import Browser
from tests.builders import NOW
from tests.seen import seen
from tests.telling import tell
from workshops.database import rows, value


@pytest.fixture
async def shown(app):
    """Claire's browser, Marc's membership in her collège, a slot of 24 places, and her 4e B."""
    app.state.clock = lambda: NOW
    college = await builders.school()
    claire = await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    marc = await builders.account("marc@example.org", name="Marc Petit")
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    return {
        "claire": await Browser(app, now=NOW).sign_in(claire),
        "marc": await builders.membership(marc, "teacher", school=college),
        "slot": await builders.slot(host=lycee),
        "group": await builders.group(school=college, teacher=claire, name="4e B", pupils=22),
        "college": college,
    }


async def kept() -> list[tuple[object, ...]]:
    return await seen('SELECT slot, to_member, "group", level, pupils FROM shares ORDER BY id')


async def test_the_address_carries_the_class_and_names_no_group(shown):
    page = (await shown["claire"].get(f"/creneaux/{shown['slot']}?groupe={shown['group']}&niveau=4e&eleves=22")).text
    (address,) = re.findall(r'readonly value="([^"]+)"', page)
    assert unescape(address) == f"http://127.0.0.1:8000/creneaux/{shown['slot']}?niveau=4e&eleves=22"


async def test_a_colleague_reads_the_slot_in_one_mail(shown):
    sent = {"to": shown["marc"], "groupe": shown["group"], "niveau": "4e", "eleves": "22"}
    answer = await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", sent)
    assert answer.headers["location"] == (
        f"/creneaux/{shown['slot']}?groupe={shown['group']}&niveau=4e&eleves=22&fait=creneau-envoye"
    )
    again = await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", sent)
    assert (again.status_code, "Vous avez déjà envoyé ce créneau à ce collègue." in unescape(again.text)) == (409, True)
    assert await kept() == [(shown["slot"], shown["marc"], shown["group"], "4e", 22)]
    await tell()
    [mail] = await posted()
    assert mail.message["To"] == "Marc Petit <marc@example.org>"
    assert str(mail.message["Subject"]) == (
        "Claire Renaud vous montre un créneau : Découpe laser, jeudi 25 mars 2027 à 9 h 00"
    )
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Claire Renaud, de votre collège, vous montre un créneau libre.\n\n"
        "Quand : jeudi 25 mars 2027, de 9 h 00 à 12 h 00\n"
        "Où : Lycée Jules Haag, Besançon\n"
        "Atelier : Découpe laser\n"
        "Places : 24 places libres\n\n"
        "Rien n'est réservé.\n\n"
        "Voir le créneau :\n"
        f"http://127.0.0.1:8000/creneaux/{shown['slot']}?groupe={shown['group']}&niveau=4e&eleves=22\n"
    )


async def test_the_mail_is_not_sent_once_the_slot_is_closed(shown):
    await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", {"to": shown["marc"]})
    await tell()
    await rows("UPDATE slots SET state = 'closed' WHERE id = $1", shown["slot"])
    assert await told("slot_shared", await value("SELECT id FROM shares")) is None


async def test_nobody_of_another_college_is_written_to(shown):
    other = await builders.membership(await builders.account(), "teacher", school=await builders.school())
    waiting = await builders.membership(await builders.account(), "teacher", school=shown["college"], awaiting=True)
    host = await builders.membership(await builders.account(), "host", school=shown["college"])
    for to in (other, waiting, host):
        assert (await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", {"to": to})).status_code == 404
    assert await kept() == []


async def test_a_group_of_another_college_is_not_told(shown):
    other = await builders.group(school=await builders.school(), name="3e Z", level="3e", pupils=18)
    await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", {"to": shown["marc"], "groupe": other})
    assert await kept() == [(shown["slot"], shown["marc"], None, "", None)]


async def test_a_newcomer_may_not(app, shown):
    ines = await builders.person("teacher", school=shown["college"], awaiting=True)
    browser = await Browser(app, now=NOW).sign_in(ines)
    assert "Envoyer à un collègue" not in (await browser.get(f"/creneaux/{shown['slot']}")).text
    answer = await browser.post(f"/creneaux/{shown['slot']}/envoi", {"to": shown["marc"]})
    assert (answer.status_code, await kept()) == (403, [])


async def test_a_full_slot_is_neither_offered_nor_sent(shown):
    await builders.reservation(slot=shown["slot"], group=await builders.group())
    assert "Partager</h2>" not in (await shown["claire"].get(f"/creneaux/{shown['slot']}")).text
    answer = await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", {"to": shown["marc"]})
    assert (answer.status_code, await kept()) == (409, [])


async def test_a_slot_on_a_day_on_which_its_lycee_receives_nobody_is_not_sent(shown):
    one, other = await rows("SELECT school, starts_at FROM slots WHERE id = $1", shown["slot"]), await builders.slot()
    await builders.closure(school=one[0]["school"], on=one[0]["starts_at"].date())
    for slot, status in ((shown["slot"], 409), (other, 303)):
        assert (await shown["claire"].post(f"/creneaux/{slot}/envoi", {"to": shown["marc"]})).status_code == status
    assert [line[0] for line in await kept()] == [other]


async def test_the_mail_is_not_sent_once_the_lycee_receives_nobody_that_day(shown):
    await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", {"to": shown["marc"]})
    await tell()
    (slot,) = await rows("SELECT school, starts_at FROM slots WHERE id = $1", shown["slot"])
    await builders.closure(school=slot["school"], on=slot["starts_at"].date())
    assert await told("slot_shared", await value("SELECT id FROM shares")) is None


async def test_ten_mails_in_a_quarter_of_an_hour_and_no_more(shown):
    taught = await builders.workshop()
    slots = [
        await builders.slot(workshop=taught, starts_at=builders.paris(f"2027-03-{n:02} 09:00")) for n in range(1, 12)
    ]
    answers = [
        (await shown["claire"].post(f"/creneaux/{one}/envoi", {"to": shown["marc"]})).status_code for one in slots
    ]
    assert (answers, len(await kept())) == ([303] * 10 + [429], 10)


async def test_it_is_forgotten_with_its_mail(shown):
    await shown["claire"].post(f"/creneaux/{shown['slot']}/envoi", {"to": shown["marc"]})
    assert (await forget_shares(now=NOW + SHARES_LAST), await forget_shares(now=NOW + 2 * SHARES_LAST)) == (0, 1)
