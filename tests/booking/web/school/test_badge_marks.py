from __future__ import annotations

import pypdfium2
import pytest

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import rows, value


async def signed_in(app, role: str, school: int) -> Browser:
    account = await builders.person(role, school=school)
    return await Browser(app, now=NOW).sign_in(account)


@pytest.fixture
async def world(app):
    """A teacher's browser and her visit; the lycée's host beside her."""
    app.state.clock = lambda: NOW
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    group = await builders.group(school=college, name="4e B", pupils=3)
    visit = await builders.reservation(
        slot=await builders.slot(host=lycee), group=group, pupils=3, adults=1, by=await builders.account()
    )
    await builders.badges(visit)
    return await signed_in(app, "teacher", college), await signed_in(app, "host", lycee), group, visit


async def names() -> list[str]:
    return [
        one["first_name"] for one in await rows("SELECT first_name FROM badges WHERE kind = 'pupil' ORDER BY number")
    ]


async def test_a_teacher_chooses_first_names_pastes_them_and_reads_them_on_her_badges_alone(world):
    teacher, host, group, visit = world
    assert (await teacher.get(f"/reservations/{visit}/prenoms")).status_code == 409
    await teacher.post(f"/mes-groupes/{group}/prenoms", {})
    answer = await teacher.post(f"/reservations/{visit}/prenoms", {"names": "Inès\r\n\r\nJean-Loup\r\n"})
    assert answer.headers["location"] == f"/reservations/{visit}/badges?fait=prenoms-notes"
    assert await names() == ["Inès", "", "Jean-Loup"]
    seen = [read(await one.get(f"/reservations/{visit}/badges")).count("Inès") for one in (teacher, host)]
    assert seen == [1, 0]
    sheets = [(await one.get(f"/reservations/{visit}/badges.pdf")).content for one in (teacher, host)]
    printed = [pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded().count("Inès") for pdf in sheets]
    assert printed == [1, 0]


async def test_a_full_name_is_refused_and_what_was_typed_comes_back(world):
    teacher, _, group, visit = world
    await teacher.post(f"/mes-groupes/{group}/prenoms", {})
    answer = await teacher.post(f"/reservations/{visit}/prenoms", {"names": "Inès\nLéa Martin"})
    assert answer.status_code == 422
    assert "Léa Martin" in answer.text
    assert await names() == ["", "", ""]


async def test_going_back_to_numbers_erases_the_names(world):
    teacher, _, group, visit = world
    await teacher.post(f"/mes-groupes/{group}/prenoms", {})
    await teacher.post(f"/reservations/{visit}/prenoms", {"names": "Inès"})
    await teacher.post(f"/mes-groupes/{group}/prenoms/effacement", {})
    assert await names() == ["", "", ""]


async def test_no_photo_is_ticked_by_number(world):
    teacher, _, _, visit = world
    answer = await teacher.post(f"/reservations/{visit}/sans-photo", {"no_photo": "2"})
    assert answer.headers["location"] == f"/reservations/{visit}/badges?fait=photos-notees"
    assert await value("SELECT array_agg(number) FROM badges WHERE no_photo") == [2]
    assert read(await teacher.get(f"/reservations/{visit}/badges")).count("Pas de photo") == 2


async def test_another_college_s_teacher_meets_a_404_everywhere(app, world):
    _, _, group, visit = world
    other = await signed_in(app, "teacher", await builders.school())
    assert (await other.get(f"/reservations/{visit}/prenoms")).status_code == 404
    for path in (
        f"/reservations/{visit}/prenoms",
        f"/reservations/{visit}/sans-photo",
        f"/mes-groupes/{group}/prenoms",
        f"/mes-groupes/{group}/prenoms/effacement",
    ):
        assert (await other.post(path, {"names": "Inès", "no_photo": "1"})).status_code == 404
    assert (await names(), await value("SELECT bool_or(no_photo) FROM badges")) == (["", "", ""], False)
