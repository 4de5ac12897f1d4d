"""The last import is undone whole, or refused in words: files, counts and lists of people."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date
from uuid import uuid4

import pytest
from msgspec.structs import replace

from booking.people.accounts.invite_all import invite_all
from booking.programme.imports.queries import HANGING, foresee_undoing
from booking.programme.imports.undo import ImportInUse, NothingToUndo, undo_import
from booking.programme.past_visits.take_in import take_in
from booking.programme.records import take_back
from booking.programme.records.read_lines import SHEETS
from booking.programme.records.sheet import Sender
from booking.programme.records.take_in import take_in as take_in_records
from tests import builders, builders_ptech
from tests.booking.programme.records.story import HAAG, TABLES, a_lycee
from tests.booking.web.office.test_imports import CALENDAR, DIRECTORY
from tests.builders import NOW
from workshops.academie.settle import take_in_extract
from workshops.coverage.take_in import take_in_head_counts
from workshops.database import row, rows, value
from workshops.school_calendar.load import load_calendar
from workshops.schools.mark_rural import MarkRural, mark_from_density, mark_rural
from workshops.scope import EVERYTHING, of_school

COUNTS = "numero_college;5eme_total;4eme_total;3eme_total\n0250011B;100;{fourth};98\n"
VISITS = "date;lycée;collège;niveau;groupe;élèves;source\n12/03/2024;0250001R;0250011B;4e;{group};{pupils};Tableau\n"


async def undo() -> None:
    last = await foresee_undoing()
    await undo_import(last.number, by=1, now=NOW)


async def schools() -> list[tuple[str, str, str]]:
    return [tuple(one) for one in await rows("SELECT uai, name, phone FROM schools ORDER BY uai")]


async def figures() -> list[tuple[object, ...]]:
    """The sums that say something."""
    found = await rows(
        """SELECT span, begins, by, lycee, college, key, visits, pupils, declared_visits FROM tallies
           WHERE visits > 0 ORDER BY 1, 2, 3, 4, 5, 6"""
    )
    return [tuple(one) for one in found]


async def two_schools() -> None:
    await builders.school(uai="0250001R", kind="lycee")
    await builders.school(uai="0250011B")


async def test_the_schools_that_a_file_added_go_and_the_others_are_as_they_were(db):
    await builders.school(uai="0250011B", name="Ancien nom", phone="03 81 00 00 00")
    before = await schools()
    await take_in_extract(DIRECTORY.encode(), by=1, now=NOW)
    assert [name for _, name, _ in await schools()] == ["Lycée Jules Haag", "Collège Stendhal"]
    last = await foresee_undoing()
    assert (last.does, last.held) == (
        ["1 établissement ajouté sera retiré", "1 établissement redevient ce qu'il était"],
        [],
    )
    await undo()
    assert await schools() == before
    said = await row("SELECT act, by, detail FROM events ORDER BY id DESC LIMIT 1")
    assert tuple(said) == ("import_undone", 1, "Annuaire des établissements")
    assert await foresee_undoing() is None


async def test_what_hangs_on_an_added_school_is_said_and_nothing_is_undone(db):
    await builders.school(uai="0250011B", name="Ancien nom")
    await take_in_extract(DIRECTORY.encode(), by=1, now=NOW)
    lycee = await value("SELECT id FROM schools WHERE uai = '0250001R'")
    await builders.membership(await builders.account(), "host", school=lycee)
    await builders.workshop(host=lycee)
    await rows("UPDATE schools SET phone = '03 81 99 99 99' WHERE uai = '0250011B'")
    with pytest.raises(ImportInUse) as refused:
        await undo()
    assert refused.value.held == [
        "1 compte y est rattaché",
        "1 atelier ou salle y est décrit",
        "1 établissement a changé depuis",
    ]
    assert [name for _, name, _ in await schools()] == ["Lycée Jules Haag", "Collège Stendhal"]


async def test_the_head_counts_of_before_come_back(db):
    await two_schools()
    for fourth in (100, 7):
        content = COUNTS.format(fourth=fourth).encode()
        await take_in_head_counts(content, school_year=2026, by=1, now=NOW)
    last = await foresee_undoing()
    assert last.does == ["Les effectifs importés sont retirés : ceux d'avant reviennent, pour 1 collège"]
    await undo()
    kept = await rows("SELECT level, pupils FROM head_counts ORDER BY level")
    assert [tuple(one) for one in kept] == [("3e", 98), ("4e", 100), ("5e", 100)]


async def test_the_visits_of_a_file_and_their_sums_are_as_before(db):
    await two_schools()
    await take_in(VISITS.format(group="4e A", pupils=20).encode(), by=1, now=NOW)
    sums = await figures()
    more = VISITS.format(group="4e A", pupils=24) + "13/03/2024;0250001R;0250011B;4e;4e B;22;Tableau\n"
    await take_in(more.encode(), by=1, now=NOW)
    last = await foresee_undoing()
    assert last.does == ["1 visite ajoutée sera retirée", "1 visite redevient ce qu'elle était"]
    await undo()
    assert [tuple(one) for one in await rows("SELECT group_label, pupils FROM past_visits")] == [("4e A", 20)]
    assert await figures() == sums


async def test_a_visit_that_was_corrected_since_holds_the_whole_file(db):
    await two_schools()
    await take_in(VISITS.format(group="4e A", pupils=20).encode(), by=1, now=NOW)
    await rows("UPDATE past_visits SET pupils = 21")
    with pytest.raises(ImportInUse) as refused:
        await undo()
    assert refused.value.held == ["des visites de ce fichier ont été corrigées ou retirées depuis"]
    assert await value("SELECT count(*) FROM past_visits") == 1


async def test_a_list_of_invitations_is_withdrawn_until_somebody_has_come(db):
    college = await value("SELECT uai FROM schools WHERE id = $1", await builders.school())
    await invite_all(f"a@example.org;enseignant;{college}\nb@example.org;enseignant;{college}", by=1, now=NOW)
    await rows("UPDATE accounts SET last_seen_at = $1 WHERE email = 'a@example.org'", NOW)
    with pytest.raises(ImportInUse) as refused:
        await undo()
    assert refused.value.held == ["1 personne invitée est déjà venue"]
    await rows("UPDATE accounts SET last_seen_at = NULL")
    await undo()
    assert await value("SELECT count(*) FROM accounts") + await value("SELECT count(*) FROM memberships") == 0


async def test_the_calendar_of_before_comes_back_and_a_lycee_s_own_closure_stays(db):
    await load_calendar(CALENDAR.encode(), by=None, now=NOW)
    assert await foresee_undoing() is None
    kept = "SELECT kind, label, zone, first_on FROM closures WHERE school IS NULL ORDER BY first_on, kind, zone, label"
    before = await rows(kept)
    lycee = await builders.school(kind="lycee")
    await load_calendar(CALENDAR.replace("2027-02-13", "2027-02-06").encode(), by=1, now=NOW)
    await builders.closure(school=lycee, on=date(2027, 5, 7))
    assert await rows(kept) != before
    last = await foresee_undoing()
    assert (last.does, last.held) == (["Le calendrier importé est retiré : celui d'avant revient"], [])
    await undo()
    assert await rows(kept) == before
    assert await value("SELECT count(*) FROM closures WHERE school = $1", lycee) == 1


async def test_the_schools_that_a_grid_marked_are_marked_as_before_unless_somebody_has_marked_one_since(db):
    town = await builders.school(insee="25056", rural=True)
    village = await builders.school(insee="25580")
    grid = b"CODGEO;DENS\n25056;1\n25580;6\n"
    await mark_from_density(grid, by=1, now=NOW)
    marked = "SELECT array_agg(rural ORDER BY id) FROM schools"
    assert await value(marked) == [False, True]
    await mark_rural(village, MarkRural(rural=False), by=1, now=NOW)
    with pytest.raises(ImportInUse) as refused:
        await undo()
    assert refused.value.held == ["1 établissement a changé depuis"]
    await mark_rural(village, MarkRural(rural=True), by=1, now=NOW)
    await undo()
    assert await value(marked) == [True, None]
    assert await value("SELECT rural FROM schools WHERE id = $1", town) is True


async def as_stored() -> dict[str, list[str]]:
    """Every file of records, as it would be given out."""
    return {name: [str(one) for one in await sheet.stored(scope=EVERYTHING)] for name, sheet in SHEETS.items()}


async def nadia() -> Sender:
    nadia = await builders.account("nadia@example.org", name="Nadia")
    return Sender(by=nadia, uid=lambda: f"{uuid4()}@example.org", scope=EVERYTHING)


async def test_a_file_taken_in_before_a_column_came_is_undone_and_the_column_stays(db):
    await a_lycee()
    who = await nadia()
    await take_in_records(TABLES["bts1-formations"].encode(), sender=who, now=NOW)
    corrected = TABLES["bts1-formations"].replace("Horlogerie", "Lutherie").encode()
    await take_in_records(corrected, sender=who, now=NOW)
    for kept in ("before", "after"):
        told = json.loads(await value(f"SELECT {kept} FROM imports ORDER BY id DESC LIMIT 1"))
        for course in told["rows"]["bts1_courses"]:
            del course["ects"], course["language"]
        await rows(f"UPDATE imports SET {kept} = $1 WHERE id = (SELECT max(id) FROM imports)", json.dumps(told))
    last = await foresee_undoing()
    assert last.held == []
    await undo()
    (course,) = await rows("SELECT field, ects, language FROM bts1_courses")
    assert tuple(course) == ("Horlogerie", 60, "Français")


@pytest.mark.parametrize("step", [1, 100])
async def test_a_file_of_records_is_undone_whole_however_many_steps_stored_it(db, step):
    await a_lycee()
    who = await nadia()
    for name in ("ptech-cohortes", "ptech-recensements", "bts1-formations", "bts1-effectifs"):
        before = await as_stored()
        table = TABLES[name].encode()
        for after in range(0, TABLES[name].count("\n") - 1, step):
            await take_in_records(table, after=after, step=step, sender=who, now=NOW)
        assert await as_stored() != before
        await undo()
        assert (await as_stored(), await foresee_undoing()) == (before, None)
        await take_in_records(table, step=1000, sender=who, now=NOW)
    corrected = TABLES["bts1-formations"].replace("Horlogerie", "Lutherie").encode()
    before = await as_stored()
    await take_in_records(corrected, sender=who, now=NOW)
    last = await foresee_undoing()
    assert last is not None
    assert (last.words, last.by, last.does, last.held) == (
        "Données P-TECH et BTS+1",
        "Nadia",
        ["1 donnée redevient ce qu'elle était"],
        [],
    )
    await undo()
    assert await as_stored() == before


async def test_a_record_changed_since_or_built_on_holds_the_whole_file(db):
    await a_lycee()
    who = await nadia()
    await take_in_records(TABLES["ptech-cohortes"].encode(), sender=who, now=NOW)
    cohort = await value("SELECT id FROM ptech_cohorts ORDER BY id LIMIT 1")
    await builders_ptech.census(cohort, 2026, present=20)
    await rows("UPDATE ptech_schemes SET field = 'Autre' WHERE id = (SELECT min(id) FROM ptech_schemes)")
    stored = await as_stored()
    with pytest.raises(ImportInUse) as refused:
        await undo()
    assert refused.value.held == ["1 donnée de ce fichier a changé depuis", "1 donnée ajoutée depuis en dépend"]
    assert await as_stored() == stored


async def test_neither_actions_told_by_mail_nor_a_lycee_s_own_file_take_the_last_imports_place(db):
    await a_lycee()
    who = await nadia()
    for name in ("ptech-cohortes", "ptech-mentors"):
        await take_in_records(TABLES[name].encode(), sender=who, now=NOW)
    last = await foresee_undoing()
    await take_in_records(TABLES["ptech-actions"].encode(), sender=who, now=NOW)
    lycee = replace(who, scope=of_school(await value("SELECT id FROM schools WHERE uai = $1", HAAG)), uai=HAAG)
    await take_in_records(TABLES["bts1-formations"].encode(), sender=lycee, now=NOW)
    assert await foresee_undoing() == last


async def test_every_table_that_records_may_be_in_holds_them_or_hangs_on_one_that_does(db):
    found = await rows(
        """SELECT conrelid::regclass::text AS of FROM pg_constraint
           WHERE contype = 'f' AND confrelid = ANY ('{ptech_schemes, ptech_cohorts, bts1_courses}'::regclass[])"""
    )
    hanging = set(re.findall(r"FROM (\w+) WHERE", take_back.HANGING))
    assert {one["of"] for one in found} == hanging


async def test_only_the_last_import_is_undone_and_only_once(db):
    await two_schools()
    await take_in_head_counts(COUNTS.format(fourth=1).encode(), school_year=2026, by=1, now=NOW)
    first = await foresee_undoing()
    await take_in_head_counts(COUNTS.format(fourth=2).encode(), school_year=2026, by=1, now=NOW)
    with pytest.raises(NothingToUndo):
        await undo_import(first.number, by=1, now=NOW)
    last = await foresee_undoing()
    twice = [undo_import(last.number, by=1, now=NOW) for _ in range(2)]
    found = await asyncio.gather(*twice, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "NothingToUndo"]
    assert await value("SELECT pupils FROM head_counts WHERE level = '4e'") == 1
    assert await value("SELECT count(*) FROM events WHERE act = 'import_undone'") == 1


async def test_what_an_import_keeps_of_before_names_no_principal(db):
    college = await builders.school(uai="0250011B", name="Ancien nom", principal_name="Mme Perrin")
    await take_in_extract(DIRECTORY.encode(), by=1, now=NOW)
    kept = await row("SELECT before, after FROM imports")
    assert "Perrin" not in "".join(kept)
    await undo()
    assert await value("SELECT principal_name FROM schools WHERE id = $1", college) == "Mme Perrin"
    assert json.loads(kept["before"])[0]["name"] == "Ancien nom"


async def test_every_table_that_a_school_may_be_in_holds_it_or_hangs_on_one_that_does(db):
    found = await rows(
        """SELECT conrelid::regclass::text AS of FROM pg_constraint
           WHERE contype = 'f' AND confrelid = 'schools'::regclass"""
    )
    named = set(re.findall(r"FROM (\w+) WHERE", HANGING))
    by_what_they_hang_on = {"slots", "series", "turnouts", "reservations", "schools", "demands", "absence_questions"}
    assert {one["of"] for one in found} - named == by_what_they_hang_on
