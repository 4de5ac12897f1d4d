"""A stay abroad is in a country that exists, by whichever of its names it is typed; what was kept before stays."""

from __future__ import annotations

import re

import pytest

from booking.programme.records.take_in import take_in
from tests import builders, builders_bts1
from tests.booking.programme.records.story import HAAG, a_lycee, sender
from tests.builders import NOW
from workshops.database import rows, value
from workshops.programmes.bts1.keep_lines import RecordMobility, record_mobility
from workshops.programmes.bts1.rules import FILES, HOME, countries, country_written, wrong_country
from workshops.scope import of_school

STAY = {"school_year": 2026, "kind": "stage"}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("suisse", "Suisse"),
        ("les etats unis", "États-Unis"),
        ("USA", "États-Unis"),
        ("Côte d’Ivoire", "Côte d'Ivoire"),
        ("République tchèque", "Tchéquie"),
        ("l'Écosse", "Royaume-Uni"),
        ("Hollande", "Pays-Bas"),
        ("KOSOVO", "Kosovo"),
    ],
)
def test_a_country_is_known_by_each_of_its_names(typed: str, written: str):
    assert (wrong_country(typed), country_written(typed)) == (None, written)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Atlantide", "Pays : « Atlantide » n'est pas un pays. Choisissez dans la liste."),
        ("Alemagne", "Pays : « Alemagne » n'est pas un pays. Vouliez-vous dire Allemagne ?"),
        ("Belge", "Pays : « Belge » n'est pas un pays. Vouliez-vous dire Belgique ?"),
        ("UK", "Pays : « UK » n'est pas un pays. Choisissez dans la liste."),
        ("Europe", "Pays : « Europe » n'est pas un pays. Choisissez dans la liste."),
        ("la France", "Pays : la France n'est pas à l'étranger."),
        ("Nouvelle-Calédonie", "Pays : la France n'est pas à l'étranger."),
    ],
)
def test_what_is_no_country_abroad_is_refused_in_words(typed: str, says: str):
    assert wrong_country(typed) == says


def test_the_list_holds_each_country_once_and_no_part_of_france():
    lines = (FILES / "pays.txt").read_text(encoding="utf-8").splitlines()
    codes = [line[:2] for line in lines]
    assert (len(codes), len(set(codes)), [line for line in lines if not re.match(r"[A-Z]{2} \S", line)]) == (
        233,
        233,
        [],
    )
    names = [name for line in lines for name in line[3:].split("; ")]
    assert [name for name in names if wrong_country(name)] == []
    assert len(countries()) == len(lines)
    assert not HOME.intersection(name.casefold() for name in names)
    # As a dictionary has them: an accent counts for nothing.
    assert countries()[:2] == ("Afghanistan", "Afrique du Sud")
    assert countries().index("Égypte") < countries().index("Espagne")


async def test_a_stay_kept_before_under_another_name_is_the_same_line_when_it_is_said_again(db):
    lycee = await builders.school(kind="lycee")
    course, other = [await builders_bts1.course(school=lycee, title=title) for title in ("Horlogerie", "Énergie")]
    kept = {"school_year": 2026, "kind": "stage", "people": 3}
    for name in ("Etats-Unis", "Atlantide"):
        await rows(
            "INSERT INTO bts1_mobilities (course, country, school_year, kind, people) VALUES ($1, $2, $3, $4, $5)",
            *(course, name, *kept.values()),
        )
    own = {"scope": of_school(lycee), "by": None, "now": NOW}
    for of in (course, other):
        await record_mobility(of, RecordMobility(country="états-unis", people=5, **STAY), **own)
    told = await rows("SELECT course, country, people FROM bts1_mobilities ORDER BY id")
    assert [tuple(one) for one in told] == [
        *((course, "Etats-Unis", 5), (course, "Atlantide", 3)),
        (other, "États-Unis", 5),
    ]


async def test_a_file_that_gives_back_what_was_kept_changes_nothing_and_a_new_line_names_a_country(db):
    await a_lycee()
    by = await builders.account()
    lycee = await value("SELECT id FROM schools WHERE uai = $1", HAAG)
    course = await builders_bts1.course(school=lycee, title="Bachelor horloger")
    await rows(
        "INSERT INTO bts1_mobilities (course, country, school_year, kind, people) VALUES"
        " ($1, 'Etats-Unis', 2026, 'stage', 3), ($1, 'Atlantide', 2026, 'stage', 2)",
        course,
    )
    table = "uai;formation;annee_scolaire;pays;motif;personnes\n"
    line = f"{HAAG};Bachelor horloger;2026-2027;{{}};Stage;{{}}\n"
    back = table + line.format("Etats-Unis", 3) + line.format("Atlantide", 2)
    done = await take_in((back + line.format("espagne", 4)).encode(), sender=sender(by), now=NOW)
    assert (done.added, done.changed, done.unchanged) == (1, 0, 2)
    assert await value("SELECT string_agg(country, ', ' ORDER BY id) FROM bts1_mobilities") == (
        "Etats-Unis, Atlantide, Espagne"
    )
