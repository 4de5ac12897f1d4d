from __future__ import annotations

import re

from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from workshops.catalogue.queries import workshop as stored
from workshops.catalogue.rules import SafetySheet
from workshops.database import rows, value

SHEET = {
    "pupils_do": "Limer,\r\npercer à la main.",
    "shown_only": "Le tour.",
    "protective_equipment": "Lunettes prêtées.",
    "responsible": "Marc Perrin",
}
FIELDS = {
    "title": "Horloge en laiton",
    "summary": "Du plan à l'objet.",
    "levels": ["5e", "4e"],
    "minutes": "180",
    "seats": "24",
    "groups_max": "1",
    "access": "Bâtiment C.",
    "pupils_do": "",
    "shown_only": "",
    "protective_equipment": "",
    "responsible": "",
}


async def test_a_workshop_is_written_down_as_a_draft_and_says_what_it_lacks(lycee):
    lamp = await builders.tech_object(name="Lampe")
    answer = await lycee.browser.post("/lycee/ateliers", FIELDS | {"objects": [str(lamp)], "responsible": "M. Perrin"})
    made = await value("SELECT id FROM workshops")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/lycee/ateliers/{made}?fait=atelier-enregistre")
    kept = await stored(made)
    assert (kept.state, kept.levels, kept.object_ids, kept.access) == ("draft", ("5e", "4e"), (lamp,), "Bâtiment C.")
    shown = words((await lycee.browser.get(f"/lycee/ateliers/{made}")).text)
    lacking = "ce que font les élèves, ce qui est seulement montré, les équipements de protection."
    assert f"Fiche de sécurité, il manque : {lacking}" in shown
    assert "Publier l'atelier" not in shown


async def test_a_lycee_says_where_what_it_builds_is_taught_and_reads_it_again_in_the_form(lycee):
    other = await builders.school(kind="lycee", name="Lycée Faure", commune="Morteau")
    page = "https://www.onisep.fr/recherche?text=horlogerie"
    told = {"diploma": "CAP Horlogerie", "diploma_school": str(other), "diploma_link": page}
    await lycee.browser.post("/lycee/ateliers", FIELDS | told)
    kept = await stored(await value("SELECT id FROM workshops"))
    assert (kept.diploma, kept.diploma_school, kept.diploma_link) == ("CAP Horlogerie", other, page)
    shown = (await lycee.browser.get(f"/lycee/ateliers/{kept.id}")).text
    assert re.findall(r'name="diploma(?:_link)?"[^>]* value="(.*?)"', shown) == ["CAP Horlogerie", page]
    assert re.findall(r'<option value="(\d*)" selected>(.*?)</option>', shown) == [(str(other), "Morteau, Lycée Faure")]
    await lycee.browser.post(f"/lycee/ateliers/{kept.id}", FIELDS | told | {"diploma_school": ""})
    assert (await stored(kept.id)).diploma_school is None


async def test_a_page_that_is_not_onisep_s_is_refused_beside_its_field(lycee):
    told = {"diploma": "CAP Horlogerie", "diploma_school": "", "diploma_link": "https://www.example.org/"}
    answer = await lycee.browser.post("/lycee/ateliers", FIELDS | told)
    assert answer.status_code == 422
    assert re.findall(r'<a href="#diploma_link">(.*?)</a>', answer.text) == [
        "Sa page Onisep : une adresse du site onisep.fr, qui commence par https://www.onisep.fr/."
    ]
    assert await value("SELECT count(*) FROM workshops") == 0


async def test_a_complete_sheet_can_be_published_then_withdrawn(lycee):
    workshop = await builders.workshop(host=lycee.school, state="draft", objects=(await builders.tech_object(),))
    assert "Publier l'atelier" in words((await lycee.browser.get(f"/lycee/ateliers/{workshop}")).text)
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}/publication")
    assert answer.headers["location"] == f"/lycee/ateliers/{workshop}?fait=atelier-publie"
    assert (await stored(workshop)).state == "published"
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}/retrait")
    assert answer.headers["location"] == f"/lycee/ateliers/{workshop}?fait=atelier-retire"
    assert (await stored(workshop)).state == "withdrawn"
    acts = await rows("SELECT act, by FROM events WHERE about_kind = 'workshop' ORDER BY id")
    assert [tuple(one) for one in acts] == [
        ("workshop_published", lycee.account),
        ("workshop_withdrawn", lycee.account),
    ]


async def test_an_incomplete_sheet_is_not_published_and_the_page_says_why(lycee):
    workshop = await builders.workshop(host=lycee.school, state="draft", responsible="")
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}/publication")
    assert answer.status_code == 409
    assert "Il manque la personne responsable." in words(answer.text)
    assert (await stored(workshop)).state == "draft"


async def test_a_published_workshop_keeps_its_sheet_complete(lycee):
    workshop = await builders.workshop(host=lycee.school)
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}", FIELDS | SHEET | {"shown_only": ""})
    assert answer.status_code == 409
    assert '<a href="#shown_only">L&#39;atelier est publié : écrivez ce qui est seulement montré.</a>' in answer.text
    assert (await stored(workshop)).title == "Découpe laser"


async def test_changing_a_workshop_keeps_every_line_that_was_typed(lycee):
    workshop = await builders.workshop(host=lycee.school)
    lamp = await builders.tech_object()
    await lycee.browser.post(f"/lycee/ateliers/{workshop}", FIELDS | SHEET | {"objects": [str(lamp)]})
    assert (await stored(workshop)).sheet == SafetySheet(
        pupils_do="Limer,\npercer à la main.",
        shown_only="Le tour.",
        protective_equipment="Lunettes prêtées.",
        responsible="Marc Perrin",
    )


async def test_wrong_answers_come_back_with_what_was_typed_and_ticked(lycee):
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge")
    wrong = FIELDS | {"title": "", "minutes": "5", "seats": "x", "levels": ["4e"], "objects": [str(clock)]}
    wrong["groups_max"] = ""
    answer = await lycee.browser.post("/lycee/ateliers", wrong)
    assert answer.status_code == 422
    told = words(answer.text)
    for sentence in (
        "4 réponses à corriger",
        "Titre : à remplir.",
        "Groupes au plus : écrivez un nombre de 1 à 20.",
        "Durée, en minutes : écrivez un nombre de 30 à 600.",
    ):
        assert sentence in told
    assert 'name="levels" value="4e" checked' in answer.text
    assert 'name="levels" value="5e">' in answer.text
    assert f'name="objects" value="{clock}" checked' in answer.text
    assert f'name="objects" value="{lamp}">' in answer.text
    assert await value("SELECT count(*) FROM workshops") == 0


async def test_a_workshop_without_a_level_or_with_an_unknown_one_is_refused(lycee):
    for levels in ([], ["2de"]):
        answer = await lycee.browser.post("/lycee/ateliers", FIELDS | {"levels": levels})
        assert (answer.status_code, '<a href="#levels">' in answer.text) == (422, True)


async def test_an_object_missing_from_the_list_is_added_with_the_workshop(lycee):
    lamp = await builders.tech_object(name="Lampe")
    await lycee.browser.post("/lycee/ateliers", FIELDS | {"objects": [str(lamp)], "new_object": "Horloge"})
    made = await value("SELECT id FROM workshops")
    assert (await stored(made)).object_names == ("Horloge", "Lampe")
    await lycee.browser.post(f"/lycee/ateliers/{made}", FIELDS | {"new_object": " lampe "})
    assert (await stored(made)).object_ids == (lamp,)
    assert await value("SELECT count(*) FROM tech_objects") == 2
    acts = await rows("SELECT act, by, about FROM events WHERE about_kind = 'workshop' ORDER BY id")
    assert [tuple(one) for one in acts] == [
        ("workshop_described", lycee.account, made),
        ("workshop_changed", lycee.account, made),
    ]


async def test_a_refused_workshop_leaves_no_object_behind(lycee):
    workshop = await builders.workshop(host=lycee.school)
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}", FIELDS | {"new_object": "Horloge"})
    assert (answer.status_code, await value("SELECT count(*) FROM tech_objects")) == (409, 0)


async def test_the_list_gives_each_workshop_its_next_act(lycee):
    shown = await builders.workshop(host=lycee.school, title="A", objects=(await builders.tech_object(),))
    ready = await builders.workshop(
        host=lycee.school, title="B", state="draft", objects=(await builders.tech_object(),)
    )
    lacking = await builders.workshop(host=lycee.school, title="C", state="draft", shown_only="")
    answer = await lycee.browser.get("/lycee/ateliers")
    assert f'href="/lycee/creneaux/nouveau?atelier={shown}"' in answer.text
    assert f'action="/lycee/ateliers/{ready}/publication"' in answer.text
    assert f'href="/lycee/ateliers/{lacking}#fiche"' in answer.text


async def test_the_workshops_of_another_lycee_do_not_exist_here(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    theirs = await builders.workshop(host=other.school, state="draft")
    assert (await lycee.browser.get(f"/lycee/ateliers/{theirs}")).status_code == 404
    for path in ("", "/publication", "/retrait"):
        answer = await lycee.browser.post(f"/lycee/ateliers/{theirs}{path}", FIELDS | SHEET)
        assert answer.status_code == 404, path
    assert (await stored(theirs)).state == "draft"


NO_OBJECT = "Cet atelier n'a pas d'objet à fabriquer : cochez-en au moins un, ou nommez le vôtre sous « Autre objet »."


async def test_a_workshop_where_nothing_is_made_is_not_published_and_the_page_says_why(lycee):
    workshop = await builders.workshop(host=lycee.school, state="draft")
    page = words((await lycee.browser.get(f"/lycee/ateliers/{workshop}")).text)
    assert ("Il manque un objet à fabriquer" in page, "Publier l'atelier" in page) == (True, False)
    assert "Publier l'atelier" not in words((await lycee.browser.get("/lycee/ateliers")).text)
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}/publication")
    assert (answer.status_code, NO_OBJECT in words(answer.text)) == (409, True)
    assert (await stored(workshop)).state == "draft"


async def test_a_published_workshop_keeps_an_object(lycee):
    lamp = await builders.tech_object(name="Lampe")
    workshop = await builders.workshop(host=lycee.school, objects=(lamp,))
    answer = await lycee.browser.post(f"/lycee/ateliers/{workshop}", FIELDS | SHEET)
    assert (answer.status_code, '<a href="#objects">' in answer.text) == (409, True)
    assert f"1 réponse à corriger {NO_OBJECT}" in words(answer.text)
    assert (await stored(workshop)).object_ids == (lamp,)
    named = await lycee.browser.post(f"/lycee/ateliers/{workshop}", FIELDS | SHEET | {"new_object": "Toupie"})
    assert (named.status_code, (await stored(workshop)).object_names) == (303, ("Toupie",))


async def test_one_published_before_without_an_object_is_named_at_home_and_when_a_slot_opens(lycee):
    workshop = await builders.workshop(host=lycee.school, title="Découpe laser")
    home = words((await lycee.browser.get("/lycee")).text)
    assert "« Découpe laser » n'a pas d'objet à fabriquer Le jour de la visite, il n'y aurait rien à noter." in home
    slot = {"workshop": workshop, "on": "2027-03-25", "starts": "09:00"}
    answer = await lycee.browser.post("/lycee/creneaux", slot)
    opened = await value("SELECT id FROM slots")
    assert answer.headers["location"] == f"/lycee/creneaux/{opened}?fait=creneau-ouvert-sans-objet"
    told = "Le créneau est ouvert, mais son atelier n'a pas d'objet à fabriquer : choisissez-en un sur sa page"
    assert told in words((await lycee.browser.get(answer.headers["location"])).text)
    await builders.tech_object(name="Lampe")
    await rows("INSERT INTO workshop_objects (workshop, tech_object) SELECT $1, id FROM tech_objects", workshop)
    again = await lycee.browser.post("/lycee/creneaux", slot | {"on": "2027-03-26"})
    assert again.headers["location"].endswith("?fait=creneau-ouvert")


async def test_what_is_typed_is_read_as_a_college_will_read_it_and_nothing_is_kept(lycee):
    lamp = await builders.tech_object(name="Lampe à balancier")
    known = await builders.workshop(host=lycee.school, title="Avant", objects=(lamp,))
    typed = FIELDS | SHEET | {"objects": [str(lamp)], "new_object": "Dé à jouer", "seats": "mille", "apercu": "oui"}
    for path in (f"/lycee/ateliers/{known}", "/lycee/ateliers"):
        answer = await lycee.browser.post(path, typed)
        seen = re.search(r'<section class="preview".*?<form', answer.text, re.DOTALL)[0]
        assert (answer.status_code, re.findall(r'#(\w+)"/></svg>', seen)) == (200, ["lampe", "de"])
        told = words(f"<main>{seen}</main>")
        assert "Horloge en laiton" in told
        assert "Responsable Marc Perrin" in told
        # What was typed is there again, right or not.
        assert 'value="mille"' in answer.text
    assert [tuple(one) for one in await rows("SELECT title FROM workshops")] == [("Avant",)]


async def test_what_is_not_written_yet_is_said_in_the_preview(lycee):
    answer = await lycee.browser.post("/lycee/ateliers", {"apercu": "oui"})
    told = words(answer.text)
    assert (answer.status_code, "Sans titre" in told, told.count("à écrire")) == (200, True, 4)
