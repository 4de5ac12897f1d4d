"""A teacher at the booking form: what is typed wrong is said and kept, and nothing is booked twice."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from booking.web.school.reserve import waits
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import first
from workshops.database import rows, value


class Desk:
    """Claire at her computer, with a group and an open slot."""

    browser: Browser
    school: int
    group: int
    slot: int

    @classmethod
    async def new(cls, app, **slot) -> Desk:
        app.state.clock = lambda: NOW
        self = cls()
        self.school = await builders.school()
        account = await builders.person("teacher", "claire@example.org", school=self.school)
        self.group = await builders.group(school=self.school, name="4e B", pupils=24)
        self.slot = await builders.slot(**slot)
        self.browser = await Browser(app, now=NOW).sign_in(account)
        return self

    async def reserve(self, **changed):
        fields = {"slot": self.slot, "group": self.group, "pupils": 24, "adults": 2, "needs": "", "key": "page-1"}
        return await self.browser.post("/reservations", fields | changed)


LATE = "La visite est dans moins d'une semaine : une annulation sera comptée comme tardive, l'effectif ne change plus."


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (20, "Annulation libre et effectif modifiable jusqu'au vendredi 22 janvier 2027, 9 h 00."),
        (3, LATE),
    ],
)
async def test_the_form_says_what_can_still_be_changed_and_never_until_a_day_that_has_passed(app, ahead, told):
    starts_at = NOW + timedelta(days=ahead)
    desk = await Desk.new(app, starts_at=starts_at, booking_closes_at=starts_at - timedelta(days=1))
    shown = read(await desk.browser.get(f"/creneaux/{desk.slot}/reserver"))
    assert (told in shown, "Annulation libre" in shown) == (True, ahead == 20)


async def reservations() -> int:
    return await value("SELECT count(*) FROM reservations")


async def test_reserving_leads_to_the_visits_page(app):
    desk = await Desk.new(app)
    answer = await desk.reserve()
    made = await value("SELECT id FROM reservations")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reservations/{made}?fait=reservee")
    page = read(await desk.browser.get(f"/reservations/{made}?fait=reservee"))
    assert "La visite est réservée. L'invitation part par mail, à vous et au lycée." in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"pupils": "beaucoup"}, "Élèves : écrivez un nombre de 1 à 24."),
        ({"pupils": "240"}, "Élèves : écrivez un nombre de 1 à 24."),
        (
            {"needs": "Léa Martin, asthme"},
            "Besoins d'accueil : « Léa Martin » ressemble à un nom de personne, et cette ligne est lue et imprimée."
            " Écrivez le besoin seul, par exemple « un fauteuil roulant ».",
        ),
    ],
)
async def test_what_is_typed_wrong_is_said_kept_and_books_nothing(app, changed, sentence):
    desk = await Desk.new(app)
    answer = await desk.reserve(**{"needs": "Un fauteuil roulant"} | changed)
    assert answer.status_code == 422
    assert sentence in read(answer)
    kept = changed.get("needs", "Un fauteuil roulant")
    assert f'value="{kept}"' in answer.text
    assert await reservations() == 0


async def test_a_second_click_finds_the_first_reservation(app):
    desk = await Desk.new(app)
    reserved, again = [(await desk.reserve()).headers["location"] for _ in range(2)]
    assert again == reserved.replace("=reservee", "=deja-reservee")
    assert await first("SELECT seats_taken, groups_taken FROM slots") == (24, 1)


async def test_each_form_drawn_has_a_key_of_its_own(app):
    desk = await Desk.new(app)
    pages = [(await desk.browser.get(f"/creneaux/{desk.slot}/reserver")).text for _ in range(2)]
    keys = [re.search(r'name="key" value="([^"]+)"', page)[1] for page in pages]
    assert keys[0] != keys[1]


async def test_a_stale_form_says_that_the_slot_is_full_and_proposes_to_wait(app):
    desk = await Desk.new(app)
    other = await builders.group(pupils=24)
    await builders.reservation(slot=desk.slot, group=other)
    answer = await desk.reserve()
    assert answer.status_code == 409
    assert "Ce créneau est complet. Vous pouvez rejoindre la liste d'attente." in read(answer)
    assert "Attendre une place pour" in read(answer)
    assert "Aussi à la dernière minute" in read(answer)
    waiting = await desk.reserve(wait="oui", last_minute="oui")
    assert waiting.headers["location"].endswith("?fait=en-attente")
    demand, ticked = await first("SELECT id, last_minute FROM demands")
    assert ticked
    assert "Aussi à la dernière minute : une place rendue tard" in read(await desk.browser.get(f"/demandes/{demand}"))


async def test_who_waits_elsewhere_already_reads_that_the_first_place_taken_ends_the_rest(app):
    desk = await Desk.new(app)
    another = await builders.slot(starts_at=paris("2027-03-16 09:00"), seats=24, seats_taken=24)
    await rows("UPDATE slots SET seats_taken = seats")
    first = await desk.reserve(wait="oui")
    second = await desk.reserve(slot=str(another), wait="oui", key="page-2")
    assert [sent.headers["location"].partition("?")[2] for sent in (first, second)] == [
        *("fait=en-attente", "fait=attend-aussi")
    ]
    page = read(await desk.browser.get(second.headers["location"]))
    assert "Ajouté à ce que votre groupe attend déjà : la première de ces places prise met fin au reste." in page
    assert await value("SELECT count(*) FROM demands") == 1


async def test_who_waits_for_six_slots_reads_what_to_do_before_a_seventh_as_the_help_says(app):
    desk = await Desk.new(app)
    full = [await builders.slot(starts_at=paris(f"2027-03-{n} 09:00"), seats=24, seats_taken=24) for n in range(16, 23)]
    sent = [await desk.reserve(slot=str(slot), wait="oui", key=f"page-{slot}") for slot in full]
    assert [answer.status_code for answer in sent] == [*[303] * 6, 409]
    assert (
        "Ce groupe attend déjà pour autant de créneaux qu'une demande en prend. Retirez-en un dans « Mes visites »,"
        " puis demandez celui-ci."
    ) in read(sent[-1])
    told = (
        "Ce qu'un groupe attend en plus s'ajoute à sa demande, jusqu'à six choix : la première de ces places prise met"
    )
    assert f"{told} fin au reste." in read(await desk.browser.get("/aide/enseignant"))


async def test_a_slot_that_has_passed_cannot_be_had(app):
    desk = await Desk.new(app, starts_at=NOW - timedelta(days=1))
    answer = await desk.reserve()
    assert answer.status_code == 409
    assert "Les réservations de ce créneau sont closes." in read(answer)
    assert await reservations() == 0


@pytest.mark.parametrize("what", ["group", "slot"])
async def test_what_belongs_to_nobody_or_to_others_does_not_exist(app, what):
    desk = await Desk.new(app)
    others = await builders.group()
    draft = await builders.slot(state="draft")
    answer = await desk.reserve(**{what: others if what == "group" else draft})
    assert answer.status_code == 404
    assert await reservations() == 0


async def test_a_group_of_another_level_is_not_proposed(app):
    desk = await Desk.new(app, levels=["6e"])
    page = read(await desk.browser.get(f"/creneaux/{desk.slot}/reserver"))
    assert "Aucun de vos groupes n'est au bon niveau" in page


async def test_two_clicks_at_once_make_one_reservation(app):
    desk = await Desk.new(app)
    answers = await asyncio.gather(desk.reserve(), desk.reserve())
    assert len({one.headers["location"].split("?")[0] for one in answers}) == 1
    assert await reservations() == 1


async def test_two_tabs_make_one_reservation(app):
    desk = await Desk.new(app, seats=48, groups_max=2)
    await desk.reserve(key="first-tab")
    answer = await desk.reserve(key="second-tab")
    assert answer.status_code == 409
    assert "Ce groupe a déjà une visite à cette heure-là." in read(answer)
    assert await reservations() == 1


async def test_going_back_to_change_a_granted_form_makes_no_second_reservation(app):
    desk = await Desk.new(app, seats=48, groups_max=2)
    await desk.reserve()
    answer = await desk.reserve(pupils=20)
    assert (answer.status_code, await reservations()) == (422, 1)
    assert "Cette clé d'envoi a déjà servi pour une autre demande." in read(answer)


async def test_a_group_that_is_elsewhere_at_that_hour_is_led_to_its_visit(app):
    desk = await Desk.new(app)
    there = await builders.slot(workshop=await builders.workshop(title="Une enceinte"))
    own = await builders.reservation(slot=there, group=desk.group, by=await value("SELECT id FROM accounts"))
    refused = await desk.reserve()
    assert refused.status_code == 409
    assert f'<a href="/reservations/{own}">Sa visite' in refused.text
    assert "Sa visite : Une enceinte, Lycée Jules Haag" in read(refused)
    small = await desk.reserve(slot=await builders.slot(starts_at=NOW + timedelta(days=60), seats=10))
    assert (small.status_code, "Sa visite" in read(small)) == (409, False)


async def test_the_group_proposed_first_is_free_at_that_hour(app):
    desk = await Desk.new(app)
    there = await builders.slot(workshop=await builders.workshop(title="Une enceinte"), seats=60, groups_max=3)
    await builders.reservation(slot=there, group=desk.group, by=await value("SELECT id FROM accounts"))
    free = await builders.group(school=desk.school, name="4e C", pupils=24)

    async def proposed() -> str:
        page = await desk.browser.get(f"/creneaux/{desk.slot}/reserver?niveau=4e&eleves=24")
        return re.findall(r'<option value="(\d+)" selected', page.text)[0]

    assert await proposed() == str(free)
    await builders.reservation(slot=there, group=free, by=await value("SELECT id FROM accounts"))
    assert await proposed() == str(desk.group)


@pytest.mark.parametrize(
    ("pupils", "room", "full", "told"),
    [
        (24, 24, False, False),
        (24, 23, False, True),
        (24, 0, False, True),
        (24, 48, True, True),
        (49, 48, False, False),
        (49, 0, True, False),
    ],
)
def test_a_group_waits_for_room_that_the_slot_could_have_but_never_when_it_is_larger_than_the_slot(
    pupils, room, full, told
):
    assert waits(pupils, seats=48, room=room, full=full) is told
