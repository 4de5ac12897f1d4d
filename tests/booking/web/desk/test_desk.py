"""The desk's pages as a browser without JavaScript uses them."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import httpx

from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import ScanAsked
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON, START, Day
from tests.booking.web.host.lycee import words
from tests.browsing import Browser
from workshops.database import row, rows, value


async def host_of(app, day: Day, *, at=NINE_FOUR) -> Browser:
    app.state.clock = lambda: at
    return await Browser(app, now=at).sign_in(day.host)


def told(answer: httpx.Response) -> str:
    """The large answer, in words."""
    found = re.search(r'<div class="told.*?data-told-undo.*?</a>', answer.text, re.DOTALL)
    shown = re.sub(r"<(button|a)[^>]*\shidden[^>]*>.*?</\1>", "", found[0])
    return " ".join(re.sub(r"<[^>]+>", " ", shown).replace("&#39;", "'").split())


async def test_the_desk_shows_each_group_with_its_numbers(app, day, browser):
    answer = await browser.get(f"/accueil/{day.slot}")
    shown = words(re.sub(r"<span data-complete hidden>.*?</span>\s*</span>", "", answer.text, flags=re.DOTALL))
    assert shown.startswith(
        "Horloge à engrenages en laiton jeu. 25 mars, de 9 h 00 à 12 h 00 · Atelier B12 0 présent sur 47 Lampe"
    )
    assert "4e B 0 présent sur 24 Collège Stendhal, Besançon · cercle bleu · 2 adultes Tout le groupe est là" in shown
    assert "Entreprises attendues Zénith Montres Témoignage, 2 personnes" in shown
    assert answer.text.count('<button class="number"') == 47
    assert "Léa" not in answer.text


async def test_objects_are_offered_to_be_noted_once_they_may_be(app, day):
    early = await host_of(app, day, at=START - timedelta(days=3))
    shown = (await early.get(f"/accueil/{day.slot}")).text
    assert "/fabrications" not in shown
    assert "se note ici à partir du jeudi 25 mars 2027, 7 h 00." in words(shown)
    on_the_day = await host_of(app, day, at=START - timedelta(hours=2))
    assert (await on_the_day.get(f"/accueil/{day.slot}")).text.count("/fabrications") == 2


async def test_the_camera_is_allowed_on_the_desk_and_nowhere_else(app, day, browser):
    desk, closing = await browser.get(f"/accueil/{day.slot}"), await browser.get(f"/accueil/{day.slot}/cloture")
    assert [("camera=(self)" in page.headers["permissions-policy"]) for page in (desk, closing)] == [True, False]
    allowed = [("'wasm-unsafe-eval'" in page.headers["content-security-policy"]) for page in (desk, closing)]
    assert allowed == [True, False]


async def test_a_typed_code_is_counted_and_answered_in_large(app, day, browser):
    code = await day.short_code(17)
    typed = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": f"{code[:3]}-{code[3:]}".lower()})
    assert (typed.status_code, told(typed)) == (200, "17 Présent 4e B · cercle bleu · 9 h 04 Annuler")
    again = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": code})
    assert told(again) == ("17 Déjà pointé à 9 h 04 4e B · cercle bleu Rien à faire : ce badge est compté une fois.")
    wrong = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": "AAAAAA"})
    assert told(wrong).startswith("✕ Badge inconnu Présentez le badge bien à plat")
    assert await value("SELECT count(*) FROM presences") == 1


async def number(browser: Browser, slot: int, place: str) -> str:
    """What the grid sends when this number is touched."""
    found = re.search(
        rf'id="{place}" name="badge" value="(H1\.[0-9a-f]{{64}})"', (await browser.get(f"/accueil/{slot}")).text
    )
    return found[1]


async def test_a_tapped_number_is_counted_then_taken_back_after_a_question(app, day, browser):
    tapped = await browser.post(
        f"/accueil/{day.slot}/pointages", {"badge": await number(browser, day.slot, f"n-{day.groups[1]}-3")}
    )
    assert told(tapped).startswith("3 Présent 5e A · triangle ocre · 9 h 04")
    found = re.search(r'class="number here" id="n-\d+-3" href="([^"]+)"', tapped.text)
    question = await browser.get(found[1])
    assert words(question.text).startswith(
        "Annuler le pointage du numéro 3 ? 5e A, triangle ocre, présent depuis 9 h 04"
    )
    undone = await browser.post(found[1])
    assert (undone.status_code, undone.headers["location"]) == (303, f"/accueil/{day.slot}?fait=pointage-annule")
    assert await value("SELECT count(*) FROM presences") == 0
    assert (await browser.get(found[1])).status_code == 404


async def test_the_numbers_are_sent_again_only_when_they_have_changed(app, day, browser):
    first = await browser.get(f"/accueil/{day.slot}/presence")
    etag = {"If-None-Match": first.headers["etag"]}
    assert first.status_code == 200
    assert (await browser.get(f"/accueil/{day.slot}/presence", headers=etag)).status_code == 304
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    changed = await browser.get(f"/accueil/{day.slot}/presence", headers=etag)
    assert (changed.status_code, changed.text.count('class="number here"')) == (200, 1)


async def test_what_a_group_built_is_noted_then_corrected(app, day):
    browser = await host_of(app, day, at=NOON)
    n = day.groups[0]
    told = "Sur la fabrication, sans nom d'élève : elle s'imprime sur la feuille de la classe."
    assert told in words((await browser.get(f"/accueil/{day.slot}")).text)
    path = f"/accueil/{day.slot}/groupes/{n}/fabrications"
    fields = {f"object-{n}": day.clock, f"made-{n}": 24, f"finished-{n}": 22, f"working-{n}": 20, f"taken_home-{n}": 22}
    noted = await browser.post(path, fields)
    build = await value("SELECT id FROM builds")
    beside = f"/accueil/{day.slot}?fait=objet-note#fabrication-{build}"
    assert (noted.status_code, noted.headers["location"]) == (303, beside)
    corrected = await browser.post(
        path, fields | {f"working-{n}": 21, f"minutes-{n}": 150, f"note-{n}": "Pignon refait"}
    )
    assert corrected.status_code == 303
    kept = await rows("SELECT group_ref, made, finished, working, taken_home, minutes, note FROM builds")
    assert [tuple(one) for one in kept] == [(n, 24, 22, 21, 22, 150, "Pignon refait")]


async def test_figures_that_do_not_add_up_come_back_with_what_was_typed(app, day):
    browser = await host_of(app, day, at=NOON)
    n = day.groups[0]
    fields = {f"object-{n}": day.clock, f"made-{n}": 20, f"finished-{n}": 22, f"working-{n}": 19, f"taken_home-{n}": 19}
    answer = await browser.post(f"/accueil/{day.slot}/groupes/{n}/fabrications", fields)
    assert answer.status_code == 422
    assert f'href="#finished-{n}">Les objets terminés ne peuvent pas dépasser les objets commencés.' in answer.text
    assert f'name="finished-{n}" value="22"' in answer.text
    missing = await browser.post(f"/accueil/{day.slot}/groupes/{n}/fabrications", {f"made-{n}": "beaucoup"})
    assert missing.status_code == 422
    assert "Commencés : écrivez un nombre de 0 à 500." in missing.text
    assert await value("SELECT count(*) FROM builds") == 0


async def test_the_closing_page_lays_the_figures_side_by_side_and_freezes_them(app, day):
    browser = await host_of(app, day, at=NOON)
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    first, second = day.groups
    page = await browser.get(f"/accueil/{day.slot}/cloture")
    asked = "24 annoncés, 1 pointé : combien en avez-vous compté ?"
    assert f"4e B Collège Stendhal {asked} Annoncés 24 Pointés 1 Comptés" in words(page.text)
    assert f'name="pupils-{first}" value="1"' in page.text
    counts = {f"pupils-{first}": 24, f"adults-{first}": 2, f"absent-{second}": "oui", f"adults-{second}": 0}
    wrong = await browser.post(f"/accueil/{day.slot}/cloture", counts | {f"people-{day.company}": "deux"})
    assert (wrong.status_code, f'name="pupils-{first}" value="24"' in wrong.text) == (422, True)
    closed = await browser.post(
        f"/accueil/{day.slot}/cloture", counts | {f"people-{day.company}": 1, f"note-{first}": "Scanner en panne"}
    )
    assert (closed.status_code, closed.headers["location"]) == (303, f"/accueil/{day.slot}?fait=visite-close")
    shown = words((await browser.get(f"/accueil/{day.slot}")).text)
    assert "Visite close jeudi 25 mars 2027, 12 h 05" in shown
    assert "4e B Collège Stendhal Scanner en panne 24 1 24" in shown
    assert "Zénith Montres Témoignage, 1 personne" in shown
    assert "Pointer" not in shown
    again = await browser.post(f"/accueil/{day.slot}/cloture", counts | {f"people-{day.company}": 1})
    assert again.status_code == 409
    assert (await browser.get(f"/accueil/{day.slot}/cloture")).headers["location"] == f"/accueil/{day.slot}"
    kept = await row("SELECT counted, scanned, note FROM turnouts WHERE group_ref = $1", first)
    assert kept is not None and tuple(kept) == (24, 1, "Scanner en panne")


async def test_whom_to_call_is_called_by_a_touch_of_its_number(app, day, browser):
    await rows("UPDATE schools SET phone = '03 81 35 58 70'")
    shown = (await browser.get(f"/accueil/{day.slot}/consignes")).text
    assert shown.count('<a class="text-nowrap" href="tel:0381355870">03 81 35 58 70</a>') == 3


async def test_a_closed_visit_keeps_the_refused_scans_without_asking_anything_more(app, day, browser):
    await browser.post(f"/accueil/{day.slot}/pointages", {"badge": "222222"})
    path = f"/accueil/{day.slot}"
    assert "Badge inconnu Présentez le badge bien à plat" in words((await browser.get(path)).text)
    await rows("UPDATE slots SET state = 'done', closed_at = $2 WHERE id = $1", day.slot, NOON)
    shown = words((await browser.get(path)).text)
    assert ("Badge inconnu" in shown, "Présentez le badge" in shown) == (True, False)


async def test_before_the_visit_the_page_says_when_it_can_be_closed(app, day):
    browser = await host_of(app, day, at=START - timedelta(minutes=20))
    shown = words((await browser.get(f"/accueil/{day.slot}")).text)
    assert "La visite se clôt à partir du jeudi 25 mars 2027, 9 h 00" in shown
    assert "La visite n'a pas commencé : elle se clôt à partir du jeudi 25 mars 2027, 9 h 00" in words(
        (await browser.get(f"/accueil/{day.slot}/cloture")).text
    )
    early = await browser.post(f"/accueil/{day.slot}/cloture")
    assert early.status_code == 422


async def test_a_slot_without_a_group_and_a_called_off_one_say_so(app, day, browser):
    empty = await builders.slot(host=day.school, starts_at=START + timedelta(days=1))
    assert "Aucun groupe n'est attendu" in words((await browser.get(f"/accueil/{empty}")).text)
    await value("UPDATE slots SET state = 'called_off', reason = 'Grève' WHERE id = $1", day.slot)
    assert "Ce créneau est annulé" in words((await browser.get(f"/accueil/{day.slot}")).text)


async def test_another_lycees_desk_does_not_exist(app, day, browser):
    elsewhere = await builders.slot(host=await builders.school(kind="lycee"))
    theirs = await builders.reservation(slot=elsewhere, group=await builders.group())
    answers = [
        await browser.get(f"/accueil/{elsewhere}"),
        await browser.get(f"/accueil/{elsewhere}/presence"),
        await browser.get(f"/accueil/{elsewhere}/cloture"),
        await browser.post(f"/accueil/{elsewhere}/pointages", {"badge": day.tokens[0]}),
        await browser.post(f"/accueil/{elsewhere}/cloture"),
        await browser.post(f"/accueil/{elsewhere}/groupes/{theirs}/fabrications"),
        await browser.post(f"/accueil/{day.slot}/groupes/{theirs}/fabrications"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert await value("SELECT count(*) FROM scans") == 0


async def test_a_host_without_javascript_is_told_of_a_complete_group_and_what_comes_next(app, day):
    browser = await host_of(app, day)
    first, second = day.groups
    for group, others in ((first, range(2, 25)), (second, range(1, 24))):
        scans = [ScanAsked(uuid.uuid4(), day.slot, f"{group}/{number}", NINE_FOUR) for number in others]
        await check_in(scans, account=day.host, school=day.school, now=NINE_FOUR)
    answer = await browser.post(f"/accueil/{day.slot}/pointages", {"badge": day.tokens[0]})
    assert told(answer) == "1 Groupe complet 4e B · cercle bleu · 9 h 04 24 élèves sur 24. Noter l'objet Annuler"
    assert f'data-told-object href="#objets-{first}"' in answer.text
    again = await browser.get(f"/accueil/{day.slot}")
    assert told(again) == "Tout le monde est là 47 élèves sur 47. Noter l'objet : 4e B"
    for group in day.groups:
        await builders.build(slot=day.slot, tech_object=day.clock, group_ref=group)
    at_noon = await host_of(app, day, at=NOON)
    assert told(await at_noon.get(f"/accueil/{day.slot}")) == "Tout le monde est là 47 élèves sur 47. Clore la visite"
