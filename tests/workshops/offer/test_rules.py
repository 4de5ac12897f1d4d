import base64
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW
from workshops.offer.rules import ListPlace, Search, cursor_of, place_of
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
