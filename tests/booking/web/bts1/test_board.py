from __future__ import annotations

from datetime import date

from tests import builders, builders_bts1
from tests.browsing import read
from workshops.database import row, value

FORM = {"title": "Bachelor Horlogerie", "field": "Horlogerie", "idea_on": "2026-11-02", "note": "Dès 2027."}


async def test_the_board_tells_the_status_the_next_step_and_the_months_of_each(office):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    opened = await builders_bts1.opened(school=lycee, on=date(2026, 9, 1))
    await builders_bts1.intake(opened, 2026, places=12, enrolled=14)
    late = await builders_bts1.course(school=lycee, title="Bachelor Bois")
    await builders_bts1.step(late, "idee", date(2026, 1, 5))
    await builders_bts1.step(late, "montage", date(2026, 12, 1), planned=True)
    await builders_bts1.course(school=lycee, title="Bachelor sans date")
    await builders.target(
        programme="bts1",
        metric="courses",
        label="Formations",
        unit="formations",
        target=10,
        note="Avec le CNAM.",
        from_on=date(2025, 9, 1),
        to_on=date(2028, 8, 31),
    )
    shown = read(await office.get("/gestion/bts1"))
    assert "Ouvertes 1 sur 10 visées en août 2028 Accompagnées 1 sur 10" in shown
    assert "En préparation 1 de l'idée à l'habilitation" in shown
    assert "Étapes en retard 1" in shown
    assert "Accompagnées : celles dont le montage ou une étape suivante est franchi" in shown
    assert "arrêtées avant d'ouvrir. Note de la coordination : Avec le CNAM." in shown
    assert (
        "Licence professionnelle Microtechniques Lycée Jules Haag, Besançon Ouverte depuis septembre 2026"
        " Première promotion sans date 19 mois 14 pour 12 places en 2026-2027"
    ) in shown
    assert (
        "Bachelor Bois Lycée Jules Haag, Besançon Idée depuis janvier 2026"
        " Montage En retard prévue le mardi 1er décembre 2026 non daté aucun encore"
    ) in shown


async def test_without_a_course_the_board_says_how_to_begin(office):
    shown = await office.get("/gestion/bts1")
    assert "Aucune formation n'est notée" in read(shown)
    assert 'href="/bts1/nouvelle">Ajouter une formation</a>' in shown.text


async def test_the_coordinator_adds_a_course_for_a_lycee_and_the_journal_says_so(office):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    assert f'<option value="{lycee}">Besançon, Lycée Jules Haag</option>' in (await office.get("/bts1/nouvelle")).text
    answer = await office.post("/bts1", {**FORM, "school": str(lycee)})
    made = await value("SELECT id FROM bts1_courses")
    assert answer.headers["location"] == f"/bts1/{made}?fait=formation-enregistree"
    assert tuple(await row("SELECT school, title, field, note FROM bts1_courses")) == (
        lycee,
        "Bachelor Horlogerie",
        "Horlogerie",
        "Dès 2027.",
    )
    assert tuple(await row("SELECT step, step_on, planned FROM bts1_steps")) == ("idee", date(2026, 11, 2), False)
    assert tuple(await row("SELECT act, about_kind, about FROM events WHERE act LIKE 'course%'")) == (
        "course_drafted",
        "course",
        made,
    )
    assert "Formation BTS+1 ajoutée" in read(await office.get("/gestion/journal"))


async def test_a_host_adds_a_course_of_its_own_lycee_whatever_it_sends(lycee):
    other = await builders.school(kind="lycee")
    assert 'name="school"' not in (await lycee.browser.get("/bts1/nouvelle")).text
    await lycee.browser.post("/bts1", {**FORM, "school": str(other)})
    assert await value("SELECT school FROM bts1_courses") == lycee.school
    assert "Bachelor Horlogerie Horlogerie Idée" in read(await lycee.browser.get("/lycee/bts1"))


async def test_a_wrong_course_is_said_at_its_field_and_what_was_typed_stays(office):
    for wrong, fields in (
        ({"title": "", "idea_on": "hier"}, {"title", "idea_on"}),
        ({"idea_on": "2027-01-12"}, {"idea_on", "school"}),
    ):
        answer = await office.post("/bts1", FORM | wrong)
        told = {field for field in ("title", "idea_on", "school") if f'<a href="#{field}">' in answer.text}
        assert (answer.status_code, told) == (422, fields)
        assert 'value="Horlogerie"' in answer.text


async def test_a_course_that_the_lycee_has_already_is_told(lycee):
    await lycee.browser.post("/bts1", FORM)
    answer = await lycee.browser.post("/bts1", FORM)
    assert answer.status_code == 409
    assert "Ce lycée a déjà une formation de ce nom." in read(answer)


async def test_a_lycee_sees_its_own_courses_alone(lycee):
    await builders_bts1.course(title="Bachelor Bois")
    assert "Aucune formation n'est notée" in read(await lycee.browser.get("/lycee/bts1"))
