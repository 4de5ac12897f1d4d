"""A file of visits held before Technilab: read first, then kept whole, and never counted twice."""

from __future__ import annotations

import asyncio
import io
from datetime import date

import pytest
from openpyxl import Workbook

from booking.programme.past_visits.foresee import Limits, foresee, template
from booking.programme.past_visits.take_in import take_in
from tests import builders
from tests.booking.programme.past_visits.files import DIDEROT, FIRST, HAAG, HEADER, SECOND, STENDHAL, a_place, file_of
from tests.builders import NOW, paris
from workshops.database import row, rows, value
from workshops.schools.rules import FileRefused
from workshops.tallies.queries import wrong_sums

LYCEE = f"Lycée Jules Haag, Besançon ({HAAG})"


async def kept() -> list[tuple[object, ...]]:
    return [
        tuple(one)
        for one in await rows(
            "SELECT held_on, level, group_label, pupils, girls, reference FROM past_visits ORDER BY id"
        )
    ]


async def changes(content: bytes) -> list[str]:
    return [one.weighed.step.change for one in (await foresee(content, now=NOW)).lines]


async def refused(*lines: str, header: str = HEADER) -> tuple[str, ...]:
    with pytest.raises(FileRefused) as no:
        await foresee(file_of(*lines, header=header), now=NOW)
    return no.value.lines


async def test_a_file_is_foreseen_then_kept_then_changes_nothing(db):
    place = await a_place()
    content = file_of(FIRST, SECOND)
    assert await changes(content) == ["new", "new"]
    assert await kept() == []
    done = await take_in(content, by=None, now=NOW)
    assert [one.weighed.words for one in done.lines] == [
        f"14/03/2024, {LYCEE} : Collège Diderot, Besançon ({DIDEROT}), 4e B, 24 élèves",
        f"05/04/2024, {LYCEE} : Collège Stendhal, Besançon ({STENDHAL}), 5e, 20 élèves",
    ]
    both = [(date(2024, 3, 14), "4e", "4e B", 24, 11, ""), (date(2024, 4, 5), "5e", "", 20, None, "R-2")]
    assert await kept() == both
    found = await row(
        "SELECT lycee, college, tech_object, companies, source, example FROM past_visits WHERE pupils = 24"
    )
    assert tuple(found) == (place.lycee, place.diderot, place.lamp, [place.siret], "Tableau 2023-2024", False)
    assert await changes(content) == ["same", "same"]
    again = await take_in(content, by=None, now=NOW)
    assert (again.moves, await kept()) == (0, both)
    told = [one["detail"] for one in await rows("SELECT detail FROM events WHERE act = 'past_visits_imported'")]
    assert told == ["2 ajouts, 0 correction"]
    assert await wrong_sums() == 0


async def test_a_line_with_a_known_key_shows_old_and_new_and_corrects(db):
    await a_place()
    await take_in(file_of(FIRST, SECOND), by=None, now=NOW)
    corrected = file_of(FIRST.replace(";24;11;", ";22;;"), SECOND.replace("2024-04-05", "2024-04-04"))
    seen = await foresee(corrected, now=NOW)
    assert [one.weighed.differences for one in seen.lines] == [
        [("élèves", "24", "22"), ("filles", "11", "")],
        [("date", "05/04/2024", "04/04/2024")],
    ]
    await take_in(corrected, by=None, now=NOW)
    assert await kept() == [
        (date(2024, 3, 14), "4e", "4e B", 22, None, ""),
        (date(2024, 4, 4), "5e", "", 20, None, "R-2"),
    ]
    assert await wrong_sums() == 0


async def test_a_second_equal_line_is_shown_and_counts_once(db):
    await a_place()
    seen = await take_in(file_of(FIRST, SECOND, FIRST), by=None, now=NOW)
    assert [(one.number, one.weighed.step.change, one.repeats) for one in seen.lines] == [
        (2, "new", None),
        (3, "new", None),
        (4, "repeated", 2),
    ]
    assert len(await kept()) == 2


async def test_two_lines_that_say_two_things_of_one_visit_are_refused(db):
    await a_place()
    assert await refused(FIRST, FIRST.replace(";24;", ";23;")) == (
        "ligne 3 : la ligne 2 dit autre chose de la même visite ; si ce sont deux groupes, donnez à chacun un nom de"
        " groupe ou une référence",
    )


async def test_every_line_in_error_is_named_with_what_is_near_and_nothing_is_kept(db):
    await a_place()
    lines = (
        FIRST.replace("14/03/2024", "11/01/2027"),
        FIRST.replace("14/03/2024", "31/02/2024"),
        FIRST.replace(HAAG, "Lycée Jules Hag"),
        FIRST.replace(DIDEROT, "0250011D"),
        FIRST.replace(";4e;", ";2nde 4;"),
        FIRST.replace("Horlogerie du Doubs", "Horlo"),
        FIRST.replace(";24;11;", ";24;25;"),
        FIRST.replace("Tableau 2023-2024", ""),
    )
    assert await refused(*lines) == (
        "ligne 2 : date : la visite n'est pas passée : celle d'aujourd'hui ou à venir se réserve dans un créneau",
        "ligne 3 : date : « 31/02/2024 » n'est pas une date (attendu : 25/03/2027)",
        f"ligne 4 : lycée : aucun lycée ne s'appelle « Lycée Jules Hag » : voulez-vous dire {LYCEE} ?",
        f"ligne 5 : collège : aucun collège n'a l'UAI 0250011D : voulez-vous dire Collège Diderot, Besançon"
        f" ({DIDEROT}) ou Collège Stendhal, Besançon ({STENDHAL}) ?",
        "ligne 6 : niveau : « 2nde 4 » n'est pas un niveau de collège (6e, 5e, 4e, 3e) ; proche : 4e",
        "ligne 7 : entreprises : aucune entreprise ne s'appelle « Horlo »",
        "ligne 8 : filles : il ne peut pas y avoir plus de filles que d'élèves ; laissez vide si vous ne savez pas",
        "ligne 9 : source : à remplir",
    )
    with pytest.raises(FileRefused):
        await take_in(file_of(FIRST, *lines), by=None, now=NOW)
    assert await kept() == []


async def test_a_name_that_several_schools_bear_asks_for_the_uai(db):
    await a_place()
    other = await builders.school(kind="lycee", uai=builders.uai(9), name="Lycée Jules Haag", commune="Dole")
    (said,) = await refused(FIRST.replace(HAAG, "Jules Haag"))
    assert said == (
        "ligne 2 : lycée : « Jules Haag » peut être 2 lycées"
        f" (Lycée Jules Haag, Besançon ({HAAG}) ; Lycée Jules Haag, Dole ({builders.uai(9)})) : écrivez l'UAI"
    )
    done = await take_in(file_of(FIRST.replace(HAAG, "lycée JULES HAAG Dole")), by=None, now=NOW)
    assert done.lines[0].weighed.step.sketch.lycee == other


async def test_a_thing_named_by_some_words_of_its_name_is_understood_and_said_and_an_unknown_object_is_left_empty(db):
    place = await a_place()
    clock = await builders.tech_object(name="Horloge à engrenages en laiton")
    die = await builders.tech_object(name="Dé à jouer usiné")
    await builders.tech_object(name="Lampe de bureau")
    named = {"Horloge": clock, "Dé": die, "DE": die, "de a jouer": die, "Lampe": None, "Toupie": None, "horloge": clock}
    lines = [
        FIRST.replace("Lampe à balancier", name).replace("4e B", f"4e {number}") for number, name in enumerate(named)
    ]
    lines += [lines[0].replace("4e 0", "4e Z"), FIRST.replace("Lampe à balancier", "lampe balancier")]
    seen = await foresee(file_of(*lines), now=NOW)
    objects = [one.weighed.step.sketch.tech_object for one in seen.lines]
    assert objects == [*named.values(), clock, place.lamp]
    assert seen.remarks == [
        "lignes 2, 9 : objet « Horloge » lu « Horloge à engrenages en laiton »",
        "ligne 3 : objet « Dé » lu « Dé à jouer usiné »",
        "ligne 4 : objet « DE » lu « Dé à jouer usiné »",
        "ligne 5 : objet « de a jouer » lu « Dé à jouer usiné »",
        "ligne 6 : objet « Lampe » peut être Lampe de bureau ou Lampe à balancier, laissé vide",
        "ligne 7 : objet « Toupie » inconnu ici, laissé vide",
        "ligne 8 : objet « horloge » lu « Horloge à engrenages en laiton »",
    ]


async def test_a_school_is_known_by_a_part_of_its_name_and_its_kind_and_proposed_where_it_is_not(db):
    await a_place()
    lp = await builders.school(kind="lycee", uai=builders.uai(9), name="Lycée professionnel Pierre-Adrien Pâris")
    lgt = await builders.school(
        kind="lycee", uai=builders.uai(12), name="Lycée général et technologique Pierre-Adrien Pâris"
    )
    hugo = await builders.school(uai=builders.uai(13), name="Collège Victor Hugo", commune="Dole")
    lines = [
        f"14/03/2024;{lycee};{college};4e;4e {number};{pupils};;;;Tableau 2023-2024;"
        for number, (lycee, college, pupils) in enumerate(
            (("LP Pâris", "CLG Hugo", "25 él."), ("LGT PARIS", "Clg Hugo Dole", "25 E"), ("Haag", "Hugo", "25 élèves"))
        )
    ]
    seen = await foresee(file_of(*lines), now=NOW)
    sketches = [one.weighed.step.sketch for one in seen.lines]
    assert [(one.lycee, one.college, one.pupils) for one in sketches][:2] == [(lp, hugo, 25), (lgt, hugo, 25)]
    assert sketches[2].pupils == 25
    assert seen.remarks[0] == "ligne 2 : lycée « LP Pâris » lu « Lycée professionnel Pierre-Adrien Pâris »"
    paris_lp, paris_lgt = f"({builders.uai(9)})", f"({builders.uai(12)})"
    assert await refused(*(lines[0].replace("LP Pâris", name) for name in ("Pâris", "LP Pâris Nord", "Besançon"))) == (
        "ligne 2 : lycée : « Pâris » peut être 2 lycées"
        f" (Lycée général et technologique Pierre-Adrien Pâris, Besançon {paris_lgt} ;"
        f" Lycée professionnel Pierre-Adrien Pâris, Besançon {paris_lp}) : écrivez l'UAI",
        "ligne 3 : lycée : aucun lycée ne s'appelle « LP Pâris Nord » : voulez-vous dire"
        f" Lycée général et technologique Pierre-Adrien Pâris, Besançon {paris_lgt}"
        f" ou Lycée professionnel Pierre-Adrien Pâris, Besançon {paris_lp} ?",
        "ligne 4 : lycée : aucun lycée ne s'appelle « Besançon »",
    )


async def test_companies_told_by_several_sirets_are_all_kept(db):
    place = await a_place()
    other = builders.siret(9)
    await builders.company(name="Zénith, Montres", siret=other)
    for told in (f"{place.siret}, {other}", f"Horlogerie du Doubs ({place.siret}) | Zénith, Montres ({other})"):
        seen = await foresee(file_of(FIRST.replace("Horlogerie du Doubs", told)), now=NOW)
        assert seen.lines[0].weighed.step.sketch.companies == (place.siret, other)
    assert await refused(FIRST.replace(HAAG, f"{HAAG} {STENDHAL}")) == (
        f"ligne 2 : lycée : « {HAAG} {STENDHAL} » nomme plusieurs lycées",
    )


async def test_commas_windows_and_workbooks_are_read_alike(db):
    await a_place()
    with_commas = f"{HEADER}\n{FIRST}".replace(";", ",").encode()
    in_windows = f"{HEADER}\n{FIRST}".encode("cp1252")
    book = Workbook()
    for line in (HEADER, FIRST):
        book.active.append(line.split(";"))
    book.active["A2"] = date(2024, 3, 14)
    book.active["F2"], book.active["G2"] = 24, 11
    workbook = io.BytesIO()
    book.save(workbook)
    sketches = [
        (await foresee(content, now=NOW)).lines[0].weighed.step.sketch
        for content in (file_of(FIRST), with_commas, in_windows, workbook.getvalue())
    ]
    assert sketches == [sketches[0]] * 4


async def test_the_template_is_a_file_to_fill_in(db):
    await a_place()
    assert template("csv").decode("utf-8-sig").strip() == HEADER
    assert await refused() == ("le fichier n'a que ses titres de colonnes",)
    assert await refused(FIRST, header=HEADER.replace("Élèves", "Nombre")) == (
        "ligne 1 : colonnes non reconnues (élèves), parmi Date, Lycée, Collège, Niveau, Groupe, Nombre, Filles, Objet,"
        " Entreprises, Source, Référence",
    )


async def test_a_page_takes_2000_lines_and_the_command_line_more(db):
    await a_place()
    many = file_of(*(FIRST + f"R{n}" for n in range(2_001)))
    with pytest.raises(FileRefused) as no:
        await foresee(many, now=NOW)
    assert no.value.lines == ("le fichier dépasse 2\u202f000 lignes : importez-le en plusieurs fois",)
    heard = []
    limits = Limits(bytes_most=50_000_000, rows_most=100_000)
    await take_in(many, limits=limits, by=None, now=NOW, tell=lambda done, total: heard.append((done, total)))
    assert (await value("SELECT count(*) FROM past_visits"), heard[0], heard[-1]) == (
        2_001,
        (200, 2_001),
        (2_001, 2_001),
    )
    assert await wrong_sums() == 0


async def test_a_day_off_and_a_visit_counted_already_are_questions(db):
    place = await a_place()
    await rows(
        "INSERT INTO closures (kind, label, first_on, last_on, zone) VALUES ('holiday', 'Hiver', $1, $1, 'A')",
        date(2024, 3, 14),
    )
    slot = await builders.slot(host=place.lycee, starts_at=paris("2024-04-05 09:00"), state="done")
    await builders.turnout(slot=slot, school=place.stendhal, counted=19)
    seen = await foresee(
        file_of(FIRST, SECOND, *(FIRST.replace("14/03/2024", on) for on in ("16/03/2024", "14/07/2021"))), now=NOW
    )
    assert [one.weighed.questions for one in seen.lines] == [
        ["ce jour tombe pendant les vacances scolaires du lycée"],
        ["le lycée a déjà compté 19 élèves de ce collège ce jour-là, vérifiez que ce n'est pas la même visite"],
        ["ce jour était un samedi"],
        ["ce jour était férié"],
    ]


async def test_the_visits_older_than_the_target_are_told(db):
    await a_place()
    await builders.target(from_on=date(2024, 4, 1))
    seen = await foresee(file_of(FIRST, SECOND), now=NOW)
    assert (seen.before_target, seen.target_from) == (1, date(2024, 4, 1))
    assert (await foresee(file_of(FIRST, FIRST), now=NOW)).before_target == 1


async def test_the_same_file_sent_twice_at_once_counts_once(db):
    await a_place()
    content = file_of(FIRST, SECOND)
    done = await asyncio.gather(*(take_in(content, by=None, now=NOW) for _ in range(4)))
    assert sorted(one.moves for one in done) == [0, 0, 0, 2]
    assert (len(await kept()), await wrong_sums()) == (2, 0)
