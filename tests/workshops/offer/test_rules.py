import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from workshops.offer.rules import ListPlace, cursor_of, place_of
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
