"""The papers say what the visit is, to the right people and at the right time."""

from __future__ import annotations

import pytest

from booking.day.papers.pack import pack_of, paper_of
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import AFTER, BEFORE, Facts, Grid, NoPapers, NotYetBuilt, Taught
from booking.day.papers.signed_papers import FIRST_NAMES, NUMBERED
from tests import builders
from tests.booking.day.papers.paper_visit import attended, sentences, visit
from workshops.database import value
from workshops.refusals import NotFound


async def seen(reservation: int) -> PaperVisit:
    found = await visit_on_paper(reservation)
    assert found is not None
    return found


async def test_the_file_holds_its_papers_in_order_and_says_so_on_its_cover(db):
    cover, *papers = pack_of(await seen(await visit()))
    assert tuple(paper.kind for paper in papers) == BEFORE
    (contents,) = (block for block in cover.sheets[0] if isinstance(block, Grid))
    assert [line[1] for line in contents.rows] == [
        "Programme de la journée",
        "Liste par numéro",
        "Information aux familles et autorisation",
        "Ordre de mission",
        "Fiche transport",
        "Fiche sécurité",
        "Accès au lycée",
    ]
    assert sentences(cover)[1] == (
        "Le groupe 4e B (Collège de l'Œillet, Dole) vient à l'atelier « Découpe laser », Lycée Jules Haag, Besançon,"
        " le jeudi 25 mars 2027, de 9 h 00 à 12 h 00."
    )


async def test_the_programme_leaves_the_colleges_own_hours_to_its_pen(db):
    (sheet,) = paper_of(await seen(await visit()), "programme").sheets
    (hours,) = (block for block in sheet if isinstance(block, Grid))
    assert hours.rows == (
        ("…… h ……", "Appel au collège, remise des badges, départ"),
        ("8 h 45", "Arrivée conseillée à l'accueil du lycée, Besançon"),
        ("9 h 00", "Début de l'atelier, Atelier de microtechniques"),
        ("12 h 00", "Fin de l'atelier, comptage des élèves, départ du lycée"),
        ("…… h ……", "Retour au collège"),
    )


async def test_the_list_has_a_line_per_number_and_nothing_in_it(db):
    (sheet,) = paper_of(await seen(await visit(pupils=3, adults=2)), "liste").sheets
    (lines,) = (block for block in sheet if isinstance(block, Grid))
    assert lines.rows == tuple((face, "", "", "", "") for face in ("1", "2", "3", "A1", "A2"))


async def test_each_adult_has_an_ordre_de_mission(db):
    paper = paper_of(await seen(await visit(adults=12)), "mission")
    assert len(paper.sheets) == 12
    assert sentences(paper.sheets[11][0]) == ["Accompagnateur 12 sur 12"]


async def test_the_transport_sheet_counts_the_passengers_and_says_how_far_it_is(db):
    (sheet,) = paper_of(await seen(await visit()), "transport").sheets
    (facts, _) = (block for block in sheet if isinstance(block, Facts))
    assert dict(facts.lines) == {
        "Date": "jeudi 25 mars 2027",
        "Prise en charge": "Collège de l'Œillet, 3 rue des Arènes, 39100 Dole",
        "Destination": "Lycée Jules Haag, 1 rue Labbé, 25000 Besançon",
        "Distance": "43 km à vol d'oiseau ; la route est plus longue",
        "Passagers": "26 personnes : 24 élèves et 2 adultes",
    }


async def test_families_read_what_the_badges_of_their_group_carry(db):
    reservation = await visit()
    numbered = sentences(paper_of(await seen(reservation), "familles"))
    await value("UPDATE groups SET first_names = true RETURNING id")
    named = sentences(paper_of(await seen(reservation), "familles"))
    assert [one for one in named if one not in numbered] == [
        FIRST_NAMES,
        "refuse que son prénom figure sur son badge",
    ]
    assert [one for one in numbered if one not in named] == [NUMBERED]


async def test_the_map_is_an_address_to_read(db):
    said = sentences(paper_of(await seen(await visit()), "acces"))
    assert [one for one in said if "openstreetmap" in one] == [
        "https://www.openstreetmap.org/?mlat=47.24000&mlon=6.02000#map=17/47.24000/6.02000"
    ]


async def test_what_was_built_is_told_with_its_figures(db):
    paper = paper_of(await seen(await attended()), "bilan")
    intro, lamp = paper.sheets[0]
    assert sentences(intro) == [
        "Groupe 4e B, Collège de l'Œillet : 23 élèves à l'atelier « Découpe laser », Lycée Jules Haag, Besançon, le"
        " jeudi 25 mars 2027.",
    ]
    assert sentences(lamp) == [
        "Lampe à balancier",
        "Un bras, un ressort, une LED.",
        *("24", "commencés", "22", "terminés", "20", "en marche", "18", "emportés", "2 h 30", "à l'établi"),
        "Deux à reprendre.",
    ]


async def test_the_sheet_of_the_class_tells_who_was_with_it_and_where_that_is_taught_the_nearest_first(db):
    page = "https://www.onisep.fr/recherche?text=optique"
    reservation = await attended(diploma="Bac pro Microtechniques", diploma_link=page)
    slot, lamp = await value("SELECT slot FROM reservations"), await value("SELECT id FROM tech_objects")
    dole = await builders.school(kind="lycee", name="Lycée Duhamel", commune="Dole", lat=47.095, lon=5.49)
    await builders.workshop(host=dole, objects=(lamp,), diploma="Bac pro Optique lunetterie")
    await builders.workshop(host=dole, diploma="Bac pro Cuisine")
    for name, people in (("Lunettes Lamy", 2), ("Forges de Dole", 0)):
        await builders.company_turnout(slot=slot, company=await builders.company(name=name), people=people)
    _, with_them, _, heading, *taught = paper_of(await seen(reservation), "bilan").sheets[0]
    assert [sentences(one) for one in (with_them, heading)] == [["Avec nous : Lunettes Lamy."], ["Où apprendre cela"]]
    assert taught == [
        Taught("Bac pro Optique lunetterie", "Lycée Duhamel, Dole, moins d'un km", ""),
        Taught("Bac pro Microtechniques", "Lycée Jules Haag, Besançon, 43 km", page),
    ]


async def test_a_class_that_built_two_objects_reads_of_which_each_diploma_is(db):
    reservation = await attended(diploma="Bac pro Microtechniques")
    slot, host = await value("SELECT slot FROM reservations"), await value("SELECT school FROM slots")
    clock = await builders.tech_object(name="Horloge")
    await builders.build(slot=slot, group_ref=reservation, tech_object=clock)
    await builders.workshop(host=host, objects=(clock,), diploma="CAP Horlogerie")
    taught = [block for block in paper_of(await seen(reservation), "bilan").sheets[0] if isinstance(block, Taught)]
    assert [(one.title, one.where) for one in taught] == [
        ("Bac pro Microtechniques", "Lampe à balancier · Lycée Jules Haag, Besançon, 43 km"),
        ("CAP Horlogerie", "Horloge · Lycée Jules Haag, Besançon, 43 km"),
    ]


async def test_the_attestation_counts_and_names_no_pupil(db):
    (sheet,) = paper_of(await seen(await attended()), "attestation").sheets
    (facts,) = (block for block in sheet if isinstance(block, Facts))
    assert dict(facts.lines) == {
        "Date et heures": "jeudi 25 mars 2027, de 9 h 00 à 12 h 00",
        "Lieu": "Lycée Jules Haag, 1 rue Labbé, 25000 Besançon",
        "Atelier": "Découpe laser",
        "Élèves comptés par le lycée": "23",
        "Accompagnateurs": "2",
        "Objets fabriqués": "Lampe à balancier (22 terminés)",
    }


@pytest.mark.parametrize("state", ["waiting", "requested", "offered", "cancelled_by_teacher", "called_off", "no_show"])
async def test_a_visit_that_is_not_confirmed_has_no_papers(db, state):
    unsure = await seen(await visit(state=state))
    with pytest.raises(NoPapers):
        pack_of(unsure)
    with pytest.raises(NoPapers):
        paper_of(unsure, "familles")


@pytest.mark.parametrize("kind", AFTER)
async def test_what_is_true_after_the_visit_waits_for_its_closure(db, kind):
    with pytest.raises(NotYetBuilt):
        paper_of(await seen(await visit()), kind)


async def test_a_paper_that_does_not_exist_is_not_found(db):
    with pytest.raises(NotFound):
        paper_of(await seen(await visit()), "../bilan")
    assert await visit_on_paper(404) is None
