"""A lycée's hosts invite their colleagues."""

from __future__ import annotations

from tests import builders
from tests.browsing import Browser, read
from workshops.database import row, rows, value

HERE = "/lycee/collegues"


async def a_host(app) -> tuple[Browser, int]:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    helene = await builders.person(
        "host", "helene@example.org", name="Hélène Faivre", last_seen_at=builders.NOW, school=lycee
    )
    return await Browser(app).sign_in(helene), lycee


async def test_a_host_invites_a_colleague_who_is_then_listed_until_she_comes(app):
    host, lycee = await a_host(app)
    sent = await host.post(HERE, {"name": "Anne Roy", "email": "Anne.Roy@example.org"})
    assert "personne-invitee" in sent.headers["location"]
    held = await row(
        "SELECT m.role, m.school FROM memberships m JOIN accounts a ON a.id = m.account WHERE a.name = 'Anne Roy'"
    )
    assert tuple(held) == ("host", lycee)
    page = read(await host.get(HERE))
    assert ("Hélène Faivre · vous" in page, "Invités, pas encore venus Anne Roy" in page) == (True, True)
    again = await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    assert "deja-invitee" in again.headers["location"]
    assert await value("SELECT count(*) FROM notices") == 1


async def test_she_sends_it_again_or_withdraws_it_in_her_own_lycee_alone(app):
    host, _ = await a_host(app)
    other, _ = await a_host_elsewhere(app)
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    anne = await value("SELECT m.id FROM memberships m JOIN accounts a ON a.id = m.account WHERE a.name = 'Anne Roy'")
    for act in ("renvoi", "retrait"):
        assert (await other.post(f"{HERE}/{anne}/{act}")).status_code == 404
    today = await host.post(f"{HERE}/{anne}/renvoi")
    assert (today.status_code, "L'invitation est partie il y a moins d'un jour" in read(today)) == (409, True)
    gone = await host.post(f"{HERE}/{anne}/retrait")
    assert "invitation-retiree" in gone.headers["location"]
    assert await rows("SELECT 1 FROM accounts WHERE name = 'Anne Roy'") == []


async def a_host_elsewhere(app) -> tuple[Browser, int]:
    lycee = await builders.school(kind="lycee")
    paul = await builders.person("host", "paul@example.org", school=lycee)
    return await Browser(app).sign_in(paul), lycee


async def test_a_host_invites_twenty_people_in_a_quarter_of_an_hour_at_most(app):
    host, _ = await a_host(app)
    for n in range(20):
        await host.post(HERE, {"name": "Anne Roy", "email": f"a{n}@example.org"})
    stopped = await host.post(HERE, {"name": "Anne Roy", "email": "a20@example.org"})
    assert (stopped.status_code, "Trop d'essais" in read(stopped)) == (429, True)
    assert await value("SELECT count(*) FROM accounts WHERE email = 'a20@example.org'") == 0


async def test_what_cannot_be_an_address_is_refused_and_stays_typed(app):
    host, _ = await a_host(app)
    answer = await host.post(HERE, {"name": "Anne Roy", "email": "anne"})
    assert (answer.status_code, 'value="Anne Roy"' in answer.text) == (422, True)
