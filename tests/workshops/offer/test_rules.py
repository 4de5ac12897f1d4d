from __future__ import annotations

import base64
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import builders
from tests.builders import NOW, paris
from workshops.offer.queries import DayOnOffer, Loosened, SuitingSlots, loosen, nearest_days
from workshops.offer.rules import ListPlace, Search, cursor_of, place_of, without_each
from workshops.refusals import Invalid


@given(st.integers(1, 2**31 - 1), st.one_of(st.none(), st.floats(0, 20_040)))
def test_a_cursor_leads_back_to_its_place(slot: int, km: float | None):
    place = ListPlace(NOW, slot, km)
    assert place_of(cursor_of(place), by_distance=km is not None) == place


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        encoded("hier|7|"),
        encoded("2027-03-25T09:00:00|7|"),
        encoded("2027-03-25T09:00:00+00:00|sept|"),
        encoded("2027-03-25T09:00:00+00:00|0|"),
        encoded(f"2027-03-25T09:00:00+00:00|{2**31}|"),
        encoded("2027-03-25T09:00:00+00:00|7"),
        encoded("2027-03-25T09:00:00+00:00|7|12.5"),
    ],
)
def test_a_cursor_of_another_list_is_refused(cursor: str):
    with pytest.raises(Invalid) as refused:
        place_of(cursor, by_distance=False)
    assert refused.value.errors == {"cursor": "Ce curseur n'est pas celui d'une page de cette liste."}


def test_an_address_says_every_wish_and_nothing_that_was_not_asked():
    assert Search().answers == {}
    every_wish = Search(
        **{"level": "4e", "pupils": 27, "from_on": date(2027, 3, 1), "to_on": date(2027, 3, 31), "km": 40.0},
        **{"by_distance": True, "zone": "B", "tech_object": 7, "department": "25", "school": "0250011B"},
        **{"company_places": 2, "only_free": True, "waiting": True, "only_open": True, "near": (47.2, 6.0)},
    )
    assert every_wish.answers == {
        **{"niveau": "4e", "eleves": "27", "du": "2027-03-01", "au": "2027-03-31", "km": "40", "tri": "distance"},
        **{"vacances": "B", "objet": "7", "departement": "25", "lycee": "0250011B"},
        **{"entreprises": "oui", "libres": "oui", "complets": "oui"},
    }
    assert replace(every_wish, college=3).answers["vacances"] == "moi"


TODAY = date(2027, 1, 11)


def test_only_a_wish_that_was_made_can_be_given_up():
    assert without_each(Search()) == {}
    wishes = Search(level="4e", zone="B", college=3, near=(47.0, 6.0), km=20, by_distance=True, cursor="x")
    assert without_each(wishes) == {
        "zone": Search(level="4e", near=(47.0, 6.0), km=20),
        "km": Search(level="4e", zone="B", college=3),
        "level": Search(zone="B", college=3, near=(47.0, 6.0), km=20),
    }


async def test_each_wish_is_told_with_what_is_found_without_it(db):
    first = paris("2027-03-25 09:00")
    for number in range(2):
        await builders.slot(starts_at=first.replace(day=25 + number), levels=["4e"], seats=24)
    assert await loosen(Search(level="6e", pupils=20, department="99"), now=NOW) == []
    assert await loosen(Search(level="6e", pupils=20), now=NOW) == [Loosened("level", SuitingSlots(2, first))]


async def test_the_nearest_days_are_those_around_the_period_that_suit_otherwise(db):
    for on in ("2027-02-01", "2027-03-20", "2027-04-02", "2027-04-03", "2027-05-20", "2027-09-01"):
        await builders.slot(starts_at=paris(f"{on} 09:00"), levels=["4e"], seats=24)
    await builders.slot(starts_at=paris("2027-03-30 09:00"), levels=["6e"], seats=24)
    asked = Search(from_on=date(2027, 3, 25), to_on=date(2027, 3, 31), level="4e")
    assert await nearest_days(asked, today=TODAY, now=NOW) == [
        DayOnOffer(date(2027, 3, 20), 1, 24),
        DayOnOffer(date(2027, 4, 2), 1, 24),
        DayOnOffer(date(2027, 4, 3), 1, 24),
    ]
