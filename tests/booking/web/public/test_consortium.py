from __future__ import annotations

from datetime import date

from tests import builders, builders_bts1
from tests.browsing import read
from tests.builders import paris


async def test_each_partner_is_told_with_its_role_since_when_and_what_it_did_this_year(visitor):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    firm = await builders.company(name="Horlogerie du Doubs")
    university = await builders_bts1.partner(web="https://www.example.org")
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag, Besançon", role="Reçoit.", school=lycee)
    await builders_bts1.partner(kind="entreprise", name="Horlogerie du Doubs", role="Vient.", company=firm)
    course = await builders_bts1.opened(school=lycee)
    await builders._insert("bts1_partners", course=course, kind="universite", name="UMLP", partner=university)
    slot = await builders.slot(host=lycee, starts_at=paris("2026-11-12 09:00"), state="done")
    await builders.turnout(slot=slot, counted=23)
    await builders.company_turnout(slot=slot, company=firm)
    ahead = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=ahead, group=await builders.group())
    answer = await visitor.get("/consortium")
    shown = read(answer)
    assert (
        "Organismes (1) Université Marie et Louis Pasteur Délivre les diplômes."
        " Université · depuis septembre 2025 · Site de Université Marie et Louis Pasteur 1 formation BTS+1"
    ) in shown
    assert (
        "Lycées (1) Lycée Jules Haag, Besançon Reçoit. depuis septembre 2025"
        " 1 visite reçue , 23 élèves 1 visite à venir 1 formation BTS+1"
    ) in shown
    assert "Entreprises (1) Horlogerie du Doubs Vient. depuis septembre 2025 1 venue à une visite" in shown
    assert 'href="https://www.example.org"' in answer.text


async def test_so_few_pupils_are_not_told_in_public(visitor):
    lycee = await builders.school(kind="lycee")
    await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=lycee)
    slot = await builders.slot(host=lycee, starts_at=paris("2026-11-12 09:00"), state="done")
    await builders.turnout(slot=slot, counted=4)
    assert "1 visite reçue , élèves : masqué" in read(await visitor.get("/consortium"))


async def test_who_has_left_and_who_is_yet_to_come_are_not_shown(visitor):
    await builders_bts1.partner(kind="cnam", name="Parti", to_on=date(2027, 1, 10))
    await builders_bts1.partner(kind="uimm", name="Attendu", from_on=date(2027, 1, 12))
    shown = read(await visitor.get("/consortium"))
    assert "La liste des partenaires n'est pas encore publiée" in shown
    assert ("Parti " in shown, "Attendu" in shown) == (False, False)


async def test_the_footer_of_every_page_leads_there(visitor):
    assert '<a href="/consortium">Le consortium</a>' in (await visitor.get("/creneaux")).text
