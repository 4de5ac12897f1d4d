"""« Mon collège »: what a teacher finds from her menu."""

from __future__ import annotations

from tests import builders
from tests.booking.web.account.test_sign_up import MAILBOX, signed_up
from tests.browsing import Browser, read
from tests.builders import NOW


async def test_the_menu_leads_to_the_visa_the_colleagues_who_wait_the_outings_and_what_was_left(app):
    app.state.clock = lambda: NOW
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school(name="Collège Stendhal", commune="Besançon", mail=MAILBOX)
    other = await builders.school(name="Collège Victor Hugo", commune="Besançon")
    marc = await builders.person("teacher", name="Marc Petit", school=college)
    paul = await builders.person("teacher", name="Paul Roy", school=other)
    await builders.group(school=college, teacher=await builders.account(name="Anne Vey"), name="4e B")
    claire = await signed_up(app)
    told = {}
    for who in (marc, paul):
        browser = await Browser(app, now=NOW).sign_in(who)
        assert '<a href="/mon-college">Mon collège</a>' in (await browser.get("/mes-visites")).text
        told[who] = read(await browser.get("/mon-college"))
    assert (
        "Collègues 1 attend votre réponse Groupes et visites sans enseignant 1 groupe à reprendre"
        " Visa du chef d'établissement pas demandé Page des sorties, pour le chef d'établissement pas envoyée"
    ) in told[marc]
    assert "Collègues personne n'attend Groupes et visites sans enseignant rien à reprendre" in told[paul]
    assert "Mon collège" not in read(await claire.get("/mes-visites"))
