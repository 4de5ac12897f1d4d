"""A mail that came back and that nobody else has read: whom to call, what to say, and that it was said."""

from __future__ import annotations

from datetime import timedelta

from booking.people.accounts.sign_in import ask_link
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.database import row, rows, value

REFUSED = "550 5.1.1 <claire@example.org>: User unknown"


async def came_back(to_email: str, **more: object) -> int:
    """A mail that had left and that a server gave back."""
    told = {"kind": "sign_in", "state": "returned", "returned_at": NOW, "last_error": REFUSED, "to_email": to_email}
    return await builders.notice(**told | more)


async def a_teacher(name: str) -> int:
    college = await builders.school(name="Collège Stendhal", phone="03 81 55 44 33")
    return await builders.person("teacher", f"{name.lower()}@example.org", name=name, school=college)


async def test_a_mail_that_nobody_else_has_read_is_a_telephone_line_until_it_is_said(office, nadia):
    await a_teacher("Claire")
    notice = await came_back("claire@example.org", to_name="Claire Renaud")
    first = read(await office.get("/gestion/a-faire"))
    assert "1 mail revenu, à dire au téléphone" in first
    assert "Appelez Claire Renaud, Collège Stendhal : 03 81 55 44 33. À dire : lien de connexion." in first
    page = await office.get("/gestion/messages")
    shown = read(page)
    assert "Claire Renaud, Collège Stendhal Appeler : 03 81 55 44 33 À dire : Lien de connexion." in shown
    assert 'href="tel:0381554433"' in page.text.replace("+33", "0")
    assert (await office.post(f"/gestion/messages/{notice}/dit")).headers["location"].endswith("fait=mail-dit")
    assert tuple(await row("SELECT spoken_at, spoken_by FROM notices WHERE id = $1", notice)) == (NOW, nadia)
    assert await value("SELECT act FROM events WHERE about = $1 ORDER BY id DESC LIMIT 1", notice) == "mail_said_aloud"
    assert "mail revenu" not in read(await office.get("/gestion/a-faire"))
    again = await office.post(f"/gestion/messages/{notice}/dit")
    assert (again.status_code, "quelqu'un s'en est chargé" in read(again)) == (409, True)


async def test_what_a_colleague_has_read_is_listed_and_asks_for_no_call(office):
    claire = await a_teacher("Claire")
    college = await value("SELECT school FROM memberships WHERE account = $1", claire)
    hugo = await builders.person("teacher", "hugo@example.org", school=college)
    other = await a_teacher("Lise")
    event = {"kind": "reservation_cancelled", "event": 4711}
    await came_back("claire@example.org", account=claire, **event)
    await builders.notice(state="sent", sent_at=NOW, to_email="hugo@example.org", account=hugo, **event)
    await came_back("lise@example.org", account=other, kind="visit_closed", event=4712)
    shown = read(await office.get("/gestion/messages"))
    assert "1 autre mail revenu : quelqu'un d'autre sait ce qui y était dit" in shown
    assert "Claire Renaud , Collège Stendhal Annulation d'une visite, au collège, rendu" in shown
    assert "1 mail revenu, à dire au téléphone" in read(await office.get("/gestion/a-faire"))


async def test_a_link_that_a_stranger_asked_for_at_no_address_asks_nobody_to_call(office):
    await came_back("typo@example.org", kind="sign_up")
    assert "mail revenu" not in read(await office.get("/gestion/a-faire"))


async def test_whoever_signs_in_by_mail_is_told_that_her_mails_came_back_and_is_doubtful_no_more(app, db):
    app.state.clock = lambda: NOW
    await a_teacher("Claire")
    doubt = "INSERT INTO doubtful_addresses (email, said, since) VALUES ($1, $2, $3)"
    for email in ("claire@example.org", "lise@example.org"):
        await rows(doubt, email, REFUSED, NOW - timedelta(days=3))
    for token, told in (("a" * 43, "mails-revenus"), ("b" * 43, None)):
        await ask_link("claire@example.org", token=token, next_path="/mes-visites", address="192.0.2.1", now=NOW)
        answer = await Browser(app, now=NOW).post(f"/connexion/{token}")
        assert answer.headers["location"] == "/mes-visites" + (f"?fait={told}" if told else "")
    assert [one["email"] for one in await rows("SELECT email FROM doubtful_addresses")] == ["lise@example.org"]
