"""The groups behind a figure leave as a file that an import takes back: new elsewhere, already counted here."""

from __future__ import annotations

from datetime import date

from booking.process.version import VERSION
from booking.programme.past_visits.foresee import foresee
from booking.programme.past_visits.take_in import take_in
from tests import builders
from tests.booking.programme.past_visits.files import DIDEROT, HAAG, Place, a_place
from tests.booking.web.office.test_past_visits import send
from tests.browsing import read
from tests.builders import NOW, paris
from tests.owner import by_owner
from workshops.database import rows, value

ADDRESS = "/gestion/creneaux?annee=tout&fichier=groupes-"
SAID = f"10/12/2026, Lycée Jules Haag, Besançon ({HAAG}) : Collège Diderot, Besançon ({DIDEROT}), 4e B"


async def two_groups_and_one_before() -> tuple[Place, int]:
    place = await a_place()
    slot = await builders.slot(host=place.lycee, starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, group_ref=1, school=place.diderot, counted=20, girls=9)
    await builders.turnout(slot=slot, group_ref=2, school=place.stendhal, counted=12, level="5e", group_label="5e A")
    await builders.build(slot=slot, group_ref=1, tech_object=place.lamp, made=20)
    for name, siret in (("Horlogerie du Doubs", None), ("Zénith Montres", builders.siret(9))):
        known = await value("SELECT id FROM companies WHERE name = $1", name)
        await builders.company_turnout(slot=slot, company=known or await builders.company(name=name, siret=siret))
    await builders.past_visit(lycee=place.lycee, college=place.diderot, held_on=date(2024, 3, 14))
    return place, slot


async def received() -> list[tuple[object, ...]]:
    found = await rows(
        """SELECT (starts_at AT TIME ZONE 'Europe/Paris')::date, lycee, college, level, pupils, girls, groups
           FROM received ORDER BY 1, 3, 4"""
    )
    return [tuple(one) for one in found]


async def test_groups_taken_in_elsewhere_make_the_same_counts(office):
    place, _ = await two_groups_and_one_before()
    files = [(await office.get(ADDRESS + form)).content for form in ("csv", "xlsx")]
    before = await received()
    for content in files:
        await by_owner("TRUNCATE slots, past_visits CASCADE")
        await take_in(content, by=None, now=NOW)
        assert await received() == before
        kept = await rows(
            "SELECT tech_object, cardinality(companies), source FROM past_visits ORDER BY held_on, college"
        )
        assert [tuple(one) for one in kept] == [
            (None, 0, "Tableau du lycée"),
            (place.lamp, 2, "Technilab, visite close par le lycée"),
            (None, 2, "Technilab, visite close par le lycée"),
        ]
        assert (await foresee(content, now=NOW)).moves == 0


async def test_groups_sent_back_here_are_already_counted_and_count_once(office):
    _, slot = await two_groups_and_one_before()
    content = (await office.get(ADDRESS + "csv")).content
    shown = read(await send(office, content))
    assert "Déjà comptées par les lycées 2 lignes" in shown
    assert f"Ligne 2 {SAID}, 20 élèves Déjà comptée" in shown
    assert "n'apporte rien de nouveau : il n'y a rien à confirmer" in shown
    altered = content.decode().replace("4e B;20;9", "4e B;21;9").encode()
    assert f"{SAID}, 20 élèves Déjà comptée : le fichier dit 21, le lycée en a compté 20" in read(
        await send(office, altered)
    )
    await rows("UPDATE slots SET starts_at = $2, ends_at = $3 WHERE id = $1", slot, NOW, paris("2027-01-11 12:00"))
    today = (await office.get(ADDRESS + "csv")).content
    assert "Déjà comptées par les lycées 2 lignes" in read(await send(office, today))
    assert "Déjà comptées" not in read(await send(office, content))


async def test_a_file_of_before_that_said_what_it_was_under_its_lines_is_read_as_one_of_today(office):
    await two_groups_and_one_before()
    csv, xlsx = [(await office.get(ADDRESS + form)).content for form in ("csv", "xlsx")]
    under = "\r\nTableau;Groupes reçus\r\nFiltre;toutes années\r\nRègle de comptage;Chaque élève présent compte\r\n"
    before = csv + f"{under}Extrait le;lundi 11 janvier 2027, 9 h 00\r\nVersion;Technilab {VERSION}\r\n".encode()
    told = [await foresee(content, now=NOW) for content in (csv, xlsx, before)]
    assert len(told[0].counted) == 2
    assert told[0].table.alike == told[1].table.alike == ()
    assert (told[2].lines, told[2].counted, told[2].remarks) == (told[0].lines, told[0].counted, told[0].remarks)
    assert [one.weighed.step for one in told[1].lines] == [one.weighed.step for one in told[0].lines]


async def test_the_groups_are_those_of_the_list_that_was_narrowed(office):
    await two_groups_and_one_before()
    told = (await office.get(ADDRESS + "csv&niveau=5e")).content.decode("utf-8-sig").splitlines()
    assert told[0] == "Date;Lycée;Collège;Niveau;Groupe;Élèves;Filles;Objet;Entreprises;Source;Référence"
    assert [line.split(";")[3:6] for line in told[1:2]] == [["5e", "5e A", "12"]]
    assert len(told) == 2
    beside = (await office.get(ADDRESS + "dictionnaire&niveau=5e")).content.decode("utf-8-sig").splitlines()
    assert beside[1:3] == ["Tableau;Groupes reçus;", "Filtre;toutes années, niveau 5e;"]
    assert (
        'href="/gestion/creneaux?niveau=5e&amp;fichier=groupes-xlsx"'
        in (await office.get("/gestion/creneaux?niveau=5e")).text
    )


async def test_the_list_of_visits_is_refused_with_where_to_find_the_groups(office):
    await two_groups_and_one_before()
    listed = (await office.get("/gestion/creneaux?annee=tout&fichier=csv")).content
    assert (
        "Ligne 1 : c'est la liste des visites comptées, où une ligne mêle plusieurs groupes ; téléchargez plutôt, sous"
        " la même liste, « groupe par groupe »."
    ) in read(await send(office, listed))
