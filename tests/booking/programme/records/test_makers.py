"""Partners of a BTS+1 course and the BTS that lead to it, sent in as tables."""

from __future__ import annotations

import pytest

from booking.programme.records.take_in import foresee, take_in
from tests import builders
from tests.booking.programme.records.story import HAAG, SIRET, TABLES, a_lycee, sender
from tests.builders import NOW
from tests.builders_bts1 import partner
from workshops.database import rows, value
from workshops.schools.rules import FileRefused

COURSE = f"{HAAG};Bachelor horloger"
PARTNERS = "uai;formation;type;partenaire;siret\n"
FEEDERS = "uai;formation;bts;uai_bts\n"


@pytest.fixture
async def by(db):
    """The coordinator, once the course is known."""
    await a_lycee()
    coordinator = await builders.account()
    await take_in(TABLES["bts1-formations"].encode(), sender=sender(coordinator), now=NOW)
    return coordinator


async def sent(by, table):
    done = await take_in(table.encode(), sender=sender(by), now=NOW)
    return done.added, done.changed, done.unchanged


async def refused(table):
    with pytest.raises(FileRefused) as no:
        await foresee(table.encode(), sender=sender(), now=NOW)
    return no.value.lines


async def test_partners_are_known_by_their_siret_by_the_consortium_or_by_name(by):
    university = await partner(kind="universite", name="Université de Franche-Comté")
    table = PARTNERS + "\n".join(
        (
            f"{COURSE};Entreprise;;{SIRET}",
            f"{COURSE};université;Université de Franche-Comté;",
            f"{COURSE};Autre;Chambre de métiers;",
        )
    )
    table = table.replace(";Autre;", ";Autre organisme;")
    assert await sent(by, table) == (3, 0, 0)
    assert await sent(by, table) == (0, 0, 3)
    zenith = await value("SELECT id FROM companies WHERE siret = $1", SIRET)
    assert [tuple(one) for one in await rows("SELECT kind, name, company, partner FROM bts1_partners ORDER BY id")] == [
        ("entreprise", "Zénith Montres", zenith, None),
        ("universite", "Université de Franche-Comté", None, university),
        ("autre", "Chambre de métiers", None, None),
    ]
    assert [one["detail"] for one in await rows("SELECT detail FROM events ORDER BY id DESC LIMIT 1")] == [
        "Partenaires des formations BTS+1 : 3 ajouts, 0 correction"
    ]


async def test_a_partner_that_cannot_be_is_said_line_by_line(by):
    await sent(by, PARTNERS + f"{COURSE};Autre organisme;Chambre de métiers;")
    assert await refused(
        PARTNERS
        + "\n".join(
            (
                f"{COURSE};Entreprise;Zénith;{SIRET}",
                f"{COURSE};UIMM;;",
                f"{COURSE};CNAM;Chambre de métiers;",
                f"{COURSE};UIMM;;{SIRET}",
                f"{COURSE};Entreprise;;{builders.siret(3)}",
                f"{HAAG};Bachelor inconnu;CNAM;CNAM;",
            )
        )
    ) == (
        "ligne 2 : laissez « partenaire » vide quand le SIRET est donné : le nom est celui de l'entreprise",
        "ligne 3 : nommez le partenaire : un membre du consortium, une entreprise, ou un autre organisme par son nom",
        "ligne 4 : « Chambre de métiers » est déjà partenaire de cette formation",
        "ligne 5 : une entreprise de la liste est un partenaire du type Entreprise",
        f"ligne 6 : aucune entreprise n'a le SIRET {builders.siret(3)}",
        "ligne 7 : la formation « Bachelor inconnu » n'existe pas : importez d'abord les formations",
    )


async def test_feeder_bts_of_a_lycee_or_of_any_are_noted_once(by):
    table = FEEDERS + f"{COURSE};BTS CIM;\n{COURSE};BTS CIM;{HAAG}\n"
    assert await sent(by, table) == (2, 0, 0)
    assert await sent(by, table) == (0, 0, 2)
    school = await value("SELECT id FROM schools WHERE uai = $1", HAAG)
    assert [tuple(one) for one in await rows("SELECT bts, school FROM bts1_feeders ORDER BY id")] == [
        ("BTS CIM", None),
        ("BTS CIM", school),
    ]
    assert await refused(FEEDERS + f"{COURSE};BTS MSP;0250011B\n") == ("ligne 2 : aucun lycée n'a l'UAI 0250011B",)
