from __future__ import annotations

from datetime import date

import pytest

from tests import builders, builders_bts1
from tests.builders import NOW
from workshops.database import value
from workshops.partners.queries import partner, partners
from workshops.partners.rules import PartnerKnown, is_web
from workshops.partners.welcome import change_partner, remove_partner, welcome
from workshops.refusals import Invalid, NotFound

SINCE = date(2025, 9, 1)


async def test_a_body_a_lycee_and_a_company_are_welcomed_under_their_own_names(db):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    firm = await builders.company(name="Horlogerie du Doubs")
    await welcome(kind="entreprise", company=firm, role="Mentore", from_on=SINCE, by=None, now=NOW)
    await welcome(kind="lycee", school=lycee, name="Autrement", role="Reçoit", from_on=SINCE, by=None, now=NOW)
    await welcome(
        kind="cnam", name=" Cnam  BFC ", role="Forme", from_on=SINCE, web="https://www.example.org", by=None, now=NOW
    )
    assert [(one.kind, one.name) for one in await partners()] == [
        ("cnam", "Cnam BFC"),
        ("lycee", "Lycée Jules Haag, Besançon"),
        ("entreprise", "Horlogerie du Doubs"),
    ]


async def test_an_accent_does_not_send_a_name_to_the_end(db):
    for name in ("Scierie", "Énergies", "électronique", "Forges"):
        await welcome(kind="autre", name=name, role="Mentore", from_on=SINCE, by=None, now=NOW)
    assert [one.name for one in await partners()] == ["électronique", "Énergies", "Forges", "Scierie"]


async def test_nobody_is_listed_twice(db):
    lycee = await builders.school(kind="lycee")
    firm = await builders.company()
    for asked in (
        {"kind": "lycee", "school": lycee},
        {"kind": "entreprise", "company": firm},
        {"kind": "cnam", "name": "Cnam BFC"},
    ):
        await welcome(**asked, role="Forme", from_on=SINCE, by=None, now=NOW)
        with pytest.raises(PartnerKnown):
            await welcome(**asked, role="Forme", from_on=SINCE, by=None, now=NOW)
    with pytest.raises(PartnerKnown):
        await welcome(kind="cnam", name="CNAM BFC", role="Forme", from_on=SINCE, by=None, now=NOW)
    assert await value("SELECT count(*) FROM partners") == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "mairie"}, "kind"),
        ({"name": ""}, "name"),
        ({"role": " "}, "role"),
        ({"school": 1}, "school"),
        ({"company": 1}, "company"),
        ({"kind": "lycee"}, "school"),
        ({"kind": "entreprise"}, "company"),
        ({"web": "javascript:alert(1)"}, "web"),
        ({"from_on": date(1999, 1, 1)}, "from_on"),
        ({"to_on": date(2025, 8, 31)}, "to_on"),
    ],
)
async def test_a_partner_that_is_not_wholly_told_is_refused_at_its_field(db, wrong, field):
    asked = {"kind": "cnam", "name": "Cnam", "role": "Forme", "from_on": SINCE}
    with pytest.raises(Invalid) as no:
        await welcome(**asked | wrong, by=None, now=NOW)
    assert list(no.value.errors) == [field]


async def test_a_lycee_or_a_company_that_is_not_known_is_refused(db):
    college = await builders.school()
    for wrong in ({"kind": "lycee", "school": college}, {"kind": "entreprise", "company": 999}):
        with pytest.raises(Invalid):
            await welcome(**wrong, role="Forme", from_on=SINCE, by=None, now=NOW)


async def test_a_partner_is_corrected_leaves_and_a_mistake_goes(db):
    made = await builders_bts1.partner(kind="cnam", name="Cnam")
    other = await builders_bts1.partner(kind="cnam", name="Cnam BFC")
    await change_partner(made, name="Cnam Est", role="Forme", from_on=SINCE, to_on=date(2026, 6, 30), by=1, now=NOW)
    kept = await partner(made)
    assert (kept.name, kept.role, kept.to_on) == ("Cnam Est", "Forme", date(2026, 6, 30))
    assert [kept.member_on(date(2026, 6, day)) for day in (29, 30)] == [True, True]
    assert (kept.member_on(date(2026, 7, 1)), kept.member_on(date(2025, 8, 31))) == (False, False)
    with pytest.raises(PartnerKnown):
        await change_partner(made, name="cnam bfc", role="Forme", from_on=SINCE, to_on=None, by=1, now=NOW)
    await remove_partner(other, by=1, now=NOW)
    for act in (
        remove_partner(other, by=None, now=NOW),
        change_partner(other, name="X", role="Y", from_on=SINCE, to_on=None, by=None, now=NOW),
    ):
        with pytest.raises(NotFound):
            await act


async def test_a_course_keeps_the_name_of_a_partner_that_is_removed(db):
    course, member = await builders_bts1.course(), await builders_bts1.partner()
    await value(
        "INSERT INTO bts1_partners (course, kind, name, partner) VALUES ($1, 'universite', 'UMLP', $2) RETURNING id",
        course,
        member,
    )
    await remove_partner(member, by=1, now=NOW)
    assert await value("SELECT name FROM bts1_partners WHERE partner IS NULL") == "UMLP"


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("", True),
        ("https://www.example.org/bts", True),
        ("www.example.org", False),
        ("javascript:alert(1)", False),
        ("https://a b", False),
        ("https://" + "x" * 200, False),
    ],
)
def test_a_site_is_the_address_of_a_page(address, fine):
    assert is_web(address) is fine
