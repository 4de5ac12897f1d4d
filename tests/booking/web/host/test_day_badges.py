from __future__ import annotations

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW


async def signed_in(app, role: str, **whose: int) -> Browser:
    account = await builders.account()
    await builders.membership(account, role, **whose)
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
