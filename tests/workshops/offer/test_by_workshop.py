"""The offer by workshop: whole class first, the nearest first, each workshop on one page alone."""

import pytest

from tests import builders
from tests.builders import NOW, paris
from workshops.database import rows
from workshops.offer.by_workshop import WorkshopsPage, workshops_on_offer
from workshops.offer.rules import Search
from workshops.refusals import Invalid

BESANCON = (47.24, 6.02)


async def a_workshop(*starts: str, lat: float | None = None, **slot) -> int:
    place = {} if lat is None else {"lat": lat, "lon": 6.02}
    workshop = await builders.workshop(host=await builders.school(kind="lycee", **place))
    for at in starts:
        await builders.slot(workshop=workshop, starts_at=paris(at), **slot)
    return workshop


async def offered(dates: int = 3, **wishes) -> WorkshopsPage:
    return await workshops_on_offer(Search(only_open=True, **wishes), dates=dates, now=NOW)


def numbers(page: WorkshopsPage) -> list[tuple[int, list[str]]]:
    return [(found.slots[0].workshop_id, [f"{slot.starts_at:%d/%m}" for slot in found.slots]) for found in page.items]


async def test_each_workshop_stands_once_with_its_first_dates_and_their_number(db):
    first = await a_workshop("2027-03-01 09:00", "2027-03-05 09:00", "2027-03-03 09:00", "2027-03-04 09:00")
    second = await a_workshop("2027-03-02 09:00")
    page = await offered()
    assert numbers(page) == [(first, ["01/03", "03/03", "04/03"]), (second, ["02/03"])]
    assert ([found.dates for found in page.items], page.next_cursor) == ([4, 1], None)


async def test_a_date_that_takes_the_class_comes_before_a_sooner_one_where_it_would_wait(db):
    soon = await a_workshop("2027-03-01 09:00", seats=30, seats_taken=20, groups_taken=1, groups_max=2)
    roomy = await a_workshop("2027-03-08 09:00", seats=30)
    page = await offered(pupils=24, takes="any")
    assert [(found.slots[0].workshop_id, found.slots[0].rank) for found in page.items] == [(roomy, 0), (soon, 3)]


async def test_the_nearest_come_first_and_a_lycee_off_the_map_last(db):
    far = await a_workshop("2027-03-01 09:00", lat=47.9)
    near = await a_workshop("2027-03-09 09:00", lat=47.3)
    nowhere = await a_workshop("2027-03-01 09:00")
    await rows("UPDATE schools SET lat = NULL FROM workshops w WHERE w.school = schools.id AND w.id = $1", nowhere)
    page = await offered(near=BESANCON)
    assert [(found.slots[0].workshop_id, found.slots[0].distance_km) for found in page.items] == [
        (near, 6.7),
        (far, 73.4),
        (nowhere, None),
    ]


@pytest.mark.parametrize("wishes", [{}, {"near": BESANCON}, {"pupils": 27, "takes": "any", "near": BESANCON}])
async def test_pages_follow_each_other_and_leave_out_no_workshop(db, wishes):
    made = set()
    for number in range(7):
        lat = None if number == 6 else 47.2 + number % 3 / 10
        made.add(await a_workshop("2027-03-01 09:00", "2027-03-02 09:00", lat=lat, seats=30 if number % 2 else 20))
    walked, cursor = [], None
    for _ in range(9):
        page = await offered(limit=2, cursor=cursor, **wishes)
        walked += [found.slots[0].workshop_id for found in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (sorted(walked), cursor) == (sorted(made), None)


@pytest.mark.parametrize("cursor", ["x", "e30", "MjAyNy0wMy0yNVQwODoxOTowMCswMDowMHwxfA", "é", "W10"])
async def test_the_cursor_of_another_list_is_refused(db, cursor):
    with pytest.raises(Invalid):
        await offered(cursor=cursor)
