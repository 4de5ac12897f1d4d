from __future__ import annotations

from datetime import date

import pytest

from tests import builders, builders_bts1
from tests.builders import NOW
from workshops.database import value
from workshops.partners.queries import partner, partners
from workshops.partners.rules import PartnerKind, PartnerKnown, is_web
from workshops.partners.welcome import ChangePartner, WelcomePartner, change_partner, remove_partner, welcome
from workshops.refusals import Invalid, NotFound

SINCE = date(2025, 9, 1)


async def join(**card) -> int:
    return await welcome(WelcomePartner(**{"role": "Forme", "from_on": SINCE} | card), by=None, now=NOW)


async def test_a_body_a_lycee_and_a_company_are_welcomed_under_their_own_names(db):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    firm = await builders.company(name="Horlogerie du Doubs")
    await welcome(
        WelcomePartner(kind=PartnerKind.ENTREPRISE, company=firm, role="Mentore", from_on=SINCE), by=None, now=NOW
    )
    await welcome(
        WelcomePartner(kind=PartnerKind.LYCEE, school=lycee, name="Autrement", role="Reçoit", from_on=SINCE),
        by=None,
        now=NOW,
    )
    cnam = {"kind": PartnerKind.CNAM, "name": " Cnam  BFC ", "web": "https://www.example.org"}
    await join(**cnam)
    assert [(one.kind, one.name) for one in await partners()] == [
        ("cnam", "Cnam BFC"),
        ("lycee", "Lycée Jules Haag, Besançon"),
        ("entreprise", "Horlogerie du Doubs"),
    ]


async def test_an_accent_does_not_send_a_name_to_the_end(db):
    for name in ("Scierie", "Énergies", "électronique", "Forges"):
        await welcome(
            WelcomePartner(kind=PartnerKind.AUTRE, name=name, role="Mentore", from_on=SINCE), by=None, now=NOW
        )
    assert [one.name for one in await partners()] == ["électronique", "Énergies", "Forges", "Scierie"]


async def test_nobody_is_listed_twice(db):
    lycee = await builders.school(kind="lycee")
    firm = await builders.company()
    for asked in (
        {"kind": PartnerKind.LYCEE, "school": lycee},
        {"kind": PartnerKind.ENTREPRISE, "company": firm},
        {"kind": PartnerKind.CNAM, "name": "Cnam BFC"},
    ):
        await join(**asked)
        with pytest.raises(PartnerKnown):
            await join(**asked)
    with pytest.raises(PartnerKnown):
        await welcome(
            WelcomePartner(kind=PartnerKind.CNAM, name="CNAM BFC", role="Forme", from_on=SINCE), by=None, now=NOW
        )
    assert await value("SELECT count(*) FROM partners") == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"school": 1}, "school"),
        ({"company": 1}, "company"),
        ({"kind": PartnerKind.LYCEE}, "school"),
        ({"kind": PartnerKind.ENTREPRISE}, "company"),
        ({"web": "javascript:alert(1)"}, "web"),
        ({"to_on": date(2025, 8, 31)}, "to_on"),
    ],
)
async def test_a_partner_that_is_not_wholly_told_is_refused_at_its_field(db, wrong, field):
    asked = {"kind": PartnerKind.CNAM, "name": "Cnam"}
    with pytest.raises(Invalid) as no:
        await join(**asked | wrong)
    assert list(no.value.errors) == [field]


async def test_a_lycee_or_a_company_that_is_not_known_is_refused(db):
    college = await builders.school()
    for wrong in ({"kind": PartnerKind.LYCEE, "school": college}, {"kind": PartnerKind.ENTREPRISE, "company": 999}):
        with pytest.raises(Invalid):
            await join(**wrong)


async def test_a_partner_is_corrected_leaves_and_a_mistake_goes(db):
    made = await builders_bts1.partner(kind="cnam", name="Cnam")
    other = await builders_bts1.partner(kind="cnam", name="Cnam BFC")
    forme = {"role": "Forme", "from_on": SINCE}
    await change_partner(made, ChangePartner(name="Cnam Est", **forme, to_on=date(2026, 6, 30)), by=1, now=NOW)
    kept = await partner(made)
    assert (kept.name, kept.role, kept.to_on) == ("Cnam Est", "Forme", date(2026, 6, 30))
    assert [kept.member_on(date(2026, 6, day)) for day in (29, 30)] == [True, True]
    assert (kept.member_on(date(2026, 7, 1)), kept.member_on(date(2025, 8, 31))) == (False, False)
    with pytest.raises(PartnerKnown):
        await change_partner(made, ChangePartner(name="cnam bfc", **forme), by=1, now=NOW)
    await remove_partner(other, by=1, now=NOW)
    for act in (
        remove_partner(other, by=None, now=NOW),
        change_partner(other, ChangePartner(name="X", **forme), by=None, now=NOW),
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
    ],
)
def test_a_site_is_the_address_of_a_page(address, fine):
    assert is_web(address) is fine
