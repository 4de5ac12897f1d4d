from datetime import date

from tests import builders
from tests.builders import NOW, paris
from workshops.offer.loosen import Loosened, loosen, nearest_days
from workshops.offer.queries import DayOnOffer, SuitingSlots
from workshops.offer.rules import Search, without_each

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
