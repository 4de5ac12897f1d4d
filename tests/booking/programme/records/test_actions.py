"""Mentoring actions sent in as a table: agendas are told exactly as from the page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from booking.programme.records.export import export_records
from booking.programme.records.read_lines import SHEETS
from booking.programme.records.take_in import foresee, take_in
from tests import builders
from tests.booking.programme.records.story import HAAG, SIRET, TABLES, a_lycee, sender
from tests.builders import NOW
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.schools.rules import FileRefused
from workshops.scope import EVERYTHING

HEADER = "uai;dispositif;rentree;siret;le;debut;intitule;type;lieu;minutes;personnes;presents;annulation;numero\n"
WHO = f"{HAAG};P-TECH Microtechniques;2025"
AHEAD = f"{WHO};{SIRET};25/03/2027;9 h 30;Visite des ateliers;Visite d'entreprise;Le Locle;180;2;;"
PAST = f"{WHO};{SIRET};2026-11-05;14:00;Entretiens;simulation;;45;3;22;"


@pytest.fixture
async def by(db):
    """The coordinator, once the lycée's cohort and its mentor are known, each with somebody to tell."""
    await a_lycee()
    coordinator = await builders.account("nadia@example.org")
    for name in ("ptech-cohortes", "ptech-mentors"):
        await take_in(TABLES[name].encode(), sender=sender(coordinator), now=NOW)
    school = await value("SELECT id FROM schools WHERE uai = $1", HAAG)
    company = await value("SELECT id FROM companies WHERE siret = $1", SIRET)
    await builders.membership(await builders.account("jules@example.org"), "host", school=school)
    await builders.membership(await builders.account("ines@example.org"), "company", company=company)
    return coordinator


async def sent(by, *lines):
    done = await take_in((HEADER + "\n".join(lines)).encode("cp1252"), sender=sender(by), now=NOW)
    return done.added, done.changed, done.unchanged


async def refused(*lines):
    with pytest.raises(FileRefused) as no:
        await foresee((HEADER + "\n".join(lines)).encode(), sender=sender(), now=NOW)
    return no.value.lines


async def told():
    await tell()
    return [tuple(one) for one in await rows("SELECT kind, to_email FROM notices ORDER BY id")]


async def acts():
    return [one["act"] for one in await rows("SELECT act FROM events WHERE about_kind = 'action' ORDER BY id")]


def both(kind):
    return [(kind, "jules@example.org"), (kind, "ines@example.org")]


async def test_an_action_to_come_is_told_to_the_lycee_and_the_company_once_however_often_it_is_sent(by):
    assert await sent(by, AHEAD) == (1, 0, 0)
    assert await sent(by, AHEAD) == (0, 0, 1)
    assert await told() == both("mentoring")
    assert await acts() == ["action_planned"]
    kept = await row("SELECT kind, title, starts_at, minutes, people, place, state FROM mentoring_actions")
    at = datetime(2027, 3, 25, 8, 30, tzinfo=UTC)
    assert tuple(kept) == ("visite", "Visite des ateliers", at, 180, 2, "Le Locle", "planned")


async def test_a_dry_run_tells_nobody(by):
    seen = await foresee((HEADER + AHEAD).encode(), sender=sender(by), now=NOW)
    assert (seen.added, await told(), await value("SELECT count(*) FROM mentoring_actions")) == (1, [], 0)


async def test_a_past_action_is_counted_and_tells_nobody(by):
    assert await sent(by, PAST) == (1, 0, 0)
    assert await sent(by, PAST.replace(";22;", ";23;")) == (0, 1, 0)
    assert tuple(await row("SELECT state, pupils FROM mentoring_actions")) == ("held", 23)
    assert (await told(), await acts()) == ([], ["action_noted", "action_held", "action_held"])


async def test_the_number_that_was_given_out_moves_an_action_in_the_agendas(by):
    await sent(by, AHEAD)
    given = (await export_records(SHEETS["ptech-actions"], form="csv", by=by, now=NOW, scope=EVERYTHING)).decode(
        "utf-8-sig"
    )
    moved = given.replace("2027-03-25;09:30", "2027-04-01;14:00").encode()
    done = await take_in(moved, sender=sender(by), now=NOW)
    assert (done.added, done.changed) == (0, 1)
    assert await told() == both("mentoring") + both("mentoring")
    at = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
    assert [tuple(one) for one in await rows("SELECT starts_at, sequence FROM mentoring_actions")] == [(at, 1)]
    again = await take_in(moved, sender=sender(by), now=NOW)
    assert (again.unchanged, len(await told())) == (1, 4)


async def test_an_action_held_on_another_day_than_planned_is_counted_on_that_day(by):
    await sent(by, AHEAD)
    number = await value("SELECT id FROM mentoring_actions")
    held = f"{AHEAD.replace('25/03/2027', '07/01/2027').replace(';;', ';21;')};{number}"
    assert await sent(by, held) == (0, 1, 0)
    assert await sent(by, held) == (0, 0, 1)
    kept = await row("SELECT state, pupils, starts_at FROM mentoring_actions")
    assert tuple(kept) == ("held", 21, datetime(2027, 1, 7, 8, 30, tzinfo=UTC))
    assert await told() == both("mentoring") + both("mentoring")
    corrected = held.replace("07/01/2027;9 h 30", "08/01/2027;10 h")
    assert await sent(by, corrected) == (0, 1, 0)
    assert await value("SELECT starts_at FROM mentoring_actions") == datetime(2027, 1, 8, 9, tzinfo=UTC)
    assert await refused(corrected.replace("Le Locle", "Morteau")) == (
        "ligne 2 : cette action a déjà eu lieu ou est annulée : elle ne change plus",
    )


async def test_an_action_is_called_off_with_its_reason_and_leaves_the_agendas(by):
    await sent(by, AHEAD)
    off = AHEAD + "Grève"
    assert await sent(by, off) == (0, 1, 0)
    assert await sent(by, off) == (0, 0, 1)
    assert await told() == both("mentoring") + both("mentoring")
    assert tuple(await row("SELECT state, reason FROM mentoring_actions")) == ("called_off", "Grève")


async def test_what_cannot_be_is_said_line_by_line(by):
    await sent(by, PAST, AHEAD)
    ahead = await value("SELECT id FROM mentoring_actions WHERE state = 'planned'")
    assert await refused(
        AHEAD.replace("25/03/2027", "26/03/2027") + ";999",
        AHEAD.replace(SIRET, "") + f";{ahead}",
        PAST + "Neige",
        AHEAD.replace(";180;2;;", ";180;2;20;"),
        AHEAD.replace("25/03/2027", "27/03/2027") + "Grève",
        AHEAD.replace("25/03/2027", "01/09/2025"),
    ) == (
        "ligne 2 : cette cohorte n'a pas d'action n° 999, laissez la cellule vide",
        "ligne 3 : l'entreprise d'une action ne change pas : annulez-la, prévoyez-en une autre",
        "ligne 4 : une action annulée n'a pas d'élèves présents : videz l'une des deux cellules",
        "ligne 5 : cette action n'a pas encore commencé : comptez les élèves après",
        "ligne 6 : cette action à venir n'est pas connue : il n'y a rien à annuler",
        "ligne 7 : cette entreprise n'est pas mentore de la cohorte à cette date. Ajoutez-la d'abord aux mentores",
    )
    assert await refused(PAST.replace(";22;", ";;")) == (
        "ligne 2 : cette action a déjà eu lieu ou est annulée : elle ne change plus",
    )
    shortened = (
        "SIRET : « 5,52081E+13 » est abrégé par le tableur, partez du fichier XLSX ou mettez la colonne en texte"
    )
    assert await refused(AHEAD.replace(SIRET, "5,52081E+13")) == (f"ligne 2 : {shortened}",)
    assert await refused(AHEAD.replace("9 h 30", "25 h"), AHEAD + ";douze") == (
        "ligne 2 : heure de début : « 25 h » n'est pas une heure (attendu : 14:30)",
        "ligne 3 : numéro : « douze » n'est pas un numéro, laissez la cellule vide",
    )


@pytest.mark.parametrize("hour", ["9:30", "09:30:00", "9h30", "9 h 30"])
async def test_an_hour_is_read_as_people_and_spreadsheets_write_it(by, hour):
    assert await sent(by, AHEAD) == (1, 0, 0)
    assert await sent(by, AHEAD.replace("9 h 30", hour)) == (0, 0, 1)
