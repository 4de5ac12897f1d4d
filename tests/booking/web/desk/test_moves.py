"""Guests, departures and refusals on the desk's pages, as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from datetime import timedelta

from booking.door.rights.desk_link import DESK_TRIES_PER_LINK
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON, START
from tests.booking.web.desk.test_desk import host_of, told
from tests.booking.web.desk.test_links import a_helper, codes_of_nobody, scan
from tests.booking.web.host.lycee import words
from workshops.database import rows, value


async def a_group_of(college: str, *, phone: str = "") -> int:
    return await builders.group(name="3e C", school=await builders.school(name=college, phone=phone))


async def test_a_badge_of_another_visit_is_welcomed_from_the_answer_or_from_the_list(app, day, browser):
    afternoon = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5))
    theirs = await builders.reservation(slot=afternoon, group=await a_group_of("Collège Pasteur"), pupils=2)
    badges = await builders.badges(theirs)
    refused = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": badges[0]})
    assert told(refused).startswith("1 Autre visite 3e C Ce badge est celui du groupe 3e C, attendu")
    buttons = re.findall(r'name="badge" value="([^"]+)">Accueillir ici', refused.text)
    assert buttons == [f"{theirs}/1"] * 2
    welcomed = await browser.post(f"/accueil/{day.slot}/invites", {"badge": buttons[0]})
    assert told(welcomed) == "1 Présent 3e C · carré vert ici, cercle bleu sur le badge · 9 h 04 Annuler"
    shown = words(welcomed.text)
    assert (
        "carré vert 3e C invités 1 présent Collège Pasteur, Besançon · carré vert ici, cercle bleu sur leurs badges"
        " · attendus à une autre visite, comptés ici"
    ) in shown
    assert "0 présent sur 47 et 1 invité" in shown
    assert "9 h 04 · Autre visite, numéro 1 de 3e C · pointé depuis" in shown
    assert "1 accueilli à une autre visite" in words((await browser.get(f"/accueil/{afternoon}")).text)


async def test_a_class_with_its_other_visit_s_sheet_is_received_whole_in_one_act(app, day, browser):
    afternoon = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5))
    theirs = await builders.reservation(slot=afternoon, group=await a_group_of("Collège Pasteur"), pupils=3)
    badges = await builders.badges(theirs)
    await builders.badges(theirs, kind="adult", numbers=1)
    elsewhere = await builders.slot(host=await builders.school(kind="lycee"), starts_at=START)
    strangers = await builders.reservation(slot=elsewhere, group=await builders.group(), pupils=2)
    await builders.badges(strangers)
    refused = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": badges[0]})
    path = f"/accueil/{day.slot}/groupes/{theirs}/reception"
    assert f'action="{path}"' in refused.text
    assert (await browser.post(f"/accueil/{day.slot}/groupes/{strangers}/reception")).status_code == 404
    assert (await browser.post(f"/accueil/{day.slot}/groupes/{day.groups[0]}/reception")).status_code == 404
    received = await browser.post(path)
    assert (received.status_code, received.headers["location"]) == (303, f"/accueil/{day.slot}?fait=groupe-recu")
    kept = await rows("SELECT b.kind, b.number, p.slot FROM presences p JOIN badges b ON b.id = p.badge ORDER BY 1, 2")
    assert [tuple(one) for one in kept] == [
        ("adult", 1, day.slot),
        *(("pupil", number, day.slot) for number in (1, 2, 3)),
    ]
    said = await rows("SELECT about, detail FROM events WHERE act = 'group_declared'")
    assert [tuple(one) for one in said] == [(theirs, "3 élèves")]
    assert "3 accueillis à une autre visite" in words((await browser.get(f"/accueil/{afternoon}")).text)
    assert (await browser.post(path)).status_code == 404


async def test_the_visitors_of_a_company_are_ticked_at_the_desk_and_seen_there(app, day, browser):
    path = f"/accueil/{day.slot}/entreprises/{day.company}/visiteurs"
    assert "Zénith Montres Témoignage, 2 personnes Un visiteur est là" in words(
        (await browser.get(f"/accueil/{day.slot}")).text
    )
    for here, shown in ((1, "2 personnes, 1 pointée depuis 9 h 04"), (2, "2 personnes, 2 pointées depuis 9 h 04")):
        assert (await browser.post(path)).headers["location"] == f"/accueil/{day.slot}?fait=visiteur-note"
        assert await value("SELECT count(*) FROM presences WHERE slot = $1", day.slot) == here
        assert shown in words((await browser.get(f"/accueil/{day.slot}")).text)
    assert f'action="{path}"' not in (await browser.get(f"/accueil/{day.slot}")).text
    await browser.post(path)
    await browser.post(f"{path}/annulation")
    assert await value("SELECT count(*) FROM presences WHERE slot = $1", day.slot) == 1
    assert await value("SELECT count(*) FROM events WHERE act = 'group_declared'") == 0
    closing = await browser.get(f"/accueil/{day.slot}/cloture")
    assert re.findall(r'name="people-\d+" value="([^"]*)"', closing.text) == ["1"]
    other = await builders.company()
    assert (await browser.post(f"/accueil/{day.slot}/entreprises/{other}/visiteurs")).status_code == 404


async def test_the_college_of_each_group_is_called_from_the_desk_by_the_host_and_by_a_helper(app, day, browser):
    afternoon = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5))
    group = await a_group_of("Collège Pasteur", phone="03 84 21 00 11")
    (guest, _) = await builders.badges(await builders.reservation(slot=afternoon, group=group, pupils=2))
    await value("UPDATE schools SET phone = '+33 3 81 35 58 70' WHERE name = 'Collège Stendhal'")
    await scan(browser, day.slot, guest, act="welcome")
    called = [("tel:+33381355870", "+33 3 81 35 58 70")] * 2 + [("tel:0384210011", "03 84 21 00 11")]
    for one in (browser, await a_helper(app, day)):
        page = (await one.get(f"/accueil/{day.slot}")).text
        assert re.findall(r'href="(tel:[^"]+)">Appeler le collège\W+: ([^<]+)<', page) == called
    await value("UPDATE schools SET phone = ''")
    assert "tel:" not in (await browser.get(f"/accueil/{day.slot}")).text


async def test_a_departure_is_noted_shown_with_its_hour_then_taken_back(app, day, browser):
    path = f"/accueil/{day.slot}/departs"
    assert "Personne n'est encore pointé." in words((await browser.get(path)).text)
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[2]})
    app.state.clock = lambda: NINE_FOUR + timedelta(hours=1)
    gone = await browser.post(path, {"badge": f"{day.groups[0]}/3"})
    assert "Parti à 10 h 04 : numéro 3 , 4e B" in words(gone.text)
    desk = words((await browser.get(f"/accueil/{day.slot}")).text)
    assert ("0 présent sur 24" in desk, "1 parti avant la fin" in desk, "3 10 h 04 , parti" in desk) == (True,) * 3
    back = re.search(r'action="(/accueil/\d+/pointages/[^"]+/annulation)"', gone.text)
    assert (await browser.post(back[1])).status_code == 303
    assert "1 présent sur 24" in words((await browser.get(f"/accueil/{day.slot}")).text)


async def test_a_helper_notes_departures_by_page_as_by_the_api(app, day):
    app.state.clock = lambda: NINE_FOUR
    helper = await a_helper(app, day)
    desk, path = f"/accueil/{day.slot}", f"/accueil/{day.slot}/departs"
    assert "Personne n'est encore pointé." in (await helper.get(path)).text.replace("&#39;", "'")
    for badge in day.tokens[2:4]:
        await helper.post(f"{desk}/pointages", {"badge": badge})
    assert f'href="{path}"' in (await helper.get(desk)).text
    sent = re.findall(r'name="badge" value="([^"]+)" aria-label="Numéro', (await helper.get(path)).text)
    left = await helper.post(path, {"badge": sent[0]})
    assert "Parti à 9 h 04 : numéro 3 , 4e B" in words(left.text)
    await scan(helper, day.slot, sent[1], act="departure")
    noted = await rows("SELECT scanned_by, left_at FROM presences p JOIN scans s ON s.id = p.left_scan")
    assert [tuple(one) for one in noted] == [(None, NINE_FOUR)] * 2
    back = re.findall(r'action="(/accueil/\d+/pointages/[^"]+/annulation)"', (await helper.get(path)).text)
    assert [(await helper.post(one)).status_code for one in back] == [303, 303]
    assert "2 présents sur 24" in words((await helper.get(desk)).text)


async def test_a_helper_is_told_what_is_for_the_lycee_alone(app, day):
    app.state.clock = lambda: NINE_FOUR
    helper = await a_helper(app, day)
    afternoon = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5))
    theirs = await builders.reservation(slot=afternoon, group=await builders.group(name="3e C"), pupils=2)
    (badge, _) = await builders.badges(theirs)
    refused = await helper.post(f"/accueil/{day.slot}/pointages", {"badge": badge})
    for_the_lycee = (
        "Un invité d'une autre visite, les objets construits et la clôture sont l'affaire du lycée, depuis son compte."
    )
    assert [for_the_lycee in words(refused.text), "Accueillir ici" in refused.text] == [True, False]
    gone = await helper.post(f"/accueil/{day.slot}/departs", {"badge": badge})
    assert ("Jamais pointé" in words(gone.text), "3e C" in gone.text) == (True, False)
    closed = [
        await helper.post(f"/accueil/{day.slot}/invites", {"badge": badge}),
        await helper.post(f"/accueil/{day.slot}/groupes/{day.groups[0]}/fabrications"),
    ]
    assert {answer.headers["location"].split("?")[0] for answer in closed} == {"/connexion"}
    assert await value("SELECT count(*) FROM presences") == 0


async def test_codes_are_not_guessed_by_noting_departures(app, day):
    app.state.clock = lambda: NINE_FOUR
    helper = await a_helper(app, day)
    path = f"/accueil/{day.slot}/departs"
    for code in await codes_of_nobody(day, DESK_TRIES_PER_LINK):
        assert (await helper.post(path, {"badge": code})).status_code == 200
    assert (await helper.post(path, {"badge": await day.short_code(1)})).status_code == 429


async def test_who_comes_late_is_shown_with_the_hour(app, day):
    browser = await host_of(app, day, at=START + timedelta(minutes=20))
    answer = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    assert ("1 en retard" in words(answer.text), "présent depuis 9 h 20, en retard" in words(answer.text)) == (
        True,
        False,
    )
    assert 'data-hour="9\u00a0h\u00a020" data-late' in answer.text


async def test_a_gap_needs_a_reason_and_keeps_it(app, day):
    browser = await host_of(app, day, at=NOON)
    first, second = day.groups
    counts = {f"pupils-{first}": 24, f"adults-{first}": 2, f"absent-{second}": "oui", f"adults-{second}": 0}
    counts[f"people-{day.company}"] = 2
    path = f"/accueil/{day.slot}/cloture"
    for reason, missing in (("", "reason"), ("other", "note")):
        refused = await browser.post(path, counts | {f"reason-{first}": reason})
        assert (refused.status_code, f'href="#{missing}-{first}"' in refused.text) == (422, True)
    kept = await browser.post(path, counts | {f"reason-{first}": "phone", f"note-{first}": "plus de batterie"})
    assert kept.status_code == 303
    note = await value("SELECT note FROM turnouts WHERE group_ref = $1", first)
    assert note == "Téléphone en panne : plus de batterie"


async def test_moves_belong_to_the_lycee(app, day):
    browser = await host_of(app, day, at=NINE_FOUR)
    far = await builders.slot(host=await builders.school(kind="lycee"))
    answers = [
        await browser.get(f"/accueil/{far}/departs"),
        await browser.post(f"/accueil/{far}/departs", {"badge": day.tokens[0]}),
        await browser.post(f"/accueil/{far}/invites", {"badge": day.tokens[0]}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
