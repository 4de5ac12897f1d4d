"""The principal's page when a visa was noted from paper: reading it changes nothing, a button takes it back."""

from __future__ import annotations

import re
from datetime import timedelta

from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.telling import tell
from workshops.database import rows, value

PAPER = {"signed_by": "Mme Perrin", "signed_on": "2027-01-08"}


async def a_demand(who: str) -> tuple[int, int]:
    """A teacher's demand at a collège that asks for its principal's visa; also her account."""
    college = await builders.school(needs_approval=True, principal_mail=f"principal-{who}@example.org")
    teacher = await builders.account(f"{who}@example.org", name="Claire Renaud")
    await builders.membership(teacher, "teacher", school=college)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.person("host", f"lycee-{who}@example.org", school=lycee)
    slot, group = await builders.slot(host=lycee), await builders.group(school=college, name="4e B", teacher=teacher)
    return await builders.reservation(
        slot=slot, group=group, by=teacher, state="requested", hold_until=NOW + timedelta(days=5)
    ), teacher


async def heard() -> list[tuple[str, str]]:
    await tell()
    found = await rows("SELECT kind, to_email FROM notices WHERE kind <> 'sign_in' ORDER BY kind, to_email")
    return [tuple(one) for one in found]


async def test_a_paper_visa_that_the_principal_does_not_know_is_taken_back_from_the_mail(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_demand("claire")
    other, _ = await a_demand("denis")
    teacher = await Browser(app, now=NOW).sign_in(claire)
    await teacher.post(f"/reservations/{visit}/visa-papier", PAPER | {"note": "Mme Perrin, le 8 janvier"})
    assert await value("SELECT state FROM reservations WHERE id = $1", visit) == "confirmed"
    assert ("paper_visa_noted", "principal-claire@example.org") in await heard()
    token = await value("SELECT secret FROM notices WHERE kind = 'paper_visa_noted'")
    await rows("DELETE FROM notices")
    principal = Browser(app)
    for _ in range(2):
        page = read(await principal.get(f"/visa/papier/{token}"))
    assert "Visa papier Mme Perrin, vendredi 8 janvier 2027 Groupe 4e B" in page
    assert await value("SELECT state FROM reservations WHERE id = $1", visit) == "confirmed"
    page = read(await principal.post(f"/visa/papier/{token}"))
    assert "Le visa papier est retiré Un mail le dit à Claire Renaud et au lycée." in page
    found = "SELECT r.state, s.seats_taken FROM reservations r JOIN slots s ON s.id = r.slot ORDER BY r.id"
    assert [tuple(one) for one in await rows(found)] == [("requested", 24), ("requested", 24)]
    assert await heard() == [
        ("approval_asked", "principal-claire@example.org"),
        ("visa_taken_back", "claire@example.org"),
        ("visa_taken_back_host", "lycee-claire@example.org"),
    ]
    again = await principal.post(f"/visa/papier/{token}")
    assert (again.status_code, "Ce visa papier n'est plus à retirer" in read(again)) == (410, True)
    assert await value("SELECT state FROM reservations WHERE id = $1", other) == "requested"


async def test_a_link_of_another_kind_takes_nothing_back(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_demand("claire")
    teacher = await Browser(app, now=NOW).sign_in(claire)
    await teacher.post(f"/reservations/{visit}/visa-relance")
    asked = await value("SELECT secret FROM notices WHERE kind = 'approval_asked'")
    assert (await Browser(app).get(f"/visa/papier/{asked}")).status_code == 410
    assert (await Browser(app).get(f"/visa/{asked}")).status_code == 200


async def test_what_to_do_names_the_colleges_whose_visas_are_all_on_paper(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_demand("claire")
    signed, _ = await a_demand("denis")
    coordinator = await Browser(app, now=NOW).sign_in(await builders.person("coordinator", "coordination@example.org"))
    teacher = await Browser(app, now=NOW).sign_in(claire)

    async def lines() -> list[str]:
        page = (await coordinator.get("/gestion/a-faire")).text
        return re.findall(r"1 visa noté sur papier", page)

    assert await lines() == []
    await teacher.post(f"/reservations/{visit}/visa-papier", PAPER)
    await rows("UPDATE reservations SET state = 'confirmed', signed_host = 1 WHERE id = $1", signed)
    assert await lines() == ["1 visa noté sur papier"]
    # Another visit of the same collège that its principal signs by her link: no more so.
    await rows(
        "UPDATE reservations SET school = (SELECT school FROM reservations WHERE id = $1) WHERE id = $2",
        *(visit, signed),
    )
    assert await lines() == []


async def test_a_college_without_anybody_to_ask_reads_so_and_where_to_say_whom(app):
    app.state.clock = lambda: NOW
    visit, claire = await a_demand("claire")
    college = await value("SELECT school FROM reservations WHERE id = $1", visit)
    await rows("UPDATE schools SET principal_mail = '', principal_confirmed_at = NULL WHERE id = $1", college)
    nadia = await builders.person("coordinator", "nadia@example.org")
    teacher = await Browser(app, now=NOW).sign_in(claire)
    await teacher.post(f"/reservations/{visit}/visa-papier", PAPER)
    assert ("paper_visa_noted", "nadia@example.org") in await heard()
    assert "demandé à personne" not in read(await teacher.get("/mes-visites"))
    token = await value("SELECT secret FROM notices WHERE kind = 'paper_visa_noted'")
    office = Browser(app)
    page = read(await office.get(f"/visa/papier/{token}"))
    assert "le visa sera demandé quand le collège aura donné l'adresse de sa direction" in page
    page = read(await office.post(f"/visa/papier/{token}"))
    assert "le visa n'est demandé à personne avant qu'un enseignant du collège donne l'adresse de la direction" in page
    for address in ("/mes-visites", f"/reservations/{visit}"):
        shown = await teacher.get(address)
        assert "n'a pu être demandé à personne : votre collège n'a pas d'adresse confirmée" in read(shown)
        assert 'href="/mon-college#visa"' in shown.text
    coordination = await Browser(app, now=NOW).sign_in(nadia)
    assert "1 visite attend un visa qui n'a pu être demandé à personne" in read(
        await coordination.get("/gestion/a-faire")
    )
    page = read(await coordination.get(f"/gestion/etablissements/{college}"))
    assert "Le visa ne peut être demandé à personne. Demandez l'adresse de la direction au collège" in page
