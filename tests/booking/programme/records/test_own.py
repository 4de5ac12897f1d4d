"""A lycée sends in its own records and is given its own alone; a scheme's last day; what two lines say of one thing."""

from __future__ import annotations

from datetime import date

import pytest

from booking.programme.records.export import export_records
from booking.programme.records.read_lines import SHEETS
from booking.programme.records.take_in import foresee, take_in
from tests import builders
from tests.booking.programme.records.story import HAAG, SIRET, TABLES, a_lycee, sender
from tests.builders import NOW
from workshops.database import rows, value
from workshops.schools.rules import FileRefused
from workshops.scope import of_school

PERGAUD, NOBODY = "0250011B", "0250010A"
COHORTS = TABLES["ptech-cohortes"]
HEADER = COHORTS.splitlines()[0]


def of_pergaud(table):
    return table.replace(HAAG, PERGAUD)


@pytest.fixture
async def host(db):
    """Haag's host as a sender, once Pergaud has records of its own."""
    await a_lycee()
    await builders.school(kind="lycee", name="Lycée Louis Pergaud", uai=PERGAUD)
    for table in TABLES.values():
        await take_in(of_pergaud(table).encode(), sender=sender(), now=NOW)
    school = await value("SELECT id FROM schools WHERE uai = $1", HAAG)
    return sender(await builders.account("jules@example.org"), scope=of_school(school), uai=HAAG)


async def refused(table, who):
    with pytest.raises(FileRefused) as no:
        await foresee(table.encode(), sender=who, now=NOW)
    return no.value.lines


@pytest.mark.parametrize("name", TABLES)
async def test_a_lycee_sends_in_and_is_given_its_own_records_alone(host, name):
    for table in TABLES.values():
        await take_in(table.encode(), sender=host, now=NOW)
    own = {"scope": host.scope, "whose": f"Lycée Jules Haag ({HAAG})"}
    given = await export_records(SHEETS[name], form="csv", **own, by=host.by, now=NOW)
    beside = await export_records(SHEETS[name], form="dictionnaire", **own, by=host.by, now=NOW)
    assert (PERGAUD in given.decode(), f"\r\nFiltre;Lycée Jules Haag ({HAAG});" in beside.decode()) == (False, True)
    again = await foresee(given, sender=host, now=NOW)
    assert (again.added, again.changed, again.unchanged) == (0, 0, TABLES[name].count("\n") - 1)


@pytest.mark.parametrize("name", TABLES)
async def test_another_lycee_s_line_is_refused_alike_whether_it_exists_or_not(host, name):
    yours = "UAI : ce n'est pas celui de votre lycée, dont vous n'importez que les données"
    lines = TABLES[name].count("\n") - 1
    wanted = tuple(f"ligne {number} : {yours}" for number in range(2, lines + 2))
    assert await refused(of_pergaud(TABLES[name]), host) == wanted
    assert await refused(TABLES[name].replace(HAAG, NOBODY), host) == wanted


async def test_another_lycee_s_action_cannot_be_reached_by_its_number(host):
    for name in ("ptech-cohortes", "ptech-mentors"):
        await take_in(TABLES[name].encode(), sender=host, now=NOW)
    theirs = await value("SELECT id FROM mentoring_actions ORDER BY id LIMIT 1")
    header, line = TABLES["ptech-actions"].splitlines()[:2]
    for number in (theirs, 999):
        assert await refused(f"{header};numero\n{line};{number}\n", host) == (
            f"ligne 2 : cette cohorte n'a pas d'action n° {number}, laissez la cellule vide",
        )


async def test_a_scheme_is_closed_moved_and_opened_again_by_its_line(db):
    await a_lycee()
    line = f"{HAAG};P-TECH Énergie;;Énergie;2024-09-01;;;;;{{}};"
    for last, kept in (("31/08/2027", date(2027, 8, 31)), ("", None), ("2026-07-05", date(2026, 7, 5))):
        table = f"{HEADER}\n{line.format(last)}\n"
        first = await take_in(table.encode(), sender=sender(), now=NOW)
        again = await take_in(table.encode(), sender=sender(), now=NOW)
        assert (first.unchanged, again.unchanged) == (0, 1)
        assert await value("SELECT closed_on FROM ptech_schemes") == kept
    later = f"{HEADER}\n{line.replace('2024-09-01', '2027-09-01').format('2032-08-31')}\n"
    await take_in(later.encode(), sender=sender(), now=NOW)
    assert await value("SELECT closed_on FROM ptech_schemes") == date(2032, 8, 31)
    early = f"{HEADER}\n{line.format('2023-08-31')}\n"
    assert await refused(early, sender()) == ("ligne 2 : fermeture : choisissez un jour après l'ouverture",)


async def test_two_lines_of_a_scheme_that_disagree_are_refused(db):
    await a_lycee()
    told = f"{HAAG};P-TECH Énergie;{{}};Énergie;2024-09-01;;;;;{{}};"
    table = "\n".join((HEADER, told.format(2024, ""), told.format(2025, "2030-08-31"), told.format(2024, "")))
    assert await refused(table, sender()) == (
        "ligne 3 : fermeture : la ligne 2 dit autre chose du même dispositif",
        "ligne 4 : la même chose est déjà dite ligne 2",
    )
    assert await rows("SELECT FROM ptech_schemes") == []


async def test_a_company_s_siret_is_the_same_for_every_lycee(host):
    for name in ("ptech-cohortes", "ptech-mentors"):
        await take_in(TABLES[name].encode(), sender=host, now=NOW)
    assert (
        await value(
            "SELECT count(*) FROM ptech_mentors m JOIN companies k ON k.id = m.company WHERE k.siret = $1", SIRET
        )
        == 2
    )
