from __future__ import annotations

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW


async def signed_in(app, role: str, **whose: int) -> Browser:
    account = await builders.person(role, **whose)
    return await Browser(app, now=NOW).sign_in(account)


async def test_a_host_sees_what_the_day_s_pile_holds_and_downloads_it(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    await builders.reservation(slot=slot, group=await builders.group(name="4e B"), pupils=24, adults=2)
    await builders.attendance(slot=slot, company=await builders.company(name="Horlogerie du Doubs"))
    host = await signed_in(app, "host", school=lycee)
    seen = read(await host.get("/lycee/badges?jour=2027-03-25"))
    assert "31 badges dans un seul PDF" in seen
    assert ("4e B" in seen, "Horlogerie du Doubs" in seen) == (True, True)
    sheet = await host.get("/lycee/badges.pdf?jour=2027-03-25&preset=avery-l7160")
    assert (sheet.content[:5], sheet.headers["content-disposition"]) == (
        b"%PDF-",
        'attachment; filename="badges-2027-03-25.pdf"',
    )
    assert "Personne n'est attendu ce jour-là" in read(await host.get("/lycee/badges"))
    assert (await host.get("/lycee/badges.pdf")).status_code == 409


async def test_a_company_downloads_its_own_badges_and_no_other_s(app):
    company, other = await builders.company(), await builders.company()
    coming = await builders.attendance(slot=await builders.slot(), company=company)
    own, stranger = await signed_in(app, "company", company=company), await signed_in(app, "company", company=other)
    assert (await own.get(f"/venues/{coming}/badges.pdf")).content[:5] == b"%PDF-"
    assert (await stranger.get(f"/venues/{coming}/badges.pdf")).status_code == 404


async def test_a_day_that_cannot_be_read_is_a_sentence_beside_it(app):
    app.state.clock = lambda: NOW
    host = await signed_in(app, "host", school=await builders.school(kind="lycee"))
    for path in ("/lycee/badges?jour=31/02/2027", "/lycee/badges.pdf?jour=demain"):
        answer = await host.get(path)
        assert answer.status_code == 422
        assert "Jour : écrivez une date, par exemple 25/03/2027." in read(answer)
        assert "Badges du lundi 11 janvier 2027" in read(answer)
        assert 'id="jour-erreur"' in answer.text


async def test_a_wrong_offset_keeps_the_day_and_the_form(app):
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    await builders.reservation(slot=slot, group=await builders.group(name="4e B"), pupils=24, adults=2)
    host = await signed_in(app, "host", school=lycee)
    answer = await host.get("/lycee/badges.pdf?jour=2027-03-25&dx_mm=99")
    assert (answer.status_code, "Badges du jeudi 25 mars 2027" in read(answer)) == (422, True)
    assert "Décalage vers la droite : écrivez un nombre de -10 à 10." in read(answer)
    assert ('value="99"' in answer.text, 'name="jour" value="2027-03-25"' in answer.text) == (True, True)
