"""A teacher who names a second and a third choice: which one was taken is said, and nothing is booked twice."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests import builders
from tests.booking.web.school.test_reserve import Desk
from tests.browsing import read
from tests.builders import paris
from tests.seen import first, lycee_of, seen
from workshops.database import rows, value


class Wishes(Desk):
    """Claire, the slot that she looks at, and two others of the same lycée."""

    others: list[int]

    @classmethod
    async def new(cls, app, *, full: int = 0, **slot) -> Wishes:
        self = await super().new(app, **slot)
        lycee = await value("SELECT school FROM slots")
        days = ("2027-03-26 09:00", "2027-04-01 14:00")
        self.others = [await builders.slot(host=lycee, starts_at=paris(day)) for day in days]
        for one in [self.slot, *self.others][:full]:
            await builders.reservation(slot=one, group=await builders.group())
        return self

    async def page(self, said: str = ""):
        return await self.browser.get(f"/creneaux/{self.slot}/reserver{said}")

    async def wish(self, **changed):
        return await self.reserve(**{"choice_2": self.others[0], "choice_3": self.others[1], "wait": "oui"} | changed)


async def made() -> list[tuple[int, str]]:
    return await seen("SELECT line, state FROM reservations WHERE demand IS NOT NULL ORDER BY line")


async def test_the_form_proposes_the_slots_around_that_suit_the_group(app):
    desk = await Wishes.new(app, levels=["4e"])
    lycee = await lycee_of(desk.slot)
    for change in ({"levels": ["6e"]}, {"seats": 20}, {"starts_at": paris("2027-06-10 09:00")}):
        await builders.slot(host=lycee, **{"starts_at": paris("2027-03-30 09:00")} | change)
    answer = await desk.page()
    page = answer.text
    second = page[page.index('name="choice_2"') : page.index('name="choice_3"')]
    assert [int(one) for one in re.findall(r'<option value="(\d+)"', second)] == desk.others
    assert "Et si ce créneau est complet ?" in read(answer)


@pytest.mark.parametrize(
    ("said", "order"),
    [("", (0, 1)), ("?du=2027-03-28", (1, 0)), ("?du=2027-03-01&au=2027-03-26", (0, 1)), ("?du=demain", (0, 1))],
)
async def test_the_days_that_were_searched_for_come_first_among_the_other_choices(app, said, order):
    desk = await Wishes.new(app)
    page = (await desk.page(said)).text
    second = page[page.index('name="choice_2"') : page.index('name="choice_3"')]
    assert [int(one) for one in re.findall(r'<option value="(\d+)"', second)] == [desk.others[one] for one in order]


async def test_a_choice_may_bear_a_number_beyond_a_million(app):
    desk = await Wishes.new(app, full=1)
    await rows("UPDATE slots SET id = 1000001 WHERE id = $1", desk.others[0])
    assert (await desk.wish(choice_2=1_000_001)).headers["location"].endswith("?fait=voeu-2")


async def test_before_a_full_slot_is_waited_for_the_form_says_that_a_free_choice_is_had_at_once(app):
    desk = await Wishes.new(app, full=1)
    page = read(await desk.browser.get(f"/creneaux/{desk.slot}/reserver"))
    assert "Le premier qui a de la place est réservé tout de suite, et le groupe n'attend plus celui-ci." in page
    assert "à moins de 40 km, ou à la distance dite plus haut, lui est proposée aussi" in page


async def test_the_choice_that_was_taken_is_said(app):
    desk = await Wishes.new(app, full=1)
    answer = await desk.wish()
    visit = await value("SELECT id FROM reservations WHERE demand IS NOT NULL")
    assert answer.headers["location"] == f"/reservations/{visit}?fait=voeu-2"
    page = read(await desk.browser.get(answer.headers["location"]))
    assert "Votre premier choix n'était pas possible : votre deuxième choix est retenu." in page
    assert "Cette visite est le deuxième choix." in page


async def test_a_first_choice_that_is_free_is_reserved_as_any_other(app):
    desk = await Wishes.new(app)
    assert (await desk.wish()).headers["location"].endswith("?fait=reservee")
    assert await made() == [(1, "confirmed")]


async def test_waiting_for_all_is_said_and_each_visits_page_shows_the_others(app):
    desk = await Wishes.new(app, full=3)
    answer = await desk.wish()
    page = read(await desk.browser.get(answer.headers["location"]))
    assert "Tout est complet : votre groupe attend une place, voyez « Vos choix »." in page
    assert "Premier choix (cette page)" in page
    assert page.count("En liste d'attente") == 4
    assert await made() == [(1, "waiting"), (2, "waiting"), (3, "waiting")]


async def test_while_a_visa_is_awaited_the_pages_say_which_choices_are_in_reserve(app):
    desk = await Wishes.new(app, full=1)
    await rows(
        """UPDATE schools SET needs_approval = true, principal_mail = 'p@example.org', principal_confirmed_at = now()
        WHERE kind = 'college'"""
    )
    answer = await desk.wish()
    assert await made() == [(1, "waiting"), (2, "requested"), (3, "waiting")]
    taken, third = [one["id"] for one in await rows("SELECT id FROM reservations WHERE line > 1 ORDER BY line")]
    assert answer.headers["location"] == f"/reservations/{taken}?fait=visa-et-reserve"
    page = read(await desk.browser.get(answer.headers["location"]))
    assert "Les places d'un de vos choix sont tenues jusqu'au visa. Les autres choix restent en réserve." in page
    assert page.count("En réserve") == 2
    kept = read(await desk.browser.get(f"/reservations/{third}"))
    assert "Ce choix est en réserve" in kept
    assert ("Votre rang" in kept, "Retirer ce choix" in kept) == (False, True)
    assert read(await desk.browser.get("/mes-visites")).count("En réserve") == 1


async def test_without_waiting_a_full_wish_is_refused_and_what_was_chosen_is_kept(app):
    desk = await Wishes.new(app, full=3)
    answer = await desk.wish(wait="")
    assert answer.status_code == 409
    assert "Ce créneau est complet." in read(answer)
    assert answer.text.count(f'<option value="{desk.others[0]}" selected>') == 1
    assert await made() == []


async def test_the_same_slot_twice_is_refused_in_words(app):
    desk = await Wishes.new(app)
    answer = await desk.wish(choice_3=desk.others[0])
    assert answer.status_code == 422
    assert "Troisième choix : ce créneau est déjà dans un autre choix." in read(answer)


async def test_two_clicks_at_once_make_one_wish(app):
    desk = await Wishes.new(app, full=1)
    answers = await asyncio.gather(desk.wish(), desk.wish())
    assert len({one.headers["location"].split("?")[0] for one in answers}) == 1
    assert await made() == [(2, "confirmed")]


async def test_a_lost_answer_asked_again_gives_the_same_visit(app):
    desk = await Wishes.new(app, full=1)
    first = await desk.wish()
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0 WHERE id = $1", desk.slot)
    again = await desk.wish()
    assert again.headers["location"] == first.headers["location"].replace("voeu-2", "deja-demande")
    assert await made() == [(2, "confirmed")]


async def test_a_second_tab_with_the_same_wish_makes_no_second_visit(app):
    desk = await Wishes.new(app, full=1)
    await desk.wish(key="first-tab")
    answer = await desk.wish(key="second-tab")
    assert answer.status_code == 409
    assert "Ce groupe a déjà une demande ou une visite sur l'un de ces créneaux." in read(answer)
    assert await made() == [(2, "confirmed")]


async def test_going_back_to_change_a_granted_wish_makes_no_second_visit(app):
    desk = await Wishes.new(app, full=1)
    await desk.wish()
    answer = await desk.wish(choice_2=desk.others[1], choice_3="")
    assert answer.status_code == 422
    assert await made() == [(2, "confirmed")]


async def test_taking_the_place_of_one_choice_releases_the_others_on_their_pages(app):
    desk = await Wishes.new(app, full=3)
    await desk.wish()
    second, slot = await first("SELECT id, slot FROM reservations WHERE line = 2")
    await rows("UPDATE slots SET seats_taken = 24 WHERE id = $1", slot)
    offered = "UPDATE reservations SET state = 'offered', hold_until = $2 WHERE id = $1"
    await rows(offered, second, paris("2027-01-13 09:00"))
    await rows("UPDATE reservations SET state = 'called_off' WHERE slot = $1 AND demand IS NULL", slot)
    await desk.browser.post(f"/reservations/{second}/acceptation", {"pupils": 24})
    assert await made() == [(1, "cancelled_by_teacher"), (2, "confirmed"), (3, "cancelled_by_teacher")]
    best = await value("SELECT id FROM reservations WHERE line = 1 AND demand IS NOT NULL")
    assert "Raison : Un autre choix de ce groupe est retenu." in read(await desk.browser.get(f"/reservations/{best}"))


async def test_the_other_choices_say_where_the_class_would_wait_and_leave_out_where_it_comes(app):
    desk = await Wishes.new(app)
    lycee = await lycee_of(desk.slot)
    free, few = desk.others
    few_left = await builders.reservation(slot=few, group=await builders.group(), pupils=20)
    await rows("UPDATE slots SET groups_max = 2 WHERE id = $1", few)
    booked = await builders.slot(host=lycee, starts_at=paris("2027-03-29 09:00"), seats=60, groups_max=2)
    waited = await builders.slot(host=lycee, starts_at=paris("2027-03-30 09:00"))
    same_hour = await builders.slot(starts_at=paris("2027-03-29 10:00"))
    await builders.reservation(slot=booked, group=desk.group)
    await builders.reservation(slot=waited, group=desk.group, state="waiting")
    page = (await desk.page()).text
    second = page[page.index('name="choice_2"') : page.index('name="choice_3"')].replace("\u00a0", " ")
    shown = {
        int(number): words.split(" · ")[-1] for number, words in re.findall(r'value="(\d+)"[^>]*>([^<]+)<', second)
    }
    assert shown == {free: "24 places", few: "complet pour 24 élèves, liste d&#39;attente"}
    assert list(shown) == [free, few]
    assert {booked, waited, same_hour, few_left}.isdisjoint(shown)
