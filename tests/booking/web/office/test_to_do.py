"""What the coordination has to do: one ranked list over the three schemes, each line with its act."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest

from booking.programme.coordination.remind_closing import remind_closing
from booking.programme.coordination.rules import NothingToRemind
from tests import builders, builders_bts1, builders_ptech
from tests.booking.mails.story import posted, text_of
from tests.browsing import read
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import rows, value

PAGE = "/gestion/a-faire"


async def a_college_to_write_to(department: str = "25") -> None:
    """Empty slots of its département ask for a letter."""
    await builders.school(mail="ce.0250001r@ac-besancon.fr", department=department)


@pytest.fixture
async def late(db) -> int:
    """A visit of three days ago that the Lycée Jules Haag, with one host, has not closed."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    await builders.membership(await builders.account("jules@example.org", name="Jules"), "host", school=lycee)
    slot = await builders.slot(host=lycee, starts_at=paris("2027-01-08 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(), pupils=23)
    return slot


async def attended(name: str, number: int) -> int:
    """A lycée that has a host."""
    lycee = await builders.school(kind="lycee", name=name, uai=builders.uai(number))
    await builders.membership(await builders.account(), "host", school=lycee)
    return lycee


async def test_nothing_to_do_is_said(office):
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', $1)", NOW)
    assert "Rien à faire Les mails partent" in read(await office.get(PAGE))


async def test_the_list_goes_over_the_three_schemes_the_most_pressing_first(office, late):
    await builders.notice(state="failed")
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee'")
    await builders.slot(host=lycee, starts_at=NOW + timedelta(days=9))
    await a_college_to_write_to()
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2026)
    course = await builders_bts1.course(school=lycee, title="Bachelor Horlogerie")
    await builders_bts1.step(course, "idee", date(2026, 9, 1))
    await builders_bts1.step(course, "montage", date(2026, 12, 1), planned=True)
    shown = await office.get(PAGE)
    told = read(shown)
    order = ["Les mails ne partent plus", "1 mail en échec", "n'a pas clos cette visite", "cohorte 2026"]
    order += ["Bachelor Horlogerie", "1 créneau sans groupe", "Année scolaire"]
    places = [told.index(words) for words in order if words in told]
    assert (len(places), places) == (len(order) - 1, sorted(places))
    assert "Lycée Jules Haag, Besançon : il manque 3 entreprises sur 3." in told
    assert "était prévue le mardi 1er décembre 2026." in told
    assert f'href="/gestion/ptech/cohortes/{cohort}/entreprises"' in shown.text


async def test_lycees_whose_empty_slots_come_soonest_stand_first(office):
    for name, days in (("Lycée Adler", 9), ("Lycée Zola", 2)):
        lycee = await attended(name, 500 + days)
        for more in (0, 1):
            await builders.slot(host=lycee, starts_at=NOW + timedelta(days=days + more))
    await a_college_to_write_to()
    shown = await office.get(f"{PAGE}/empty")
    assert re.findall(r">(Lycée \w+), ", shown.text) == ["Lycée Zola", "Lycée Adler"]


async def test_of_an_empty_slot_the_colleges_of_its_departement_are_written_to(office):
    lycee = await builders.school(kind="lycee", name="Lycée Duhamel", department="39")
    await builders.slot(host=lycee, starts_at=NOW + timedelta(days=9))
    await a_college_to_write_to("39")
    shown = (await office.get(PAGE)).text
    assert 'href="/gestion/lettres?qui=jamais-venus&amp;departement=39">Écrire à des collèges<' in shown


async def test_of_many_lycees_with_empty_slots_the_soonest_have_a_line_each(office):
    for n in range(27):
        lycee = await attended(f"Lycée {n:02}", 500 + n)
        await builders.slot(host=lycee, starts_at=NOW + timedelta(days=2, hours=n))
    await a_college_to_write_to()
    assert "27 créneaux sans groupe" in read(await office.get(PAGE))
    shown = await office.get(f"{PAGE}/empty")
    told = read(shown)
    assert len(re.findall(r'<a href="/gestion/etablissements/\d+">Lycée \d\d, ', shown.text)) == 25
    assert ("Lycée 24" in told, "Lycée 25" in told) == (True, False)
    assert "2 autres lignes , un peu plus tard." in told


async def test_a_lycee_that_receives_and_whose_last_account_was_closed_is_told_within_the_minute(app, office, late):
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee'")
    slot = await builders.slot(host=lycee, starts_at=paris("2027-02-04 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(), pupils=23)
    assert "Aucun compte n'y est ouvert" not in read(await office.get(PAGE))
    await rows("UPDATE accounts SET disabled_at = $1 WHERE email = 'jules@example.org'", NOW)
    app.state.clock = lambda: NOW + timedelta(minutes=1)
    shown = await office.get(PAGE)
    assert (
        "Lycée Jules Haag, Besançon Aucun compte n'y est ouvert : 1 créneau à venir, le premier jeudi 4 février 2027 ;"
        " 23 élèves y sont attendus."
    ) in read(shown)
    assert ">Inviter quelqu'un<" in unescape(shown.text)
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    assert f'href="/gestion/comptes/invitation?role=host&amp;uai={uai}"' in shown.text
    await rows("UPDATE slots SET starts_at = starts_at - interval '60 days', ends_at = ends_at - interval '60 days'")
    assert "Aucun compte n'y est ouvert" not in read(await office.get(PAGE))


async def test_a_lycee_is_reminded_of_a_visit_to_close_once_a_week(office, late):
    shown = await office.get(PAGE)
    assert "Lycée Jules Haag, Besançon n'a pas clos cette visite : 23 élèves ne sont pas comptés." in read(shown)
    done = await office.post(f"/gestion/creneaux/{late}/rappel")
    assert done.headers["location"] == f"{PAGE}?fait=accueil-rappele"
    (mail,) = await posted()
    assert str(mail.message["To"]) == "Jules <jules@example.org>"
    assert str(mail.message["Subject"]) == "Une visite à clore : Découpe laser, vendredi 8 janvier 2027"
    assert f"/accueil/{late}/cloture" in text_of(mail)
    after = await office.get(PAGE)
    assert "Accueil rappelé le lundi 11 janvier 2027." in read(after)
    assert f"/gestion/creneaux/{late}/rappel" not in after.text
    again = await office.post(f"/gestion/creneaux/{late}/rappel")
    assert (again.status_code, "dans les sept derniers jours" in read(again)) == (409, True)
    by = await builders.account()
    await remind_closing(late, by=by, now=NOW + timedelta(days=8))


async def test_a_visit_that_is_closed_or_to_come_is_not_reminded(late):
    by = await builders.account()
    ahead = await builders.slot(starts_at=NOW + timedelta(days=3))
    for slot in (ahead, 999):
        with pytest.raises(NothingToRemind):
            await remind_closing(slot, by=by, now=NOW)


async def test_the_reminder_is_dropped_once_the_visit_is_closed(office, late):
    await office.post(f"/gestion/creneaux/{late}/rappel")
    await rows("UPDATE slots SET state = 'done', groups_taken = 0, seats_taken = 0 WHERE id = $1", late)
    await tell()
    assert await posted() == []


async def test_rarer_pages_stand_on_one_page(office):
    shown = await office.get("/gestion/administration")
    for address in ("messages", "reglages", "annees", "objectifs", "imports", "objets", "partenaires", "journal"):
        assert f'href="/gestion/{address}"' in shown.text
        assert (await office.get(f"/gestion/{address}")).status_code == 200
    assert (await office.get("/gestion/visites-reprises/nouvelle")).status_code == 200
