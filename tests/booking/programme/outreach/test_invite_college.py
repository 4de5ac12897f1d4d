"""Writing to a collège that has never come."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from booking.programme.outreach.queries import beside, open_near, to_come_after
from booking.programme.outreach.rules import (
    AlreadyComing,
    AlreadyInvited,
    NoAddress,
    NothingOpen,
    WriteToCollege,
)
from booking.programme.outreach.write_to_colleges import invite_college
from tests import builders
from tests.booking.mails.story import text_of, told
from tests.builders import NOW, paris
from workshops.database import row, rows, value
from workshops.refusals import NotFound
from workshops.schools.queries import KILOMETRES

MAIL = "ce.0250011b@ac-besancon.fr"
NEAREST = f"""SELECT name || ', ' || commune, {KILOMETRES.format(school="l", lat="$1::float8", lon="$2::float8")} AS km
FROM schools l WHERE id IN (SELECT school FROM workshops) ORDER BY km NULLS LAST, id LIMIT 1"""


@pytest.fixture
async def by(db) -> int:
    return await builders.account("nadia@example.org", name="Nadia Perrin")


@pytest.fixture
async def lycee(db) -> int:
    """A lycée with two free slots."""
    made = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.24, lon=6.02)
    for day in ("2027-03-25 09:00", "2027-04-01 09:00"):
        await builders.slot(host=made, starts_at=paris(day))
    return made


async def college(**more) -> int:
    return await builders.school(**{"name": "Collège Pasteur", "mail": MAIL, "lat": 47.0, "lon": 6.02} | more)


async def test_a_letter_leaves_to_the_official_address_once_a_school_year(by, lycee):
    pasteur = await college()
    kept = await invite_college(pasteur, WriteToCollege(words="  Nous venons vous voir jeudi.\n"), by=by, now=NOW)
    notice = await row("SELECT kind, to_email, to_name, about, once FROM notices")
    assert notice is not None
    assert tuple(notice) == ("college_invited", MAIL, "Collège Pasteur", kept, f"college_invited:{kept}")
    with pytest.raises(AlreadyInvited):
        await invite_college(pasteur, WriteToCollege(), by=by, now=NOW + timedelta(days=30))
    again = await invite_college(pasteur, WriteToCollege(), by=by, now=paris("2026-09-10 09:00") - timedelta(days=365))
    assert again != kept
    assert [tuple(one) for one in await rows("SELECT act, by, about, detail FROM events ORDER BY id")] == [
        ("college_invited", by, pasteur, "")
    ] * 2


async def test_two_coordinators_at_once_write_one_letter(by, lycee):
    pasteur = await college()
    tries = [invite_college(pasteur, WriteToCollege(), by=by, now=NOW) for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["AlreadyInvited"] * 3 + ["int"]
    assert await value("SELECT count(*) FROM notices") == 1


async def test_the_letter_names_the_lycees_that_have_places_and_whom_to_answer(by, lycee):
    kept = await invite_college(await college(), WriteToCollege(words="Le car est payé."), by=by, now=NOW)
    mail = await told("college_invited", kept)
    assert str(mail.message["Subject"]) == "Une demi-journée d'atelier au lycée pour vos élèves"
    assert text_of(mail) == (
        "Bonjour,\n\n"
        "Vos élèves de la 6e à la 3e peuvent passer une demi-journée dans les ateliers d'un lycée, et en repartir avec"
        " l'objet qu'ils y ont fabriqué. Un lycée proche de votre collège a des places.\n\n"
        "Lycée Jules Haag, Besançon (27 km) : 2 créneaux libres, le premier jeudi 25 mars 2027\n\n"
        "Le car est payé.\n\n"
        "Transmettez ce mail à vos enseignants : ils voient les dates, s'inscrivent seuls et réservent. Une question ?"
        " Écrivez à Nadia Perrin, de la coordination : nadia@example.org.\n\n"
        "Voir les créneaux :\n"
        "http://127.0.0.1:8000/creneaux\n"
    )


async def test_a_letter_that_waits_does_not_leave_once_the_college_comes(by, lycee):
    pasteur = await college()
    kept = await invite_college(pasteur, WriteToCollege(), by=by, now=NOW)
    slot = await value("SELECT min(id) FROM slots")
    await builders.reservation(slot=slot, group=await builders.group(school=pasteur))
    assert await told("college_invited", kept) is None


async def test_nobody_is_invited_to_nothing_nor_twice_nor_without_an_address(by, lycee):
    with pytest.raises(NoAddress):
        await invite_college(await college(mail=""), WriteToCollege(), by=by, now=NOW)
    slot = await value("SELECT min(id) FROM slots")
    coming = await college()
    await builders.reservation(slot=slot, group=await builders.group(school=coming), state="waiting")
    with pytest.raises(AlreadyComing):
        await invite_college(coming, WriteToCollege(), by=by, now=NOW)
    for other in (lycee, await college(sector="prive"), 9999):
        with pytest.raises(NotFound):
            await invite_college(other, WriteToCollege(), by=by, now=NOW)
    await rows("UPDATE slots SET state = 'closed'")
    with pytest.raises(NothingOpen):
        await invite_college(await college(), WriteToCollege(), by=by, now=NOW)
    assert await value("SELECT count(*) FROM notices") == 0


async def test_each_college_of_a_list_is_told_with_its_lycee_its_visit_and_its_letter(by, lycee):
    plain = await college(lat=47.2)
    rep = await college(priority="REP", lat=46.0)
    unplaced = await college(lat=None, lon=None)
    coming = await college(lat=46.5)
    await builders.reservation(
        slot=await value("SELECT min(id) FROM slots"), group=await builders.group(school=coming), state="requested"
    )
    await invite_college(rep, WriteToCollege(), by=by, now=NOW)
    found = await beside([plain, rep, coming, unplaced], now=NOW)
    assert {number: one.may_invite for number, one in found.items()} == {
        **{plain: True, unplaced: True},
        **{rep: False, coming: False},
    }
    assert [(found[one].nearest, found[one].km and round(found[one].km)) for one in (unplaced, rep, plain)] == [
        ("Lycée Jules Haag, Besançon", None),
        ("Lycée Jules Haag, Besançon", 138),
        ("Lycée Jules Haag, Besançon", 4),
    ]
    assert (found[rep].mail_state, found[coming].booked_at) == ("queued", paris("2027-03-25 09:00"))


PLACES = [(47.0, 6.0), (47.5, 6.1), (47.5, 6.81), (48.04, 6.8), (48.06, 6.8), (43.3, 5.4), (None, None)]


@pytest.mark.parametrize(("lat", "lon"), PLACES)
async def test_the_nearest_lycee_is_a_partner_however_far_it_is(db, lat, lon):
    for number, at in enumerate(PLACES[:4]):
        await builders.workshop(host=await builders.school(kind="lycee", name=f"Lycée {number}", lat=at[0], lon=at[1]))
    await builders.school(kind="lycee", name="Lycée sans atelier", lat=lat, lon=lon)
    await college(lat=lat, lon=lon)
    (found,) = await to_come_after(0, limit=2, now=NOW)
    assert (found.nearest, found.km) == tuple(await row(NEAREST, lat, lon) or ())


async def test_a_full_slot_or_one_whose_reservations_ended_is_not_proposed(by, lycee):
    pasteur = await college()
    await rows("UPDATE slots SET seats_taken = seats WHERE id = (SELECT min(id) FROM slots)")
    assert [(one.slots, one.first_at) for one in await open_near(pasteur, now=NOW)] == [(1, paris("2027-04-01 09:00"))]
    assert await open_near(pasteur, now=paris("2027-03-26 09:00")) == []


async def test_a_slot_of_a_day_on_which_its_lycee_receives_nobody_is_not_proposed(by, lycee):
    pasteur = await college()
    await builders.closure(school=lycee, on=date(2027, 3, 25))
    assert [(one.slots, one.first_at) for one in await open_near(pasteur, now=NOW)] == [(1, paris("2027-04-01 09:00"))]
