from datetime import date
from pathlib import Path

import pytest

from tests import builders
from tests.builders import NOW
from tests.told import told
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.close import CloseSchool, close_school, reopen_school
from workshops.school_calendar.load import Loaded, load_calendar
from workshops.school_calendar.queries import OwnClosure, closures_between, closures_of_school
from workshops.school_calendar.rules import DayOff
from workshops.schools.rules import FileRefused

ZONE_A = (Path(__file__).parents[3] / "booking" / "demo" / "files" / "calendrier.csv").read_bytes()
OFFICIAL_HEADER = "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire"


def official(*lines: str) -> bytes:
    return "\n".join([OFFICIAL_HEADER, *lines]).encode()


async def holidays() -> list[tuple[str, str, date, date]]:
    return [
        tuple(one)
        for one in await rows(
            "SELECT label, zone, first_on, last_on FROM closures WHERE kind = 'holiday' ORDER BY first_on"
        )
    ]


async def test_the_calendar_of_zone_a_is_loaded_once(db):
    loaded = await load_calendar(ZONE_A, source="Licence Ouverte 2.0", by=None, now=NOW)
    before = await value("SELECT count(*) FROM closures")

    assert loaded == Loaded(holidays=24, public_holidays=before - 24)
    assert await load_calendar(ZONE_A, by=None, now=NOW) == Loaded(holidays=24, public_holidays=0)
    assert await value("SELECT count(*) FROM closures") == before
    assert ("Vacances d'hiver", "A", date(2027, 2, 13), date(2027, 2, 28)) in await holidays()


async def test_public_holidays_are_completed_from_the_package(db):
    await load_calendar(ZONE_A, by=None, now=NOW)
    found = await rows(
        "SELECT label, first_on FROM closures WHERE kind = 'public_holiday' AND first_on >= '2029-01-01'"
    )
    assert ("Fête nationale", date(2029, 7, 14)) in [tuple(one) for one in found]
    assert await value("SELECT count(*) FROM closures WHERE kind = 'public_holiday' AND first_on = '2027-05-17'") == 1


async def test_official_instants_are_midnight_in_paris(db):
    await load_calendar(
        official(
            "Vacances de la Toussaint;-;2025-10-17T22:00:00+00:00;2025-11-02T23:00:00+00:00;Besançon;Zone A;2025-2026",
            "Vacances de Noël;-;2025-12-19T23:00:00+00:00;2026-01-04T23:00:00+00:00;Besançon;Zone A;2025-2026",
        ),
        by=None,
        now=NOW,
    )
    assert await holidays() == [
        ("Vacances de la Toussaint", "A", date(2025, 10, 18), date(2025, 11, 2)),
        ("Vacances de Noël", "A", date(2025, 12, 20), date(2026, 1, 4)),
    ]


async def test_holidays_begin_after_the_lessons_of_the_published_day(db):
    await load_calendar(
        official(
            "Vacances d'Été;Élèves;2022-07-06T22:00:00+00:00;2022-08-31T22:00:00+00:00;Besançon;Zone A;2021-2022",
            "Vacances d'Été;Enseignants;2022-07-06T22:00:00+00:00;2022-08-30T22:00:00+00:00;Besançon;Zone A;2021-2022",
            "Pont de l'Ascension;-;2020-05-19T22:00:00+00:00;2020-05-24T22:00:00+00:00;Besançon;Zone A;2019-2020",
            "Pont de l'Ascension;-;2022-05-25T22:00:00+00:00;2022-05-29T22:00:00+00:00;Besançon;Zone A;2021-2022",
        ),
        by=None,
        now=NOW,
    )
    assert await holidays() == [
        ("Pont de l'Ascension", "A", date(2020, 5, 21), date(2020, 5, 24)),
        ("Pont de l'Ascension", "A", date(2022, 5, 26), date(2022, 5, 29)),
        ("Vacances d'Été", "A", date(2022, 7, 8), date(2022, 8, 31)),
    ]


async def test_a_summer_without_an_end_lasts_until_the_end_of_august(db):
    await load_calendar(
        official(
            "Début des Vacances d'Été;-;2026-07-03T22:00:00+00:00;2026-07-03T22:00:00+00:00;Besançon;Zone A;2025-2026"
        ),
        by=None,
        now=NOW,
    )
    assert await holidays() == [("Vacances d'Été", "A", date(2026, 7, 4), date(2026, 8, 31))]


async def test_each_zone_has_its_own_holidays(db):
    await load_calendar(
        official(
            "Vacances d'Hiver;-;2027-02-12T23:00:00+00:00;2027-02-28T23:00:00+00:00;Besançon;Zone A;2026-2027",
            "Vacances d'Hiver;-;2027-02-19T23:00:00+00:00;2027-03-07T23:00:00+00:00;Nancy-Metz;Zone B;2026-2027",
            "Vacances d'Hiver;-;2027-02-19T23:00:00+00:00;2027-03-07T23:00:00+00:00;Strasbourg;Zone B;2026-2027",
            "Vacances d'Hiver;-;2027-02-10T23:00:00+00:00;2027-02-20T23:00:00+00:00;Corse;Corse;2026-2027",
        ),
        by=None,
        now=NOW,
    )
    assert await holidays() == [
        ("Vacances d'Hiver", "A", date(2027, 2, 13), date(2027, 2, 28)),
        ("Vacances d'Hiver", "B", date(2027, 2, 20), date(2027, 3, 7)),
    ]


async def test_a_new_edition_replaces_the_years_that_it_covers_and_no_other(db):
    header = "annee_scolaire;type;libelle;premier_jour;dernier_jour;reprise;zone;source;note"
    old = "2026-2027;vacances;Vacances de printemps;2027-04-10;2027-04-25;2027-04-26;Zone A;H;"
    other = "2027-2028;vacances;Vacances de la Toussaint;2027-10-23;2027-11-07;2027-11-08;Zone A;H;"
    new = "2026-2027;vacances;Vacances de printemps;2027-04-17;2027-05-02;2027-05-03;Zone A;O;"
    await load_calendar("\n".join([header, old, other]).encode(), by=None, now=NOW)
    await load_calendar("\n".join([header, new]).encode("cp1252"), by=None, now=NOW)

    assert await holidays() == [
        ("Vacances de printemps", "A", date(2027, 4, 17), date(2027, 5, 2)),
        ("Vacances de la Toussaint", "A", date(2027, 10, 23), date(2027, 11, 7)),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "2026-2027;vacances;Hiver;13/02/2027;2027-02-28;;Zone A;;",
            "« 13/02/2027 » n'est pas une date (attendu : 2027-03-25)",
        ),
        ("2026-2027;vacances;Hiver;2027-02-28;2027-02-13;;Zone A;;", "Hiver finit avant de commencer"),
        ("2026-2027;vacances;;2027-02-13;2027-02-28;;Zone A;;", "le nom des congés manque ou dépasse 120 caractères"),
        (
            "2026-2027;stage;Hiver;2027-02-13;2027-02-28;;Zone A;;",
            "le type « stage » n'est ni vacances, ni pont, ni ferie",
        ),
        ("2026-2027;vacances", "2 colonnes au lieu de 9"),
    ],
)
async def test_a_broken_line_is_named_and_nothing_is_stored(db, line: str, why: str):
    lines = ZONE_A.decode().splitlines()
    lines[13] = line
    with pytest.raises(FileRefused) as refused:
        await load_calendar("\n".join(lines).encode(), by=None, now=NOW)
    assert refused.value.lines == (f"ligne 14 : {why}",)
    assert await value("SELECT count(*) FROM closures") == 0


async def test_a_file_of_another_kind_is_refused(db):
    with pytest.raises(FileRefused) as refused:
        await load_calendar(b"a;b\n1;2\n", by=None, now=NOW)
    assert refused.value.lines == ("ligne 1 : ces colonnes ne sont pas celles d'un calendrier scolaire",)


async def test_one_query_tells_the_days_off_of_several_zones_and_schools(db):
    await load_calendar(ZONE_A, by=None, now=NOW)
    haag, faure = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    await close_school(
        haag, CloseSchool(label="Examens", first_on=date(2027, 5, 18), last_on=date(2027, 5, 19)), by=None, now=NOW
    )
    await close_school(
        faure, CloseSchool(label="Travaux", first_on=date(2027, 5, 20), last_on=date(2027, 5, 20)), by=None, now=NOW
    )

    found = await closures_between(date(2027, 5, 8), date(2027, 5, 19), zones=["A"], schools=[haag])
    assert found == [
        DayOff("holiday", "Pont de l'Ascension", date(2027, 5, 6), date(2027, 5, 9), zone="A"),
        DayOff("public_holiday", "Fête de la Victoire", date(2027, 5, 8), date(2027, 5, 8)),
        DayOff("public_holiday", "Lundi de Pentecôte", date(2027, 5, 17), date(2027, 5, 17)),
        DayOff("closure", "Examens", date(2027, 5, 18), date(2027, 5, 19), school=haag),
    ]


async def test_a_lycee_closes_days_and_takes_them_back(db):
    haag, faure = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    marc = await builders.account()
    days = CloseSchool(label=" Examens ", first_on=date(2027, 5, 18), last_on=date(2027, 5, 19))
    closure = await close_school(haag, days, by=marc, now=NOW)
    assert await closures_of_school(haag, since=date(2027, 5, 19)) == [
        OwnClosure(closure, "Examens", date(2027, 5, 18), date(2027, 5, 19))
    ]

    with pytest.raises(NotFound):
        await reopen_school(closure, school=faure, by=marc, now=NOW)
    await reopen_school(closure, school=haag, by=marc, now=NOW)
    assert await closures_of_school(haag, since=date(2027, 1, 1)) == []
    # Said with who did it, of which lycée and which days; the reason, somebody's own words, is forgotten before.
    said = """SELECT act, by, about_kind, about, also, detail, words FROM events
LEFT JOIN event_words w ON w.event = events.id ORDER BY events.id"""
    days_off = "2027-05-18 -> 2027-05-19"
    assert [tuple(one) for one in await rows(said)] == [
        ("closure_declared", marc, "closure", closure, haag, days_off, "Examens"),
        ("closure_withdrawn", marc, "closure", closure, haag, days_off, "Examens"),
    ]


@pytest.mark.parametrize(
    ("label", "first_on", "last_on", "errors"),
    [
        (" ", date(2027, 5, 1), date(2027, 5, 2), {"label": "Raison : à remplir."}),
        ("Examens", date(2027, 5, 2), date(2027, 5, 1), {"last_on": "Le dernier jour vient avant le premier."}),
        ("Examens", date(2027, 5, 2), date(2028, 6, 1), {"last_on": "Une fermeture dure un an au plus."}),
    ],
)
async def test_a_wrong_closure_is_refused(db, label: str, first_on: date, last_on: date, errors: dict[str, str]):
    haag = await builders.school(kind="lycee")
    with pytest.raises(Invalid) as refused:
        await close_school(haag, CloseSchool(label=label, first_on=first_on, last_on=last_on), by=None, now=NOW)
    assert refused.value.errors == errors


async def test_the_same_closure_twice_is_refused(db):
    haag = await builders.school(kind="lycee")
    await close_school(
        haag, CloseSchool(label="Examens", first_on=date(2027, 5, 18), last_on=date(2027, 5, 19)), by=None, now=NOW
    )
    with pytest.raises(Invalid) as refused:
        await close_school(
            haag, CloseSchool(label="Examens", first_on=date(2027, 5, 18), last_on=date(2027, 5, 20)), by=None, now=NOW
        )
    assert refused.value.errors == {"first_on": "Cette fermeture est déjà enregistrée."}


CALENDAR = "\n".join(
    (
        "type;libelle;premier_jour;dernier_jour;zone",
        "vacances;Vacances d'hiver;2027-02-13;2027-02-28;Zone A",
    )
)


async def test_the_calendar_is_taken_in_with_its_public_holidays(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    done = await load_calendar(CALENDAR.encode(), source="zone-a.csv", by=nadia, now=NOW)
    assert done.holidays == 1
    assert await told() == [("calendar_imported", nadia, "calendar", None, "1 période")]
