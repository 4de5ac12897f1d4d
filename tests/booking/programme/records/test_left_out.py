"""A file made before a column came leaves it out: it is taken in, and what is known of the column stays."""

from __future__ import annotations

import pytest

from booking.programme.records.take_in import foresee, take_in
from tests import builders
from tests.booking.programme.records.story import HAAG, TABLES, a_lycee, sender
from tests.builders import NOW
from workshops.database import rows
from workshops.schools.rules import FileRefused

COURSE = f"{HAAG};Bachelor horloger"
BEFORE = "uai;formation;annee_scolaire;pays;motif;personnes\n"
STAYS = "SELECT country, direction, host_name, people, weeks FROM bts1_mobilities ORDER BY id"


@pytest.fixture
async def by(db):
    """The coordinator, once the course is known with its credits and its language."""
    await a_lycee()
    coordinator = await builders.account()
    await sent(coordinator, TABLES["bts1-formations"])
    return coordinator


async def sent(by, table):
    done = await take_in(table.encode(), sender=sender(by), now=NOW)
    return done.added, done.changed, done.unchanged


async def stored(asked):
    return [tuple(one) for one in await rows(asked)]


async def test_a_course_told_without_its_credits_keeps_them(by):
    card = "SELECT field, ects, language FROM bts1_courses"
    before = f"uai;formation;domaine;precisions\n{COURSE};{{}};Avec le CNAM\n"
    assert await sent(by, before.format("Horlogerie")) == (0, 0, 1)
    assert await sent(by, before.format("Micromécanique")) == (0, 1, 0)
    assert await stored(card) == [("Micromécanique", 60, "Français")]
    emptied = f"uai;formation;domaine;precisions;ects;langue\n{COURSE};Micromécanique;Avec le CNAM;;\n"
    assert await sent(by, emptied) == (0, 1, 0)
    assert await stored(card) == [("Micromécanique", None, "")]


async def test_a_mobility_told_as_before_is_one_that_leaves_for_nobody_named(by):
    told = "uai;formation;annee_scolaire;pays;motif;sens;accueil;personnes;semaines\n"
    assert await sent(by, BEFORE + f"{COURSE};2026-2027;Suisse;Stage;4\n") == (1, 0, 0)
    assert await sent(by, told + f"{COURSE};2026-2027;Suisse;Stage;;;4;12\n") == (0, 1, 0)
    assert await sent(by, BEFORE + f"{COURSE};2026-2027;Suisse;Stage;5\n") == (0, 1, 0)
    assert await sent(by, told + f"{COURSE};2026-2027;Suisse;Stage;entrante;Lycée Haag;2;3\n") == (1, 0, 0)
    assert await stored(STAYS) == [("Suisse", "outgoing", "", 5, 12), ("Suisse", "incoming", "Lycée Haag", 2, 3)]


async def test_a_partner_s_country_is_corrected_by_a_file_and_kept_by_one_that_leaves_it_out(by):
    known = "uai;formation;type;partenaire;siret;pays_partenaire\n" + f"{COURSE};Autre organisme;Haute école;;{{}}\n"
    asked = "SELECT name, country FROM bts1_partners"
    assert await sent(by, known.format("suisse")) == (1, 0, 0)
    assert await sent(by, f"uai;formation;type;partenaire;siret\n{COURSE};Autre organisme;Haute école;\n") == (0, 0, 1)
    assert await stored(asked) == [("Haute école", "Suisse")]
    assert await sent(by, known.format("Belgique")) == (0, 1, 0)
    assert await stored(asked) == [("Haute école", "Belgique")]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("2026-2027;Suisse;Stage;départ;;4;12", "sens : « départ » n'est pas dans la liste (Sortante, Entrante)"),
        ("2026-2027;Suisse;Stage;;;4;0", "durée en semaines : écrivez un nombre de 1 à 104"),
        ("2026-2027;Suisse;Stage;;;4;105", "durée en semaines : écrivez un nombre de 1 à 104"),
    ],
)
async def test_a_way_or_a_length_that_cannot_be_is_said_and_nothing_is_kept(by, cells, sentence):
    table = f"uai;formation;annee_scolaire;pays;motif;sens;accueil;personnes;semaines\n{COURSE};{cells}\n"
    with pytest.raises(FileRefused) as no:
        await foresee(table.encode(), sender=sender(), now=NOW)
    assert no.value.lines == (f"ligne 2 : {sentence}",)
    assert await stored(STAYS) == []
