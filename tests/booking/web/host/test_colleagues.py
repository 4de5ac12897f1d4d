"""A lycée's hosts invite their colleagues."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.browsing import Browser, read
from tests.telling import parts_of, tell
from workshops.database import rows, value

HERE = "/lycee/collegues"


async def a_host(app) -> tuple[Browser, int]:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    helene = await builders.person(
        "host", "helene@example.org", name="Hélène Faivre", last_seen_at=builders.NOW, school=lycee
    )
    return await Browser(app).sign_in(helene), lycee


async def letter(name: str, to: str = "anne.roy@example.org") -> str:
    """The words of the one mail of this letter that leaves to her, with its subject first."""
    mails = [mail for mail in await posted(now=datetime.now(UTC)) if mail.message["To"].addresses[0].addr_spec == to]
    (found,) = [f"{mail.message['Subject']}\n{text_of(mail)}" for mail in mails]
    sent = "SELECT count(*) FROM notices WHERE (kind, reader, what) = ($1, $2, $3) AND to_email = $4 AND state = 'sent'"
    assert await value(sent, *parts_of(name), to) == 1
    return found


async def roles_of_anne() -> list[tuple[str, int]]:
    asked = """SELECT m.role, m.school FROM memberships m JOIN accounts a ON a.id = m.account
      WHERE a.email = 'anne.roy@example.org' ORDER BY m.role"""
    return [tuple(one) for one in await rows(asked)]


def link_in(told: str) -> str:
    return re.search(r"/invitations/\S+", told)[0]


async def test_a_colleague_who_is_invited_has_no_role_until_she_accepts(app):
    host, lycee = await a_host(app)
    other, _ = await a_host_elsewhere(app)
    sent = await host.post(HERE, {"name": "Anne Roy", "email": "Anne.Roy@example.org"})
    assert "personne-invitee" in sent.headers["location"]
    assert await value("SELECT count(*) FROM accounts WHERE email = 'anne.roy@example.org'") == 0
    told = await letter("invited//host")
    assert told.startswith("Hélène Faivre vous invite à recevoir les groupes du Lycée Jules Haag\n")
    assert "Rien n'est fait tant que vous n'acceptez pas" in told
    page = read(await host.get(HERE))
    assert ("Hélène Faivre · vous" in page, "n'ont pas encore accepté Anne Roy" in page) == (True, True)
    assert "Anne Roy" not in read(await other.get(HERE))
    again = await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    assert "deja-invitee" in again.headers["location"]

    anne = Browser(app)
    read_there = await anne.get(link_in(told))
    assert "Hélène Faivre vous invite à recevoir les groupes du Lycée Jules Haag" in read(read_there)
    assert await value("SELECT count(*) FROM accounts WHERE email = 'anne.roy@example.org'") == 0
    accepted = await anne.post(link_in(told))
    assert (accepted.status_code, accepted.headers["location"]) == (303, "/lycee?fait=invitation-acceptee")
    assert await roles_of_anne() == [("host", lycee)]
    assert (await anne.get("/lycee")).status_code == 200
    # Who receives there hears and reads that she came in; how to come back is said to her.
    heard = await letter("access/host/host_accepted", to="helene@example.org")
    assert heard.startswith("Anne Roy reçoit les groupes du Lycée Jules Haag avec vous\n")
    assert ("Retirez-la" in heard, "/lycee/collegues" in heard) == (True, True)
    assert re.search(r"Anne Roy · depuis le \S+", read(await host.get(HERE)))
    assert "Pour revenir : un lien par mail, sans mot de passe." in read(await anne.get(accepted.headers["location"]))
    spent = [
        await Browser(app).post(link_in(told)),
        await anne.get(link_in(told)),
        await Browser(app).get(link_in(told)),
    ]
    assert [(one.status_code, "/connexion?next=/lycee" in one.text) for one in spent] == [
        (410, True),
        (410, False),
        (410, True),
    ]
    assert await value("SELECT count(*) FROM host_invitations") == 0


WHO_HEARD = """SELECT n.to_email FROM notices n WHERE n.kind = 'access' AND n.what = 'host_accepted'
AND n.state = 'sent' ORDER BY n.to_email"""


async def test_all_who_receive_with_the_lycee_hear_who_has_come_and_nobody_else(app):
    host, lycee = await a_host(app)
    await a_host_elsewhere(app)
    await builders.person("host", "ines@example.org", school=lycee)
    closed = await builders.person("host", "gone@example.org", school=lycee)
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", closed, builders.NOW)
    await builders.person("coordinator", "nour@example.org")
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    await Browser(app).post(link_in(await letter("invited//host")))
    assert (await letter("access/host/host_accepted", to="ines@example.org")).startswith("Anne Roy reçoit les groupes")
    assert [one["to_email"] for one in await rows(WHO_HEARD)] == ["helene@example.org", "ines@example.org"]


async def test_where_who_invited_receives_no_more_she_hears_nothing_and_her_colleagues_do(app):
    host, lycee = await a_host(app)
    await a_host_elsewhere(app)
    await builders.person("host", "ines@example.org", school=lycee)
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    told = await letter("invited//host")
    await rows("DELETE FROM memberships m USING accounts a WHERE a.id = m.account AND a.email = 'helene@example.org'")
    await Browser(app).post(link_in(told))
    await posted(now=datetime.now(UTC))
    assert [one["to_email"] for one in await rows(WHO_HEARD)] == ["ines@example.org"]


async def test_of_a_colleague_who_received_there_already_nobody_hears(app):
    host, lycee = await a_host(app)
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    told = await letter("invited//host")
    await builders.person("host", "anne.roy@example.org", school=lycee)
    assert (await Browser(app).post(link_in(told))).status_code == 303
    assert await posted(now=datetime.now(UTC)) == []


@pytest.mark.parametrize("gone", ["anne.roy@example.org", "helene@example.org"])
async def test_neither_of_a_colleague_removed_meanwhile_nor_to_one_does_the_letter_leave(app, gone):
    host, _ = await a_host(app)
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    await Browser(app).post(link_in(await letter("invited//host")))
    await tell(now=datetime.now(UTC))
    await rows("DELETE FROM memberships m USING accounts a WHERE a.id = m.account AND a.email = $1", gone)
    assert await posted(now=datetime.now(UTC)) == []


async def test_who_has_an_account_already_accepts_and_then_signs_in_as_ever(app):
    host, lycee = await a_host(app)
    college = await builders.school()
    await builders.person("teacher", "anne.roy@example.org", last_seen_at=builders.NOW, school=college)
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    accepted = await Browser(app).post(link_in(await letter("invited//host")))
    assert accepted.headers["location"] == "/connexion?next=/lycee&fait=invitation-acceptee"
    assert await roles_of_anne() == [("host", lycee), ("teacher", college)]


async def test_an_account_that_was_closed_is_not_opened_by_an_invitation(app):
    host, _ = await a_host(app)
    anne = await builders.person("teacher", "anne.roy@example.org", school=await builders.school())
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    told = await letter("invited//host")
    await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", anne, builders.NOW)
    before = await roles_of_anne()
    refused = await Browser(app).post(link_in(told))
    assert (refused.status_code, await roles_of_anne()) == (410, before)
    assert await value("SELECT disabled_at FROM accounts WHERE id = $1", anne) == builders.NOW


async def test_she_sends_it_again_or_withdraws_it_in_her_own_lycee_alone(app):
    host, _ = await a_host(app)
    other, _ = await a_host_elsewhere(app)
    await host.post(HERE, {"name": "Anne Roy", "email": "anne.roy@example.org"})
    anne = await value("SELECT id FROM host_invitations")
    for act in ("renvoi", "retrait"):
        assert (await other.post(f"{HERE}/invitations/{anne}/{act}")).status_code == 404
    today = await host.post(f"{HERE}/invitations/{anne}/renvoi")
    assert (today.status_code, "L'invitation est partie il y a moins d'un jour" in read(today)) == (409, True)
    told = await letter("invited//host")
    gone = await host.post(f"{HERE}/invitations/{anne}/retrait")
    assert "invitation-retiree" in gone.headers["location"]
    assert await rows("SELECT 1 FROM host_invitations") == []
    assert (await Browser(app).post(link_in(told))).status_code == 410
    assert await rows("SELECT 1 FROM accounts WHERE email = 'anne.roy@example.org'") == []


async def test_a_host_removes_a_host_who_hears_it_and_never_the_last(app):
    host, lycee = await a_host(app)
    other, _ = await a_host_elsewhere(app)
    seen = {"name": "Anne Roy", "last_seen_at": builders.NOW}
    anne = await builders.person("host", "anne.roy@example.org", school=lycee, **seen)
    hers = await Browser(app).sign_in(anne)
    held = {
        one["account"]: one["id"] for one in await rows("SELECT id, account FROM memberships WHERE school = $1", lycee)
    }
    assert (await hers.get("/lycee")).status_code == 200
    assert (await other.post(f"{HERE}/{held[anne]}/fin")).status_code == 404
    await hers.post(HERE, {"name": "Anne Roy", "email": "anne.roy@maison.example"})
    await other.post(HERE, {"name": "Anne Roy", "email": "anne.roy@maison.example"})
    removed = await host.post(f"{HERE}/{held[anne]}/fin")
    # She does not come back by an address that she invited; the other lycée's invitation is its own.
    (kept,) = await rows("SELECT school FROM host_invitations")
    assert kept["school"] != lycee
    assert "collegue-retire" in removed.headers["location"]
    assert (await hers.get("/lycee")).status_code in {303, 403}
    assert "Anne Roy" not in read(await host.get(HERE))
    told = await letter("access//host_removed")
    assert told.startswith("Vous ne recevez plus les groupes du Lycée Jules Haag\n")
    (last,) = await rows("SELECT id FROM memberships WHERE school = $1", lycee)
    refused = await host.post(f"{HERE}/{last['id']}/fin")
    assert (refused.status_code, "Vous ne vous retirez pas vous-même" in read(refused)) == (409, True)


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
    assert await value("SELECT count(*) FROM host_invitations WHERE email = 'a20@example.org'") == 0


async def test_what_cannot_be_an_address_is_refused_and_stays_typed(app):
    host, _ = await a_host(app)
    answer = await host.post(HERE, {"name": "Anne Roy", "email": "anne"})
    assert (answer.status_code, 'value="Anne Roy"' in answer.text) == (422, True)
