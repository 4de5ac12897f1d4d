"""Closing a visit by its page: nobody is counted for the host, a group that did not come is confirmed."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import httpx

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from booking.visits.badge_codes.rules import issue_rows, token_of
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON, Day, a_day
from tests.booking.mails.story import posted, text_of
from tests.booking.web.desk.test_desk import host_of
from tests.booking.web.host.lycee import words
from tests.browsing import Browser
from workshops.database import row, rows, value


def counted(answer: httpx.Response, group: int) -> str:
    """What the field « Comptés » of a group holds."""
    found = re.search(rf'name="pupils-{group}" value="([^"]*)"', answer.text)
    return found[1]


def boxes(answer: httpx.Response) -> list[str]:
    """The names of the boxes to tick."""
    return re.findall(r'<input class="form-check-input[^"]*" type="checkbox" id="([^"]+)"', answer.text)


async def a_closing(app, *, at=NOON) -> tuple[Day, Browser, str]:
    """A visit whose first group has one badge scanned, its second none."""
    day = await a_day()
    browser = await host_of(app, day, at=at)
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    return day, browser, f"/accueil/{day.slot}/cloture"


async def company_badge(coming: int) -> str:
    """The token of the first badge of a company's coming."""
    salt = await value("SELECT badge_salt FROM attendances WHERE id = $1", coming)
    hashes, codes = issue_rows(os.environ["SECRET_KEY"], salt, "company", [1])
    await value(
        "INSERT INTO badges (attendance, kind, number, token_hash, short_code) VALUES ($1, 'company', 1, $2, $3)"
        " RETURNING id",
        coming,
        hashes[0],
        codes[0],
    )
    return token_of(os.environ["SECRET_KEY"], salt, "company", 1)


async def turnouts() -> list[tuple[int, int]]:
    return [tuple(one) for one in await rows("SELECT counted, adults FROM turnouts ORDER BY group_ref")]


async def test_what_was_scanned_fills_the_head_count_and_nothing_scanned_leaves_it_empty(app):
    day, browser, path = await a_closing(app)
    page = await browser.get(path)
    first, second = day.groups
    assert [counted(page, first), counted(page, second)] == ["1", ""]
    assert boxes(page) == [f"absent-{second}", f"nobody-{day.company}"]
    assert "0 élève sur 23 : le groupe n'est pas venu ?" in words(page.text)


async def test_adults_and_companies_that_nobody_ticked_are_asked_and_never_filled_with_what_was_announced(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    adults = await builders.badges(first, kind="adult", numbers=2)
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": adults[0]})
    page = await browser.get(path)
    held = dict(re.findall(r'name="((?:adults|people)-\d+)" value="([^"]*)"', page.text))
    assert held == {f"adults-{first}": "1", f"adults-{second}": "", f"people-{day.company}": ""}
    sent = {f"pupils-{first}": 1, f"reason-{first}": "", f"absent-{second}": "oui", f"pupils-{second}": ""}
    refused = await browser.post(path, sent)
    assert refused.status_code == 422
    assert re.findall(r'<a href="#([^"]+)">', refused.text) == [f"adults-{first}", f"people-{day.company}"]
    told = words(refused.text)
    assert "4e B, adultes : écrivez un nombre de 0 à 60." in told
    assert "Zénith Montres, personnes venues : écrivez un nombre de 0 à 50." in told
    assert await turnouts() == []
    nobody = {f"adults-{first}": 1, f"nobody-{day.company}": "oui"}
    assert (await browser.post(path, sent | nobody)).status_code == 303
    assert (await turnouts(), await value("SELECT count(*) FROM company_turnouts")) == ([(1, 1), (0, 0)], 0)


async def test_a_company_whose_badges_were_read_is_counted_by_them(app):
    day, browser, path = await a_closing(app)
    coming = await value("SELECT id FROM attendances WHERE company = $1", day.company)
    badge = await company_badge(coming)
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": badge})
    page = await browser.get(path)
    assert re.findall(r'name="people-\d+" value="([^"]*)"', page.text) == ["1"]
    assert f"nobody-{day.company}" not in boxes(page)


async def test_the_closing_asks_only_where_announced_and_badges_differ(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    await builders.badges(first, kind="adult", numbers=2)
    await browser.post(f"/accueil/{day.slot}/groupes/{first}/declaration")
    page = await browser.get(path)
    told = words(page.text)
    assert "1 groupe concorde ; il reste à dire combien" in told
    assert "4e B 24 annoncés, 24 pointés dont 23 déclarés par l'hôte · corriger" in told
    assert "23 annoncés, 0 pointé : combien en avez-vous compté ?" in told
    folded = r'<details class="panel closing" id="groupe-(\d+)"( open)?'
    assert re.findall(folded, page.text) == [(str(first), "")]
    sent = {f"adults-{first}": "2", f"adults-{second}": "0", f"absent-{second}": "oui", "people-1": "0", "early": "oui"}
    sent |= dict.fromkeys(re.findall(r'name="(people-\d+)"', page.text), "2")
    answer = await browser.post(path, {**sent, f"pupils-{first}": "22"})
    assert answer.status_code == 422
    assert re.findall(r'<details class="panel closing" id="groupe-(\d+)"( open)?', answer.text) == [
        (str(first), " open")
    ]
    answer = await browser.post(path, {**sent, f"pupils-{first}": "24"})
    assert (answer.status_code, await turnouts()) == (303, [(24, 2), (0, 0)])


async def test_a_click_on_the_page_as_it_opened_closes_nothing(app):
    day, browser, path = await a_closing(app)
    _, second = day.groups
    page = await browser.get(path)
    asked = re.findall(r'<input class="form-control" type="[^"]+" id="([^"]+)" name="[^"]+" value="([^"]*)"', page.text)
    answer = await browser.post(path, dict(asked))
    assert answer.status_code == 422
    assert f'href="#pupils-{second}">5e A, comptés, pour 23 annoncés : écrivez un nombre de 0 à 53.' in answer.text
    assert await turnouts() == []


async def test_many_more_than_were_announced_are_refused_with_all_that_was_typed(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    page = (await browser.get(path)).text
    assert re.findall(r'name="pupils-\d+"[^>]* max="(\d+)"', page) == ["54", "53"]
    sent = {f"pupils-{first}": 22, f"reason-{first}": "forgotten", f"adults-{first}": 2, f"people-{day.company}": 1}
    sent |= {f"adults-{second}": 3, f"reason-{second}": "other", f"note-{second}": "Toute la classe est venue"}
    for slip in ("230", "54", "54 ou 55"):
        refused = await browser.post(path, sent | {f"pupils-{second}": slip})
        sentence = "5e A, comptés, pour 23 annoncés : écrivez un nombre de 0 à 53."
        assert re.findall(r'<a href="#([^"]+)">', refused.text) == [f"pupils-{second}"]
        assert (refused.status_code, sentence in words(refused.text)) == (422, True)
        assert [counted(refused, first), counted(refused, second)] == ["22", slip]
        assert 'value="Toute la classe est venue"' in refused.text
    assert await turnouts() == []
    assert (await browser.post(path, sent | {f"pupils-{second}": "53"})).status_code == 303
    assert await turnouts() == [(22, 2), (53, 3)]


async def test_a_group_of_none_is_confirmed_before_it_is_a_no_show(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    sent = {f"pupils-{first}": 1, f"adults-{first}": 2, f"pupils-{second}": 0, f"adults-{second}": 2}
    sent |= {f"people-{day.company}": 1, f"note-{second}": "Car en panne"}
    refused = await browser.post(path, sent)
    assert refused.status_code == 422
    sentence = "5e A : 0 élève sur 23. Confirmez que le groupe n'est pas venu, ou écrivez combien sont venus."
    assert sentence in words(refused.text)
    assert f'href="#absent-{second}"' in refused.text
    assert [counted(refused, second), 'value="Car en panne"' in refused.text] == ["0", True]
    assert await turnouts() == []

    closed = await browser.post(path, sent | {f"absent-{second}": "oui"})
    assert closed.status_code == 303
    # Nobody came, the adults who were announced neither.
    assert await turnouts() == [(1, 2), (0, 0)]
    assert await value("SELECT state FROM reservations WHERE id = $1", second) == "no_show"


async def test_the_box_alone_says_that_nobody_came(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    sent = {f"pupils-{first}": 1, f"adults-{first}": 2, f"people-{day.company}": 1, f"absent-{second}": "oui"}
    assert (await browser.post(path, sent | {f"pupils-{second}": "", f"adults-{second}": 2})).status_code == 303
    assert await turnouts() == [(1, 2), (0, 0)]


async def test_a_group_cannot_be_counted_and_absent(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    sent = {f"pupils-{first}": 1, f"adults-{first}": 2, f"people-{day.company}": 1, f"absent-{second}": "oui"}
    both = sent | {f"pupils-{second}": 20, f"adults-{second}": 2, f"reason-{second}": "phone"}
    refused = await browser.post(path, both)
    sentence = "5e A : 20 élèves comptés, et le groupe est dit absent. Gardez l'un ou l'autre."
    assert (refused.status_code, sentence in words(refused.text)) == (422, True)
    assert await turnouts() == []


async def test_a_group_whose_badges_were_scanned_is_not_erased_by_a_zero(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    sent = {f"pupils-{first}": 0, f"adults-{first}": 2, f"reason-{first}": "phone", f"people-{day.company}": 1}
    sent |= {f"pupils-{second}": "", f"adults-{second}": 0, f"absent-{second}": "oui"}
    refused = await browser.post(path, sent)
    assert (refused.status_code, boxes(refused)) == (
        422,
        [f"absent-{first}", f"absent-{second}", f"nobody-{day.company}"],
    )
    assert "4e B : 0 élève sur 24." in words(refused.text)


async def test_before_the_end_hour_the_page_warns_and_asks(app):
    day, browser, path = await a_closing(app, at=NINE_FOUR + timedelta(minutes=20))
    first, second = day.groups
    page = await browser.get(path)
    assert "La visite finit à 12 h 00." in words(page.text)
    assert boxes(page) == [f"absent-{second}", f"nobody-{day.company}", "early"]
    sent = {f"pupils-{first}": 1, f"adults-{first}": 2, f"pupils-{second}": "", f"adults-{second}": 2}
    sent |= {f"people-{day.company}": 1, f"absent-{second}": "oui"}
    refused = await browser.post(path, sent)
    sentence = (
        "La visite finit à 12 h 00 : les badges pointés après la clôture ne compteront pas."
        " Cochez la case pour la clore maintenant."
    )
    assert (refused.status_code, sentence in words(refused.text)) == (422, True)
    assert 'href="#early"' in refused.text
    both = await browser.post(path, {**sent, f"pupils-{second}": 0, f"absent-{second}": ""})
    assert re.findall(r'<a href="#([^"]+)">', both.text) == ["early", f"absent-{second}"]
    assert (await value("SELECT state FROM slots WHERE id = $1", day.slot), await turnouts()) == ("open", [])
    assert (await browser.post(path, sent | {"early": "oui"})).status_code == 303


async def test_a_group_received_at_another_visit_did_come(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    badge = await value("SELECT id FROM badges WHERE reservation = $1 AND number = 1", second)
    other = await builders.slot(workshop=await value("SELECT workshop FROM slots WHERE id = $1", day.slot))
    await value(
        "INSERT INTO presences (badge, slot, scan, first_scanned_at)"
        " VALUES ($1, $2, '00000000-0000-4000-8000-000000000000', $3) RETURNING id",
        badge,
        other,
        NINE_FOUR,
    )
    assert boxes(await browser.get(path)) == [f"nobody-{day.company}"]
    sent = {f"pupils-{first}": 1, f"adults-{first}": 2, f"pupils-{second}": 0, f"adults-{second}": 0}
    assert (await browser.post(path, sent | {f"people-{day.company}": 1})).status_code == 303
    assert await value("SELECT state FROM reservations WHERE id = $1", second) == "attended"


async def test_a_machine_says_that_a_group_did_not_come(app, day, machine):
    app.state.clock = lambda: NOON
    first, second = day.groups
    path = f"/slots/{day.slot}/closure"
    came = {"reservation_id": first, "pupils": 22, "adults": 2, "note": "Badges oubliés"}
    nobody = {"reservation_id": second, "pupils": 0, "adults": 0}
    companies = {"companies": [{"company_id": day.company, "people": 2}]}
    unseen = await machine.post(path, {"headcounts": [came, {"reservation_id": second, "pupils": 0}]})
    assert (unseen.status_code, "headcounts[1].adults" in unseen.json()["errors"]) == (422, True)
    untold = await machine.post(path, {"headcounts": [came, nobody | {"absent": True}]})
    assert untold.json()["errors"] == {
        "companies": "Zénith Montres : dites avec combien de personnes l'entreprise est venue, 0 si elle n'est pas"
        " venue."
    }
    refused = await machine.post(path, {"headcounts": [came, nobody], **companies})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/absence-unconfirmed")
    assert refused.json()["errors"] == {
        "headcounts[1].absent": "5e A : 0 élève sur 23. Confirmez que le groupe n'est pas venu, ou écrivez combien"
        " sont venus."
    }
    both = await machine.post(path, {"headcounts": [came | {"absent": True}, nobody | {"absent": True}], **companies})
    assert (both.status_code, both.json()["type"]) == (422, "/problems/absence-unconfirmed")
    assert await turnouts() == []
    closed = await machine.post(path, {"headcounts": [came, nobody | {"absent": True}], **companies})
    assert closed.status_code == 201
    assert await turnouts() == [(22, 2), (0, 0)]


async def test_a_machine_that_counted_may_close_before_the_end(app, day, machine):
    app.state.clock = lambda: NINE_FOUR
    counts = [{"reservation_id": group, "pupils": 20, "adults": 2, "note": "Badges oubliés"} for group in day.groups]
    told = {"headcounts": counts, "companies": [{"company_id": day.company, "people": 0}]}
    assert (await machine.post(f"/slots/{day.slot}/closure", told)).status_code == 201
    kept = await row("SELECT state FROM slots WHERE id = $1", day.slot)
    assert kept is not None and kept["state"] == "done"


async def test_a_reopened_visit_begins_with_what_was_counted_and_its_lycee_alone_hears(app):
    day, browser, path = await a_closing(app)
    first, second = day.groups
    elsewhere = await builders.school(kind="lycee", name="Lycée Ledoux")
    await builders.person("host", "marc@example.org", school=elsewhere)
    boss = await builders.person("coordinator", "nadia@example.org", name="Nadia Colin")
    sent = {f"pupils-{first}": 22, f"girls-{first}": 11, f"adults-{first}": 3, f"reason-{first}": "lost"}
    sent |= {f"note-{first}": "Deux badges tombés", f"absent-{second}": "oui", f"people-{day.company}": 2}
    assert (await browser.post(path, sent)).status_code == 303
    await reopen_slot(day.slot, ReopenVisit(reason="Groupes inversés"), account=boss, now=NOON)

    page = await browser.get(path)
    held = dict(re.findall(r'name="((?:pupils|girls|adults|people|note)-\d+)" value="([^"]*)"', page.text))
    assert held == {
        **{f"pupils-{first}": "22", f"girls-{first}": "11", f"adults-{first}": "3"},
        f"note-{first}": "Deux badges tombés",
        **{f"pupils-{second}": "0", f"girls-{second}": "", f"adults-{second}": "0", f"note-{second}": ""},
        f"people-{day.company}": "2",
    }
    assert re.findall(r'<option value="(\w+)" selected>', page.text) == ["lost"]
    assert re.findall(r'id="(absent-\d+)" name="[^"]+" value="oui" checked', page.text) == [f"absent-{second}"]

    told = await posted(now=NOON)
    (mail,) = [one for one in told if str(one.message["Subject"]).startswith("Visite rouverte")]
    assert mail.message["To"].addresses[0].addr_spec == "helene.faivre@example.org"
    text = text_of(mail)
    assert "La coordination a rouvert la visite du jeudi 25 mars 2027 : ses chiffres ne comptent plus tant que" in text
    assert "Groupes inversés" in text
    assert f"/accueil/{day.slot}/cloture" in text

    assert (await browser.post(path, sent | {f"pupils-{first}": 23, f"girls-{first}": 12})).status_code == 303
    office = await Browser(app, now=NOON).sign_in(boss)
    shown = words((await office.get(f"/gestion/creneaux/{day.slot}")).text)
    assert "Avant la réouverture du jeudi 25 mars 2027, 12 h 05 Groupe ou entreprise Avant Maintenant" in shown
    lines = (
        "4e B 22 élèves dont 11 filles, 3 adultes, Badge perdu : Deux badges tombés 23 élèves dont 12 filles, 3"
        " adultes, Badge perdu : Deux badges tombés"
        " 5e A 0 élève, 0 adulte 0 élève, 0 adulte Zénith Montres 2 personnes 2 personnes"
    )
    assert lines in shown
