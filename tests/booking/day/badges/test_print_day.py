from __future__ import annotations

from datetime import date

import pypdfium2
import pytest

from booking.day.badges.print_sheet import company_sheet_of, day_sheet_of, parties_of_day
from booking.day.badges.rules import NoBadges, SecretChanged
from booking.process.settings import read_settings
from booking.visits.attendance.acts import TellComing
from booking.visits.attendance.change import change
from tests import builders
from tests.booking.day.badges.printing import pages, read
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.refusals import NotFound

SECRET = read_settings().secret_key
DAY = date(2027, 3, 25)


async def a_day() -> tuple[int, int, int]:
    """Two slots of a lycée, the afternoon's made first: three groups, a company in the morning."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    taught = await builders.workshop(host=lycee)
    afternoon = await builders.slot(workshop=taught, starts_at=paris("2027-03-25 14:00"))
    morning = await builders.slot(workshop=taught, starts_at=paris("2027-03-25 08:30"), groups_max=2, seats=48)
    company = await builders.company(name="Horlogerie du Doubs")
    await builders.attendance(slot=morning, company=company)
    for slot, name in ((afternoon, "3e C"), (morning, "4e A"), (morning, "4e B")):
        await builders.reservation(slot=slot, group=await builders.group(name=name), pupils=3, adults=1)
    return lycee, morning, company


async def test_a_day_is_printed_by_hour_then_by_group_with_a_divider_before_each(db):
    lycee, _, _ = await a_day()
    pdf = await day_sheet_of(lycee, on=DAY, secret_key=SECRET)
    lines = [
        line for page in pypdfium2.PdfDocument(pdf) for line in page.get_textpage().get_text_bounded().splitlines()
    ]
    heads = [line for line in lines if line in {"3 élèves, 1 adulte, 2 réserves", "2 personnes"}]
    assert heads == [*(2 * ["3 élèves, 1 adulte, 2 réserves"]), "2 personnes", "3 élèves, 1 adulte, 2 réserves"]
    assert [party.label for party in await parties_of_day(lycee, on=DAY)] == [
        *("4e A", "4e B", "Horlogerie du Doubs", "3e C"),
    ]
    read_back = [token for page in pages(pdf, 4) for token in read(page)]
    assert (len(read_back), await value("SELECT count(*) FROM badges")) == (20, 20)


async def test_no_first_name_is_in_the_day_s_document(db):
    lycee, _, _ = await a_day()
    await day_sheet_of(lycee, on=DAY, secret_key=SECRET)
    await value("UPDATE badges SET first_name = 'Inès' WHERE kind = 'pupil'")
    pdf = await day_sheet_of(lycee, on=DAY, secret_key=SECRET)
    assert [page.get_textpage().get_text_bounded().count("Inès") for page in pypdfium2.PdfDocument(pdf)] == [0, 0, 0]


async def test_only_who_comes_that_day_to_that_lycee_is_printed(db):
    lycee, morning, _ = await a_day()
    await builders.reservation(slot=morning, group=await builders.group(), state="waiting")
    other = await builders.school(kind="lycee")
    assert [len(await parties_of_day(school, on=DAY)) for school in (lycee, other)] == [4, 0]
    for on in (date(2027, 3, 24), date(2027, 3, 26)):
        with pytest.raises(NoBadges):
            await day_sheet_of(lycee, on=on, secret_key=SECRET)


async def test_a_day_of_badges_is_the_lycee_s_day_from_midnight_to_midnight(db):
    lycee = await builders.school(kind="lycee")
    taught = await builders.workshop(host=lycee)
    for at in ("2027-03-25 00:00", "2027-03-25 23:30", "2027-03-26 00:30"):
        slot = await builders.slot(workshop=taught, starts_at=paris(at))
        await builders.reservation(slot=slot, group=await builders.group())
    seen = [party.starts_at for party in await parties_of_day(lycee, on=DAY)]
    assert seen == [paris("2027-03-25 00:00"), paris("2027-03-25 23:30")]


async def test_a_company_prints_a_badge_for_each_of_its_people_and_no_name_but_its_own(db):
    _, _, company = await a_day()
    attendance = await value("SELECT id FROM attendances")
    pdf = await company_sheet_of(attendance, company=company, secret_key=SECRET)
    found = await rows("SELECT number FROM badges WHERE attendance = $1 ORDER BY number", attendance)
    assert [one["number"] for one in found] == [1, 2]
    assert len(read(pages(pdf, 4)[0])) == 2
    lines = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded().splitlines()
    assert (lines.count("ENTREPRISE"), lines.count("Horlogerie du Doubs"), len(lines)) == (2, 2, 12)


async def test_a_company_that_comes_with_fewer_people_prints_as_many_badges(db):
    lycee, _, company = await a_day()
    attendance = await value("SELECT id FROM attendances")
    await company_sheet_of(attendance, company=company, secret_key=SECRET)
    await change(attendance, TellComing(people=1, role="mentorat", message=""), company=company, by=1, now=NOW)
    pdf = await company_sheet_of(attendance, company=company, secret_key=SECRET)
    assert len(read(pages(pdf, 4)[0])) == 1
    day = await day_sheet_of(lycee, on=DAY, secret_key=SECRET)
    assert sum(len(read(page)) for page in pages(day, 4)) == 19


async def test_another_company_s_badges_are_not_found(db):
    await a_day()
    with pytest.raises(NotFound):
        await company_sheet_of(
            await value("SELECT id FROM attendances"), company=await builders.company(), secret_key=SECRET
        )


async def test_a_day_of_another_key_is_refused_and_nothing_is_issued_under_it(db):
    lycee, _, _ = await a_day()
    await day_sheet_of(lycee, on=DAY, secret_key=SECRET)
    with pytest.raises(SecretChanged):
        await day_sheet_of(lycee, on=DAY, secret_key=SECRET + " changed")
    assert await value("SELECT count(*) FROM badges") == 20
