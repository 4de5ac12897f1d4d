"""What people do most takes few taps on a phone, by what is visible alone, and says so in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests import builders
from tests.browser.test_office import a_coordinator
from tests.browser.world import a_whole_world
from tests.journeys.taps import PAGES, TASKS, Phone, print_due_paper
from workshops.database import value

pytestmark = pytest.mark.browser


@pytest.fixture
async def phone(browse):
    """`await phone(account, path)`: a phone on a page of one's own."""

    async def on(account: int, path: str) -> Phone:
        return Phone(await browse(path, width=390, height=844, signed_in=account))

    return on


async def test_a_class_is_booked_by_three_taps_from_a_teachers_first_page(db, phone):
    world = await a_whole_world()
    for days in (20, 27, 34):
        await builders.slot(workshop=world["workshop"], starts_at=datetime.now(UTC) + timedelta(days=days), seats=60)
    before = await value("SELECT count(*) FROM reservations")
    task = TASKS["class booked"]
    teacher = await phone(world["teacher"], task.start)
    await task.walk(teacher)
    await expect(teacher.page.locator(".said, main h1").first).to_be_visible()
    assert (teacher.taps, await value("SELECT count(*) FROM reservations")) == (task.most, before + 1)


async def test_the_paper_that_is_due_is_one_tap_from_the_visit_whose_page_holds_250_words(db, phone):
    world = await a_whole_world()
    teacher = await phone(world["teacher"], f"/reservations/{world['reservation']}")
    assert await teacher.words() <= 250
    await print_due_paper(teacher)
    assert teacher.taps == 1


async def test_a_late_target_is_explained_by_one_tap(db, phone):
    await builders.target()
    task = TASKS["late target explained"]
    coordinator = await phone(await a_coordinator(), task.start)
    await task.walk(coordinator)
    await expect(coordinator.page.get_by_text("Rythme régulier aujourd'hui").first).to_be_visible()
    assert coordinator.taps == task.most


async def test_a_company_takes_its_next_session_by_one_tap(db, phone):
    world = await a_whole_world()
    await builders.slot(
        workshop=world["workshop"], starts_at=datetime.now(UTC) + timedelta(days=12), company_places=4, seats=48
    )
    task = TASKS["company's next session"]
    company = await phone(world["company"], task.start)
    await task.walk(company)
    await expect(company.page.get_by_role("heading", level=1)).to_contain_text("venue")
    assert company.taps == task.most


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_that_lists_holds_few_words(db, phone, name):
    role, path, most = PAGES[name]
    world = await a_whole_world()
    for day in range(60):
        starts_at = datetime.now(UTC) + timedelta(days=12 + day)
        await builders.slot(starts_at=starts_at, seats=48, company_places=4)
    reader = await phone(world[role], path)
    assert 20 < await reader.words() <= most
