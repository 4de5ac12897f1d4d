from __future__ import annotations

import pypdfium2
import pytest

from booking.day.badges.presets import PlaceBadges
from booking.day.badges.print_sheet import calibration_of, sheet_of
from booking.day.badges.queries import IssuedBadge, badges_of, printed_badges
from booking.day.badges.rules import NoBadges, PrintedGroup, SecretChanged
from booking.process.settings import read_settings
from booking.visits.badge_codes.rules import hash_of, short_code_of, shown_code, token_of
from booking.words.wording import MARKS
from tests import builders
from tests.booking.day.badges.printing import pages, read
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound

SECRET = read_settings().secret_key


async def visit(**more: object) -> int:
    host = await builders.school(kind="lycee", name="Lycée polyvalent Jules Haag")
    slot = await builders.slot(host=host, starts_at=builders.paris("2027-03-25 00:30"))
    group = await builders.group(name="4e B")
    return await builders.reservation(slot=slot, group=group, **{"pupils": 12, "mark": 2} | more)


async def test_a_scanned_token_finds_its_badge_by_its_hash(db):
    reservation = await visit()
    tokens = await builders.badges(reservation)
    found = await rows(
        "SELECT reservation, kind, number, short_code FROM badges WHERE token_hash = $1", hash_of(tokens[6])
    )
    assert [tuple(badge) for badge in found] == [(reservation, "pupil", 7, short_code_of(tokens[6]))]
    assert await value("SELECT count(*) FROM badges WHERE token_hash = $1", tokens[6].encode()) == 0


async def test_a_visit_lists_its_badges_pupils_first_and_says_which_are_revoked(db):
    reservation = await visit()
    spare = await builders.badges(reservation, numbers=1, kind="spare")
    pupils = await builders.badges(reservation, numbers=2)
    await value("UPDATE badges SET revoked_at = now() WHERE number = 2")
    assert await badges_of(reservation) == [
        IssuedBadge(2, "pupil", 1, short_code_of(pupils[0]), revoked=False),
        IssuedBadge(3, "pupil", 2, short_code_of(pupils[1]), revoked=True),
        IssuedBadge(1, "spare", 1, short_code_of(spare[0]), revoked=False),
    ]
    assert [(badge.face, badge.shown_code) for badge in await badges_of(reservation)][2] == (
        "R1",
        shown_code(short_code_of(spare[0])),
    )


async def test_what_is_printed_is_derived_again_and_says_the_day_at_the_school(db):
    reservation = await visit()
    tokens = await builders.badges(reservation)
    printed = await printed_badges(reservation, SECRET)
    assert [badge.token for badge in printed.badges] == tokens
    assert printed.title == "Badges, 4e B, jeudi 25 mars 2027"
    assert printed.group == PrintedGroup("4e B", MARKS[2], "Lycée polyvalent Jules Haag", "jeudi 25 mars 2027")


async def test_a_visit_booked_before_adults_and_spares_had_badges_gets_them_when_it_is_printed(db):
    reservation = await visit()
    tokens = await builders.badges(reservation)
    pdf = await sheet_of(reservation, secret_key=SECRET, placed=PlaceBadges(preset="avery-l7160", start=3))
    salt = await value("SELECT badge_salt FROM reservations WHERE id = $1", reservation)
    others = [token_of(SECRET, salt, kind, number) for kind in ("adult", "spare") for number in (1, 2)]
    assert sorted(read(pages(pdf, 4)[0])) == sorted([*tokens, *others])
    found = await rows("SELECT kind FROM badges WHERE token_hash = ANY ($1::bytea[])", [hash_of(one) for one in others])
    assert sorted(one["kind"] for one in found) == ["adult", "adult", "spare", "spare"]


async def test_a_revoked_badge_is_not_printed(db):
    reservation = await visit(pupils=3)
    tokens = await builders.badges(reservation, numbers=3)
    await value("UPDATE badges SET revoked_at = now() WHERE number = 2")
    printed = read(pages(await sheet_of(reservation, secret_key=SECRET), 4)[0])
    assert [token in printed for token in tokens] == [True, False, True]


async def test_no_name_of_a_person_or_of_the_college_is_in_the_document(db):
    claire = await builders.account(name="Claire Renaud")
    college = await builders.school(name="Collège Stendhal")
    slot = await builders.slot(host=await builders.school(kind="lycee", name="Lycée Jules Haag"))
    group = await builders.group(school=college, teacher=claire, name="4e B")
    reservation = await builders.reservation(slot=slot, group=group, by=claire, pupils=1)
    (token,) = await builders.badges(reservation)
    await value("UPDATE reservations SET adults = 1")
    (adult,), spares = (
        await builders.badges(reservation, kind="adult"),
        await builders.badges(reservation, kind="spare", numbers=2),
    )
    document = pypdfium2.PdfDocument(await sheet_of(reservation, secret_key=SECRET))
    assert sorted(document[0].get_textpage().get_text_bounded().splitlines()) == sorted(
        ["1", "A1", "ADULTE", "R1", "R2", "RÉSERVE", "RÉSERVE"]
        + [shown_code(short_code_of(one)) for one in (token, adult, *spares)]
        + 4 * ["4e B", "Lycée Jules Haag", "jeudi 25 mars 2027"]
    )
    about = document.get_metadata_dict(skip_empty=True)
    assert (about["Title"], about["Author"]) == ("Badges, 4e B, jeudi 25 mars 2027", "Technilab")


async def test_a_visit_that_does_not_exist_is_not_found(db):
    assert await badges_of(404) == []
    with pytest.raises(NotFound):
        await sheet_of(404, secret_key=SECRET)


@pytest.mark.parametrize("state", ["waiting", "requested", "cancelled_by_teacher", "called_off"])
async def test_a_visit_that_is_not_confirmed_has_nothing_to_print(db, state: str):
    reservation = await visit(state=state)
    await builders.badges(reservation)
    with pytest.raises(NoBadges):
        await sheet_of(reservation, secret_key=SECRET)


async def test_badges_that_no_desk_would_know_are_not_printed(db):
    reservation = await visit()
    await builders.badges(reservation)
    with pytest.raises(SecretChanged):
        await sheet_of(reservation, secret_key=SECRET + " changed")


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"preset": "avery-l7160", "start": 22, "dy_mm": 50}, ["start", "dy_mm"]),
        ({"dx_mm": float("nan")}, ["dx_mm"]),
        ({"preset": "../a4"}, ["preset"]),
        ({"preset": "L0000"}, ["preset"]),
    ],
)
def test_what_cannot_be_placed_is_refused(asked, wrong):
    with pytest.raises(Invalid) as refused:
        PlaceBadges(**asked)
    assert list(refused.value.errors) == wrong


async def test_the_test_page_is_asked_for_by_the_name_of_the_labels():
    document = pypdfium2.PdfDocument(await calibration_of(PlaceBadges(preset="L7163", dx_mm=0.5)))
    assert document.get_metadata_dict(skip_empty=True)["Title"] == "Page de réglage, Avery L7163"
