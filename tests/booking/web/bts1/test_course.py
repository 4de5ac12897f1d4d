from __future__ import annotations

from datetime import date

import pytest

from tests import builders, builders_bts1
from tests.browsing import read
from workshops.database import row, rows, value


@pytest.fixture
async def course(lycee):
    return await builders_bts1.course(school=lycee.school)


async def test_a_step_is_noted_planned_and_taken_back(lycee, course):
    answer = await lycee.browser.post(f"/bts1/{course}/etapes", {"step": "idee", "step_on": "2026-03-02"})
    assert answer.headers["location"] == f"/bts1/{course}?fait=etape-notee#etapes"
    await lycee.browser.post(f"/bts1/{course}/etapes", {"step": "montage", "step_on": "2027-09-01", "planned": "oui"})
    shown = read(await lycee.browser.get(f"/bts1/{course}"))
    assert "Statut Idée depuis mars 2026 Étape suivante Montage prévue le mercredi 1er septembre 2027" in shown
    assert "Idée lundi 2 mars 2026 Franchie" in shown
    await lycee.browser.post(f"/bts1/{course}/etapes/montage/retrait")
    assert await value("SELECT count(*) FROM bts1_steps") == 1
    assert (await lycee.browser.post(f"/bts1/{course}/etapes/montage/retrait")).status_code == 404


async def test_a_step_out_of_order_is_told_on_the_course_with_what_was_typed(lycee, course):
    await builders_bts1.step(course, "idee", date(2026, 3, 2))
    answer = await lycee.browser.post(f"/bts1/{course}/etapes", {"step": "montage", "step_on": "2026-03-01"})
    assert answer.status_code == 422
    assert '<a href="#step_on">« Montage » vient après « Idée », du 02/03/2026.</a>' in answer.text.replace("\xa0", " ")
    assert 'value="2026-03-01"' in answer.text


async def test_partners_are_chosen_in_the_lists_or_named(lycee, course):
    member = await builders_bts1.partner(kind="ecole", name="SUPMICROTECH-ENSMM")
    firm = await builders.company(name="Horlogerie du Doubs")
    for sent in (
        {"maker": str(member), "kind": "cnam", "name": ""},
        {"maker": "", "company": "Horlogerie du Doubs", "kind": "cnam", "name": ""},
        {"maker": "", "kind": "cnam", "name": "Cnam BFC"},
    ):
        assert (await lycee.browser.post(f"/bts1/{course}/partenaires", sent)).status_code == 303
    kept = [tuple(one) for one in await rows("SELECT kind, name, company, partner FROM bts1_partners ORDER BY id")]
    assert kept == [
        ("autre", "SUPMICROTECH-ENSMM", None, member),
        ("entreprise", "Horlogerie du Doubs", firm, None),
        ("cnam", "Cnam BFC", None, None),
    ]
    line = await value("SELECT id FROM bts1_partners WHERE kind = 'cnam'")
    await lycee.browser.post(f"/bts1/{course}/partenaires/{line}/retrait")
    assert "Cnam BFC Retirer" not in read(await lycee.browser.get(f"/bts1/{course}"))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"maker": "", "kind": "cnam", "name": ""}, "name"),
        ({"maker": "", "kind": "mairie", "name": "Besançon"}, "kind"),
        ({"maker": "999999", "kind": "cnam", "name": "Cnam"}, "maker"),
        ({"maker": "", "company": "zzz"}, "company"),
        ({"maker": "commune-1", "kind": "cnam", "name": "Cnam"}, "maker"),
    ],
)
async def test_a_wrong_partner_is_said_at_its_field(lycee, course, sent, field):
    answer = await lycee.browser.post(f"/bts1/{course}/partenaires", sent)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert await value("SELECT count(*) FROM bts1_partners") == 0


async def test_a_line_without_a_partner_names_the_three_ways(lycee, course):
    answer = await lycee.browser.post(f"/bts1/{course}/partenaires", {"maker": "", "kind": "cnam", "name": ""})
    assert "Nommez le partenaire : un membre du consortium, une entreprise, ou un autre organisme par son nom." in read(
        answer
    )


async def test_a_member_of_the_consortium_has_no_country_here_and_its_line_is_not_rewritten(lycee, course):
    member = await builders_bts1.partner(kind="uimm", name="UIMM")
    path, sent = f"/bts1/{course}/partenaires", {"maker": str(member), "kind": "uimm", "name": ""}
    wrong = await lycee.browser.post(path, sent | {"partner_country": "Suisse"})
    assert (wrong.status_code, '<a href="#partner_country">' in wrong.text) == (422, True)
    assert "Un membre du consortium n'a pas de pays ici : laissez vide." in read(wrong)
    assert (await lycee.browser.post(path, sent)).status_code == 303
    named = {"maker": "", "kind": "uimm", "name": "UIMM", "partner_country": "Suisse"}
    for again in (sent | {"partner_country": "Suisse"}, named):
        assert (await lycee.browser.post(path, again)).status_code == 422
    assert await value("SELECT array_agg(name || country) FROM bts1_partners") == ["UIMM"]


async def test_what_is_no_country_or_is_not_abroad_is_refused_and_some_are_proposed(lycee, course):
    partner = {"maker": "", "kind": "autre", "name": "Haute école"}
    stay = {"stay": "stage", "stay_year": "2026", "people": "3"}
    abroad = "Pays : la France n'est pas à l'étranger."
    for told, sentence in (
        ("Atlantide", "Pays : « Atlantide » n'est pas un pays. Choisissez dans la liste."),
        ("Itallie😀", "Pays : « Itallie😀 » n'est pas un pays. Vouliez-vous dire Italie ?"),
        ("--", "Pays : « -- » n'est pas un pays. Choisissez dans la liste."),
        (" france ", abroad),
        ("La Réunion", abroad),
    ):
        for path, sent in (
            ("partenaires", partner | {"partner_country": told}),
            ("mobilites", stay | {"country": told}),
        ):
            answer = await lycee.browser.post(f"/bts1/{course}/{path}", sent)
            assert (answer.status_code, sentence in read(answer)) == (422, True), (path, told)
    page = (await lycee.browser.get(f"/bts1/{course}")).text
    assert page.count('list="pays"') == 2
    assert ('<option value="Suisse">' in page, '<option value="France">' in page) == (True, False)
    for told in ("cote d’ivoire", "Angleterre", "les Pays Bas"):
        sent = partner | {"name": told, "partner_country": told}
        assert (await lycee.browser.post(f"/bts1/{course}/partenaires", sent)).status_code == 303
    kept = await value("SELECT array_agg(country ORDER BY country) FROM bts1_partners")
    assert kept == ["Côte d'Ivoire", "Pays-Bas", "Royaume-Uni"]


async def test_what_was_noted_or_refused_is_read_where_its_form_stands(lycee, course):
    sent = {"country": "Suisse", "stay": "stage", "stay_year": "2026", "people": "3"}
    answer = await lycee.browser.post(f"/bts1/{course}/mobilites", sent)
    assert answer.headers["location"] == f"/bts1/{course}?fait=mobilite-notee#mobilites"
    refused = (await lycee.browser.post(f"/bts1/{course}/mobilites", sent | {"people": "0"})).text
    assert refused.count('class="errors"') == 1
    assert refused.index('id="mobilites"') < refused.index('class="errors"')
    for path, at, sent in (
        ("etapes", "etapes", {"step": ""}),
        ("partenaires", "partenaires", {"maker": ""}),
        ("bts", "partenaires", {"bts": ""}),
    ):
        refused = (await lycee.browser.post(f"/bts1/{course}/{path}", sent)).text
        assert refused.count('class="errors"') == 1, path
        assert refused.index(f'id="{at}"') < refused.index('class="errors"'), path


async def test_the_language_names_no_person_and_is_made_of_words(lycee, course):
    sent = {"title": "Bachelor Bois", "field": "Bois", "note": ""}
    for told in ("Emma Durand", "Anglais 😀"):
        wrong = await lycee.browser.post(f"/bts1/{course}/fiche", sent | {"language": told})
        assert (wrong.status_code, '<a href="#language">' in wrong.text) == (422, True), told
    good = await lycee.browser.post(f"/bts1/{course}/fiche", sent | {"language": "Français, anglais (B2)"})
    assert good.status_code == 303


async def test_nobody_has_gone_in_a_school_year_that_has_not_begun(lycee, course):
    sent = {"country": "Suisse", "stay": "stage", "stay_year": "2027", "people": "3"}
    wrong = await lycee.browser.post(f"/bts1/{course}/mobilites", sent)
    assert (wrong.status_code, "Année scolaire : 2027-2028 n'a pas commencé." in read(wrong)) == (422, True)
    stays = (await lycee.browser.get(f"/bts1/{course}")).text.partition('id="stay_year"')[2].partition("</select>")[0]
    assert ('value="2026"' in stays, 'value="2027"' in stays) == (True, False)


async def test_a_feeder_is_added_and_taken_back(lycee, course):
    sent = {"bts": "BTS CIM", "taught_at": str(lycee.school)}
    assert (await lycee.browser.post(f"/bts1/{course}/bts", sent)).status_code == 303
    assert "BTS CIM Lycée Jules Haag, Besançon Retirer" in read(await lycee.browser.get(f"/bts1/{course}"))
    assert (await lycee.browser.post(f"/bts1/{course}/bts", {**sent, "taught_at": "x"})).status_code == 422
    feeder = await value("SELECT id FROM bts1_feeders")
    await lycee.browser.post(f"/bts1/{course}/bts/{feeder}/retrait")
    assert await value("SELECT count(*) FROM bts1_feeders") == 0


async def test_the_card_is_corrected(lycee, course):
    sent = {"title": "Bachelor Bois", "field": "Bois", "note": "Ligne 1\r\nLigne 2"}
    answer = await lycee.browser.post(f"/bts1/{course}/fiche", sent)
    assert answer.headers["location"] == f"/bts1/{course}?fait=formation-enregistree"
    assert tuple(await row("SELECT title, field, note FROM bts1_courses")) == (
        "Bachelor Bois",
        "Bois",
        "Ligne 1\nLigne 2",
    )
    wrong = await lycee.browser.post(f"/bts1/{course}/fiche", {**sent, "field": ""})
    assert (wrong.status_code, '<a href="#field">' in wrong.text) == (422, True)
    await builders_bts1.course(school=lycee.school, title="Bachelor Micro")
    taken = await lycee.browser.post(f"/bts1/{course}/fiche", {**sent, "title": "Bachelor Micro"})
    assert (taken.status_code, "Formation déjà notée" in read(taken)) == (409, True)


async def test_a_mistake_is_taken_back_a_course_with_counts_is_not(lycee, course, office):
    assert "Pour une formation notée par erreur." in read(await lycee.browser.get(f"/bts1/{course}/fiche"))
    await builders_bts1.intake(course, 2026, enrolled=9)
    assert "Si elle s'arrête, notez l'étape" in read(await lycee.browser.get(f"/bts1/{course}/fiche"))
    refused = await lycee.browser.post(f"/bts1/{course}/retrait")
    assert (refused.status_code, "Formation gardée" in read(refused)) == (409, True)
    await rows("DELETE FROM bts1_intakes")
    answer = await office.post(f"/bts1/{course}/retrait")
    assert answer.headers["location"] == "/gestion/bts1?fait=formation-retiree"
    assert await value("SELECT count(*) FROM bts1_courses") == 0


async def test_the_coordinator_corrects_the_course_of_a_lycee(office, course):
    await office.post(f"/bts1/{course}/etapes", {"step": "idee", "step_on": "2026-03-02", "planned": "non"})
    assert tuple(await row("SELECT step, planned FROM bts1_steps")) == ("idee", False)


async def test_a_wrong_form_about_another_lycees_course_tells_nothing_of_it(lycee):
    number = await builders_bts1.course()
    for path in ("/etapes", "/fiche", "/partenaires", "/bts", "/mobilites"):
        assert (await lycee.browser.post(f"/bts1/{number}{path}", {})).status_code == 404, path
    assert (await lycee.browser.post(f"/bts1/{number}/effectifs/2026", {"places": "x"})).status_code == 404
