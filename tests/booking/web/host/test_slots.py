from __future__ import annotations

from datetime import timedelta

from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value


async def a_visit(lycee, **more):
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    college = await builders.school(name="Collège Stendhal")
    slot = await builders.slot(host=lycee.school, **more)
    group = await builders.group(school=college, name="4e B")
    reservation = await builders.reservation(slot=slot, group=group, by=claire, pupils=23, needs="Un fauteuil roulant")
    return slot, reservation


async def test_the_list_goes_month_by_month_with_seats_groups_and_companies(lycee):
    slot, _ = await a_visit(lycee)
    await builders.attendance(slot=slot, company=await builders.company(name="Horlogerie du Doubs"), people=2)
    await builders.slot(host=lycee.school, starts_at=paris("2027-05-04 13:30"))
    shown = words((await lycee.browser.get("/lycee/creneaux")).text)
    assert "2 créneaux, 23 élèves attendus." in shown
    assert "mars 2027 jeu. 25 mars 9 h 00 à 12 h 00" in shown
    assert "23 élèves sur 24 places" in shown
    assert "Horlogerie du Doubs · 2 personnes" in shown
    assert "mai 2027 mar. 4 mai 13 h 30 à 16 h 30" in shown


async def test_an_empty_list_leads_to_opening_a_slot(lycee):
    answer = await lycee.browser.get("/lycee/creneaux")
    assert "Aucun créneau à venir" in words(answer.text)
    assert answer.text.count('href="/lycee/creneaux/nouveau"') == 2


async def test_past_slots_are_apart_and_tell_what_was_counted(lycee):
    slot, reservation = await a_visit(lycee, starts_at=NOW - timedelta(days=20), state="done")
    college = await value("SELECT school FROM reservations WHERE id = $1", reservation)
    await builders.turnout(slot=slot, group_ref=reservation, school=college, announced=23, scanned=21, counted=22)
    assert "Aucun créneau à venir" in words((await lycee.browser.get("/lycee/creneaux")).text)
    past = words((await lycee.browser.get("/lycee/creneaux?quand=passes")).text)
    assert "22 élèves sur 23 annoncés" in past
    assert "Clore la visite" not in past


async def test_what_was_counted_of_a_group_expected_at_another_visit_is_told_where_it_was_received(lycee):
    slot, reservation = await a_visit(lycee, starts_at=NOW - timedelta(days=20), state="done")
    await rows("UPDATE reservations SET pupils = 1")
    for group, counted in ((reservation, 0), (reservation + 1, 13)):
        await builders.turnout(slot=slot, group_ref=group, counted=counted)
    assert "13 élèves sur 1 annoncé" in words((await lycee.browser.get("/lycee/creneaux?quand=passes")).text)


async def test_the_list_is_one_page_and_the_addresses_of_its_parts_lead_to_it(lycee):
    await a_visit(lycee)
    for which in ("", "?quand=semaine", "?quand=passes"):
        page = (await lycee.browser.get(f"/lycee/creneaux{which}")).text
        nav = page.partition('<nav class="part-nav"')[2].partition("</nav>")[0]
        assert nav.count('href="/lycee/creneaux') == 4
        assert f'href="/lycee/creneaux{which}" aria-current="page"' in nav
    for told, leads_to in (
        ("passes", "?quand=passes"),
        ("passes?avant=2026-12-02", "?quand=passes&avant=2026-12-02"),
        ("semaine?du=2027-03-25&salle=Hall%20B", "?quand=semaine&du=2027-03-25&salle=Hall%20B"),
    ):
        answer = await lycee.browser.get(f"/lycee/creneaux/{told}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/lycee/creneaux{leads_to}")


async def test_older_slots_follow_by_whole_days(lycee):
    workshop = await builders.workshop(host=lycee.school)
    for days in range(1, 46):
        await builders.slot(workshop=workshop, starts_at=NOW - timedelta(days=days))
    first = await lycee.browser.get("/lycee/creneaux?quand=passes")
    assert first.text.count('<article class="slot') == 40
    assert '/lycee/creneaux?quand=passes&amp;avant=2026-12-02"' in first.text
    second = await lycee.browser.get("/lycee/creneaux?quand=passes&avant=2026-12-02")
    assert second.text.count('<article class="slot') == 5
    assert "Créneaux plus anciens" not in second.text


async def test_a_slot_tells_who_comes_and_gives_each_group_its_papers(lycee):
    slot, reservation = await a_visit(lycee)
    await builders.attendance(
        slot=slot,
        company=await builders.company(name="Horlogerie du Doubs"),
        role="demonstration",
        message="Une prise.",
    )
    answer = await lycee.browser.get(f"/lycee/creneaux/{slot}")
    shown = words(answer.text)
    for told in (
        "4e B, Collège Stendhal",
        "4e · 23 élèves et 2 adultes",
        "Signe du groupe : cercle bleu · Claire Renaud, claire@example.org",
        "Besoins d'accueil : Un fauteuil roulant",
        "Horlogerie du Doubs Démonstration, 2 personnes",
        "Une prise.",
        "Jusqu'au jeudi 18 mars 2027, 9 h 00",
    ):
        assert told in shown
    for link in (f"/reservations/{reservation}/badges.pdf", f"/reservations/{reservation}/invitation.ics"):
        assert f'href="{link}"' in answer.text
    assert f'href="/accueil/{slot}"' in answer.text


async def test_a_group_that_waits_is_neither_expected_nor_ended(lycee):
    slot, _ = await a_visit(lycee)
    college = await builders.school(name="Collège Diderot")
    group = await builders.group(school=college, name="5e A", level="5e")
    await builders.reservation(slot=slot, group=group, state="waiting", pupils=20)
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert "En liste d'attente 5e A , Collège Diderot 5e · 20 élèves" in shown
    assert "n'a plus cours" not in shown
    listed = words((await lycee.browser.get("/lycee/creneaux")).text)
    assert "1 créneau, 23 élèves attendus." in listed
    assert "23 élèves sur 24 places · 1 groupe attend" in listed


async def test_declining_a_group_frees_its_seats_and_tells_its_college_why(lycee):
    slot, reservation = await a_visit(lycee)
    field = f"reason-{reservation}"
    answer = await lycee.browser.post(f"/lycee/reservations/{reservation}/refus", {field: "Machine en panne"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/lycee/creneaux/{slot}?fait=groupe-refuse")
    kept = await row("SELECT state, reason FROM reservations WHERE id = $1", reservation)
    assert tuple(kept) == ("refused_by_host", "Machine en panne")
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 0
    await tell()
    assert (
        await value("SELECT to_email FROM notices WHERE kind = 'reservation_cancelled' AND reader = 'teacher'")
        == "claire@example.org"
    )
    after = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert "1 réservation qui n'a plus cours 4e B , Collège Stendhal · 23 élèves Machine en panne" in after


async def test_declining_without_a_reason_is_answered_beside_the_field(lycee):
    _, reservation = await a_visit(lycee)
    answer = await lycee.browser.post(f"/lycee/reservations/{reservation}/refus", {f"reason-{reservation}": " "})
    assert answer.status_code == 422
    assert f'<a href="#reason-{reservation}">Dites pourquoi en quelques mots' in answer.text
    assert f'id="reason-{reservation}-erreur"' in answer.text
    assert "<details open>" in answer.text
    assert await value("SELECT state FROM reservations WHERE id = $1", reservation) == "confirmed"


async def test_a_visit_that_has_begun_cannot_be_declined(lycee):
    slot, reservation = await a_visit(lycee, starts_at=NOW - timedelta(hours=1))
    assert "Refuser ce groupe" not in (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    answer = await lycee.browser.post(
        f"/lycee/reservations/{reservation}/refus", {f"reason-{reservation}": "Trop tard"}
    )
    assert answer.status_code == 409
    assert "Plus possible" in words(answer.text)


async def test_the_slots_and_groups_of_another_lycee_do_not_exist_here(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    slot, reservation = await a_visit(other)
    assert (await lycee.browser.get(f"/lycee/creneaux/{slot}")).status_code == 404
    refused = await lycee.browser.post(f"/lycee/reservations/{reservation}/refus", {f"reason-{reservation}": "Non"})
    assert refused.status_code == 404
    assert await value("SELECT state FROM reservations WHERE id = $1", reservation) == "confirmed"


async def test_the_college_of_a_group_that_comes_can_be_called(lycee):
    slot, _ = await a_visit(lycee)
    await rows("UPDATE schools SET phone = '03 81 35 58 70' WHERE kind = 'college'")
    page = (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert "Appeler le collège : 03 81 35 58 70" in words(page)
    assert page.count('href="tel:0381355870"') == 1


async def test_the_page_says_until_when_places_are_held_for_an_answer(lycee):
    slot, _ = await a_visit(lycee, seats=60, groups_max=3)
    for name, state in (("3e A", "offered"), ("3e C", "requested")):
        group, until = await builders.group(name=name), paris("2027-03-10 18:00")
        await builders.reservation(slot=slot, group=group, state=state, pupils=10, hold_until=until)
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert shown.count("Places tenues jusqu'au mercredi 10 mars 2027, 18 h 00.") == 2


async def test_the_page_says_which_colleges_have_said_that_they_come(lycee):
    slot, visit = await a_visit(lycee, starts_at=NOW + timedelta(days=3))
    await rows("UPDATE reservations SET confirmed_at = $1", NOW - timedelta(days=40))
    page = (await lycee.browser.get(f"/lycee/creneaux/{slot}")).text
    assert "Le collège n'a pas encore dit s'il vient. Noter sa réponse : 4e B" in words(page)
    assert f'href="/reservations/{visit}"' in page
    await rows("UPDATE reservations SET comes_on = (starts_at AT TIME ZONE 'Europe/Paris')::date")
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert ("Le groupe vient" in shown, "n'a pas encore dit" in shown) == (True, False)


async def test_a_group_that_waits_behind_the_others_stands_last_and_the_page_says_why(lycee):
    slot, _ = await a_visit(lycee, seats=60, groups_max=3)
    for name, beyond in (("4e D", True), ("4e C", False)):
        group = await builders.group(name=name)
        await builders.reservation(slot=slot, group=group, state="waiting", pupils=50, beyond=beyond)
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    told = "Passe après les autres, même si des places sont libres : le collège a déjà autant de groupes de 4e que de"
    assert (shown.index("4e C") < shown.index("4e D") < shown.index(told), shown.count(told)) == (True, 1)


async def test_a_number_that_no_slot_has_is_a_page_that_does_not_exist(lycee):
    for number in ("0", "999", "2147483648", "99999999999999999999"):
        assert (await lycee.browser.get(f"/lycee/creneaux/{number}")).status_code == 404, number
    assert (await lycee.browser.get("/lycee/creneaux?quand=passes&avant=hier")).status_code == 404


async def test_agendas_that_say_no_are_listed_and_free_no_seat(lycee):
    slot, reservation = await a_visit(lycee)
    claire = await value("SELECT booked_by FROM reservations")
    await rows(
        "INSERT INTO replies (reservation, account, answer, sequence, answered_at) VALUES ($1, $2, 'DECLINED', 0, $3)",
        *(reservation, claire, NOW),
    )
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert (
        "Des agendas ont répondu « non » Claire Renaud, pour 4e B : demandez au collège si la visite a lieu."
        " Ces réponses n'annulent rien et ne rendent aucune place."
    ) in shown
    assert "Changement de date Jusqu'au mardi 23 mars 2027, 9 h 00" in shown
    assert await value("SELECT seats_taken FROM slots") == 23


async def test_a_demand_of_a_teacher_whom_her_college_has_not_confirmed_waits_for_it_and_for_no_visa(lycee):
    slot, reservation = await a_visit(lycee)
    await rows("UPDATE reservations SET state = 'requested' WHERE id = $1", reservation)
    page = f"/lycee/creneaux/{slot}"
    assert "En attente du visa" in words((await lycee.browser.get(page)).text)
    await rows("UPDATE memberships SET awaiting = true WHERE role = 'teacher'")
    shown = words((await lycee.browser.get(page)).text)
    assert ("En attente du collège" in shown, "En attente du visa" in shown) == (True, False)


async def test_a_visit_of_this_morning_that_is_closed_does_not_lead_what_is_to_come(lycee):
    taught = await builders.workshop(host=lycee.school, title="Découpe laser")
    closed = await builders.slot(workshop=taught, starts_at=NOW.replace(hour=7), state="done")
    ahead = await builders.slot(workshop=taught, starts_at=NOW + timedelta(days=3))
    page = (await lycee.browser.get("/lycee/creneaux")).text
    assert [f"/creneaux/{slot}" in page for slot in (closed, ahead)] == [False, True]
