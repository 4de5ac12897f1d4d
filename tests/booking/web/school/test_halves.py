"""A teacher of 27 pupils reserves both halves of her class on one page."""

from __future__ import annotations

import re
from datetime import timedelta

import pypdfium2
import pytest

from tests import builders
from tests.booking.visits.reservations.demands import College
from tests.booking.web.school.test_reserve import Desk
from tests.booking.web.school.test_said_once import links
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import seen, states
from workshops.database import rows, value


class Halves(Desk):
    """Claire, 27 pupils of 4e, a slot of the morning and one of the afternoon."""

    other: int

    @classmethod
    async def new(cls, app, **slot) -> Halves:
        self = await super().new(app, **slot)
        lycee = await value("SELECT school FROM slots")
        self.other = await builders.slot(host=lycee, starts_at=paris("2027-03-25 13:30"))
        await rows("UPDATE groups SET pupils = 27 WHERE id = $1", self.group)
        return self

    @property
    def where(self) -> str:
        return f"/creneaux/{self.slot}/moities/{self.other}"

    async def page(self, said: str = ""):
        return await self.browser.get(f"{self.where}{said}")

    async def take(self, **changed):
        typed = {"group": self.group, "first": 14, "second": 13, "adults": 2, "key": "page-1"} | changed
        return await self.browser.post(self.where, typed)


async def test_a_class_too_large_for_a_slot_is_offered_both_halves_where_it_looks_and_where_it_reserves(app):
    desk = await Halves.new(app)
    said = f"?groupe={desk.group}&niveau=4e&eleves=27"
    for page in (f"/creneaux/{desk.slot}{said}", f"/creneaux/{desk.slot}/reserver{said}"):
        answer = await desk.browser.get(page)
        assert f"{desk.where}{said}" in links(answer)
        assert "Deux créneaux du même jour" in read(answer)
    fits = await desk.browser.get(f"/creneaux/{desk.slot}?eleves=24&niveau=4e")
    assert "moities" not in fits.text


async def test_one_page_says_both_halves_and_one_button_reserves_them(app):
    desk = await Halves.new(app)
    page = await desk.page()
    told = read(page)
    assert "Première moitié jeudi 25 mars 2027 , de 9 h 00 à 12 h 00" in told
    assert "Deuxième moitié jeudi 25 mars 2027 , de 13 h 30 à 16 h 30" in told
    assert re.findall(r'name="(?:first|second)"[^>]*value="(\d+)"', page.text) == ["14", "13"]
    assert re.findall(r'name="(?:first|second)"[^>]*max="(\d+)"', page.text) == ["24", "24"]

    answer = await desk.take()

    own = await value("SELECT id FROM reservations WHERE half = 1")
    assert answer.headers["location"] == f"/reservations/{own}?fait=moities-reservees"
    again = await desk.take()
    assert again.headers["location"] == f"/reservations/{own}?fait=deja-demande"
    assert await seen("SELECT slot, pupils, state FROM reservations ORDER BY half") == [
        (desk.slot, 14, "confirmed"),
        (desk.other, 13, "confirmed"),
    ]


async def test_the_number_that_was_searched_for_is_split_whatever_the_groups_own(app):
    desk = await Halves.new(app)
    await rows("UPDATE groups SET pupils = 24 WHERE id = $1", desk.group)
    third = await builders.group(school=await value("SELECT school FROM groups"), level="3e", pupils=30)
    await rows("UPDATE groups SET teacher = (SELECT min(teacher) FROM groups) WHERE id = $1", third)
    page = await desk.page("?niveau=4e&eleves=27")
    assert re.findall(r'name="(?:group|first|second)"[^>]*value="(\d+)"', page.text) == [str(desk.group), "14", "13"]
    assert "27 élèves : la classe vient en deux moitiés" in read(page)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"second": 25}, 409, "Deuxième moitié : ce créneau prend 24 élèves"),
        ({"first": ""}, 422, "Élèves de la première moitié : écrivez un nombre de 1 à 24."),
        ({"second": 240}, 422, "Élèves de la deuxième moitié : écrivez un nombre de 1 à 24."),
        ({"needs": "Léa Martin, asthme"}, 422, "Besoins d'accueil"),
    ],
)
async def test_what_cannot_be_had_is_said_and_what_was_typed_stays(app, changed, status, words):
    desk = await Halves.new(app)
    answer = await desk.take(**{"adults": 3} | changed)
    assert answer.status_code == status
    assert words in read(answer)
    assert re.findall(r'name="adults"[^>]*value="(\d+)"', answer.text) == ["3"]
    assert await value("SELECT count(*) FROM reservations") == 0


async def test_two_objects_for_one_class_are_asked_about_and_booked_once_she_ticks_that_they_are_meant(app):
    desk = await Halves.new(app)
    lycee = await value("SELECT min(school) FROM slots")
    clock, lamp = await builders.tech_object(name="Horloge"), await builders.tech_object(name="Lampe")
    first, second = [await builders.workshop(host=lycee, objects=(built,)) for built in (clock, lamp)]
    desk.slot = await builders.slot(workshop=first)
    desk.other = await builders.slot(workshop=second, starts_at=paris("2027-03-25 13:30"))
    told = "Les deux moitiés ne fabriquent pas le même objet. La première : Horloge. La deuxième : Lampe."
    assert re.findall(r'name="two_objects" value="(\w+)"( checked)?', (await desk.page()).text) == [("oui", "")]

    refused = await desk.take(adults=3)

    assert refused.status_code == 409
    assert f"{told} Cochez que c'est voulu, ou choisissez deux autres créneaux." in read(refused)
    assert re.findall(r'name="(?:adults|first|second)"[^>]*value="(\d+)"', refused.text) == ["14", "13", "3"]
    assert await value("SELECT count(*) FROM reservations") == 0
    taken = await desk.take(adults=3, two_objects="oui")
    assert taken.headers["location"].endswith("?fait=moities-reservees")
    assert await seen("SELECT slot, adults FROM reservations ORDER BY half") == [(desk.slot, 3), (desk.other, 3)]


async def test_slots_of_two_lycees_make_no_pair(app):
    desk = await Halves.new(app)
    desk.other = await builders.slot(starts_at=paris("2027-03-25 13:30"))
    assert (await desk.page()).status_code == 404


async def two_halves(desk: Halves) -> list[int]:
    await desk.take()
    return [half for (half,) in await seen("SELECT id FROM reservations ORDER BY half")]


async def test_the_page_of_each_half_and_the_list_of_visits_lead_to_the_other(app):
    desk = await Halves.new(app)
    first, second = await two_halves(desk)
    for one, other in ((first, second), (second, first)):
        page = await desk.browser.get(f"/reservations/{one}")
        assert f"/reservations/{other}" in links(page)
        assert "L'autre moitié : " in read(page)
    visits = read(await desk.browser.get("/mes-visites"))
    assert "4e B, première moitié · 14 élèves" in visits
    assert "4e B, deuxième moitié · 13 élèves" in visits
    assert "L'autre moitié : jeudi 25 mars 2027, 13 h 30" in visits


async def test_the_page_of_each_half_says_which_one_it_is(app):
    desk = await Halves.new(app)
    await desk.take()
    told = []
    for one in await rows("SELECT id FROM reservations ORDER BY half"):
        page = read(await desk.browser.get(f"/reservations/{one['id']}"))
        told += re.findall(r"4e B, (\w+ moitié, \d+ élèves)", page)
    assert told == ["première moitié, 14 élèves", "deuxième moitié, 13 élèves"]


async def test_cancelling_asks_which_half_and_one_alone_leaves_the_other(app):
    desk = await Halves.new(app)
    first, second = await two_halves(desk)
    assert "Que voulez-vous annuler ?" in read(await desk.browser.get(f"/reservations/{first}"))
    answer = await desk.browser.post(f"/reservations/{first}/annulation", {"which": "une", "reason": ""})
    assert answer.headers["location"] == f"/reservations/{first}?fait=annulee"
    assert await states(by="half") == ["cancelled_by_teacher", "confirmed"]
    assert "Que voulez-vous annuler ?" not in read(await desk.browser.get(f"/reservations/{second}"))


async def test_moving_one_half_says_that_the_other_one_does_not_change(app):
    desk = await Halves.new(app)
    first, second = await two_halves(desk)
    later = await builders.slot(host=await value("SELECT min(school) FROM slots"), starts_at=paris("2027-04-08 09:00"))
    line = "jeudi 25 mars 2027, de 13 h 30 à 16 h 30, Découpe laser, 13 élèves"
    away = f"/reservations/{first}/autre-date"
    assert f"L'autre moitié de la classe ne change pas : {line}." in read(await desk.browser.get(away))
    assert f"Autre moitié {line}, inchangée" in read(await desk.browser.get(f"{away}/{later}"))
    await desk.browser.post(f"/reservations/{second}/annulation", {"which": "une", "reason": ""})
    assert "L'autre moitié" not in read(await desk.browser.get(away))


async def test_both_halves_are_cancelled_in_one_act_or_neither(app):
    desk = await Halves.new(app)
    first, second = await two_halves(desk)
    await rows("UPDATE slots SET settles_at = $2 WHERE id = $1", desk.other, NOW - timedelta(days=1))
    # The second one is late: it has to be said why.
    answer = await desk.browser.post(f"/reservations/{first}/annulation", {"which": "deux", "reason": ""})
    assert answer.status_code == 422
    assert await states(by="half") == ["confirmed", "confirmed"]
    answer = await desk.browser.post(f"/reservations/{first}/annulation", {"which": "deux", "reason": "Neige"})
    assert answer.headers["location"] == f"/reservations/{first}?fait=annulees"
    assert await states(by="half") == ["cancelled_by_teacher", "cancelled_by_teacher"]
    assert await value("SELECT sum(seats_taken)::int FROM slots") == 0
    assert await value("SELECT late FROM reservations WHERE id = $1", second)


async def test_a_class_whose_halves_are_both_given_up_looks_for_a_slot_as_a_whole(app):
    desk = await Halves.new(app)
    first, second = await two_halves(desk)
    for half, pupils in ((first, 14), (second, 27)):
        await desk.browser.post(f"/reservations/{half}/annulation", {"which": "une", "reason": ""})
        page = await desk.browser.get(f"/reservations/{half}")
        assert f"/creneaux?groupe={desk.group}&niveau=4e&eleves={pupils}" in links(page)


async def test_both_halves_print_their_files_and_their_badges_in_one_document_each(app):
    desk = await Halves.new(app)
    first, second = await two_halves(desk)
    page = await desk.browser.get(f"/reservations/{first}")
    for address in (f"/mes-visites/{first}/moities.pdf", f"/reservations/{first}/moities.pdf"):
        assert address in links(page)
    whole = [await desk.browser.get(f"/mes-visites/{one}/papiers.pdf") for one in (first, second)]
    both = await desk.browser.get(f"/mes-visites/{first}/moities.pdf")
    assert len(pages(both)) == sum(len(pages(one)) for one in whole)
    told = "\n".join(pages(await desk.browser.get(f"/reservations/{second}/moities.pdf")))
    assert (told.count("14 élèves, 2 adultes"), told.count("13 élèves, 2 adultes")) == (1, 1)


def pages(answer) -> list[str]:
    assert answer.headers["content-type"] == "application/pdf"
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content)]


async def test_the_card_of_a_slot_too_small_for_the_class_reserves_both_halves(app):
    desk = await Halves.new(app)
    said = f"?groupe={desk.group}&niveau=4e&eleves=27"
    page = await desk.browser.get(f"/creneaux{said}")
    both = [one for one in links(page) if one.startswith(desk.where)]
    # Each of the two workshops leads to the same page.
    assert len(both) == 2
    assert "Réserver les deux moitiés, 14 et 13 élèves" in read(page)
    by_date = await desk.browser.get(f"/creneaux{said}&tri=date")
    assert len([link for link in links(by_date) if link.startswith(desk.where)]) == 2
    assert "14 et 13 élèves, le même jour" in read(by_date)
    assert (await desk.browser.get(both[0])).status_code == 200
    visitor = await Browser(app, now=NOW).get("/creneaux?niveau=4e&eleves=27")
    assert f"/connexion?next=%2Fcreneaux%2F{desk.slot}%2Fmoities%2F{desk.other}" in visitor.text
    await rows("UPDATE slots SET seats_taken = 20, groups_taken = 1, groups_max = 2 WHERE id = $1", desk.other)
    alone = await desk.browser.get(f"/creneaux{said}")
    assert "Réserver les deux moitiés" not in read(alone)
    assert "Attendre en deux moitiés" in read(alone)
    assert "Aucun créneau libre, 2 complets où attendre" in read(alone)


async def test_a_class_that_is_elsewhere_at_that_hour_is_led_to_its_visit(app):
    desk = await Halves.new(app)
    there = await builders.slot(starts_at=paris("2027-03-25 13:30"))
    own = await builders.reservation(slot=there, group=desk.group, by=await value("SELECT id FROM accounts"))
    refused = await desk.take()
    assert refused.status_code == 409
    assert f"/reservations/{own}" in links(refused)
    assert "Sa visite : Découpe laser" in read(refused)


async def test_where_one_slot_is_full_she_may_have_both_halves_wait(app):
    desk = await Halves.new(app)
    holder = await College.new()
    held = await holder.ask(desk.other)
    page = await desk.page()
    assert "Les deux moitiés attendent ensemble : leurs places vous sont proposées d'un coup" in read(page)
    assert re.findall(r'name="wait" value="(\w+)"( checked)?', page.text) == [("oui", "")]
    refused = await desk.take()
    assert (refused.status_code, await states()) == (409, ["confirmed"])

    waits = await desk.take(wait="oui")

    first, second = await seen("SELECT id, state FROM reservations WHERE half IS NOT NULL ORDER BY half")
    assert waits.headers["location"] == f"/reservations/{first[0]}?fait=moities-attendent"
    assert [first[1], second[1]] == ["waiting", "waiting"]
    told = read(await desk.browser.get(f"/reservations/{first[0]}"))
    assert "Les deux moitiés attendent ensemble : leurs places sont proposées par mail, d'un coup" in told
    assert "jeudi 25 mars 2027, de 13 h 30 à 16 h 30" in told
    assert "Cette moitié seulement" not in told
    demand = await value("SELECT demand FROM reservations WHERE id = $1", first[0])
    listed = await desk.browser.get("/mes-visites")
    assert read(listed).count("En deux moitiés :") == 1
    assert [link for link in links(listed) if link.startswith("/reservations/")] == []
    asked = read(await desk.browser.get(f"/demandes/{demand}"))
    assert "première moitié (14 élèves)" in asked
    assert "deuxième moitié (13 élèves)" in asked

    await holder.cancel(held.id)
    offered = read(await desk.browser.get(f"/reservations/{second[0]}"))
    assert "Une place vous est proposée pour chaque moitié de la classe" in offered
    taken = await desk.browser.post(f"/reservations/{second[0]}/acceptation", {"pupils": 13})
    assert taken.headers["location"] == f"/reservations/{second[0]}?fait=place-acceptee"
    assert await seen("SELECT state FROM reservations WHERE half IS NOT NULL") == [("confirmed",)] * 2
